package io.liudan.process.packages;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.persistence.entity.DeploymentEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ResourceEntity;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Who deployed what and when, with a checksum of all its files, and why as the model tells it: its version tag and its
 * documentation. Written in the transaction of the deployment.
 */
@Component
class DeploymentRecords {

    private static final String HUB = "hub";
    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");
    private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
    private static final int PAGE = 200;
    private static final int WHY_LIMIT = 1000;

    private final JdbcClient jdbc;
    private final Clock clock;

    DeploymentRecords(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * One deployment.
     *
     * @param id of the engine's deployment
     * @param name the package
     * @param by account that deployed it; {@code hub} for what the hub's own folders hold
     * @param sha256 of names and contents of all its files, in the order of their names; hexadecimal
     * @param why version tag and documentation of its models; empty where they say nothing
     * @param gone whether it was deleted again
     */
    record Line(String id, String name, String by, Instant at, String sha256, String files, String why, boolean gone) {}

    void record(DeploymentEntity deployment) {
        List<ResourceEntity> files = deployment.getResources().values().stream()
                .sorted(java.util.Comparator.comparing(ResourceEntity::getName))
                .toList();
        SortedMap<String, byte[]> contents = new TreeMap<>();
        files.forEach(file -> contents.put(file.getName(), file.getBytes()));
        jdbc.sql("""
                insert into process_deployment (id, name, deployed_by, deployed_at, sha256, files, why)
                values (?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        deployment.getId(),
                        String.valueOf(deployment.getName()),
                        Objects.requireNonNullElse(Context.getCommandContext().getAuthenticatedUserId(), HUB),
                        clock.instant().atOffset(ZoneOffset.UTC),
                        checksum(contents),
                        files.stream().map(ResourceEntity::getName).collect(Collectors.joining(", ")),
                        why(files))
                .update();
    }

    /** Why somebody went back: to the version of this time. */
    void because(String id, Instant version, String reason) {
        jdbc.sql("update process_deployment set why = ? where id = ?")
                .params("退回 back to " + MINUTES.format(version.atZone(ZONE)) + "：" + reason, id)
                .update();
    }

    /** Whether a package with exactly these files was deployed before, by whomever, and is still there. */
    boolean knows(String name, String sha256) {
        return jdbc.sql(
                        "select exists(select 1 from process_deployment join act_re_deployment on id_ = id where name = ? and sha256 = ?)")
                .params(name, sha256)
                .query(Boolean.class)
                .single();
    }

    /** Whoever deploys the package after this waits until this transaction has ended. */
    void lock(String name) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('package/' || ?, 0))")
                .param(name)
                .query((row, n) -> 0)
                .list();
    }

    /** Whether the newest deployment of a package has exactly these files. */
    boolean isNewest(String name, String sha256) {
        return jdbc.sql(
                        "select sha256 = ? from process_deployment join act_re_deployment on id_ = id where name = ? order by deployed_at desc, id desc limit 1")
                .params(sha256, name)
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /** The newest first. */
    List<Line> newest() {
        return jdbc.sql(
                        "select p.*, d.id_ is null as gone from process_deployment p left join act_re_deployment d on d.id_ = p.id order by deployed_at desc, id limit "
                                + PAGE)
                .query((row, n) -> new Line(
                        row.getString("id"),
                        row.getString("name"),
                        row.getString("deployed_by"),
                        row.getTimestamp("deployed_at").toInstant(),
                        row.getString("sha256"),
                        row.getString("files"),
                        row.getString("why"),
                        row.getBoolean("gone")))
                .list();
    }

    /** @param files contents by name */
    static String checksum(SortedMap<String, byte[]> files) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        files.forEach((name, content) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(content);
            digest.update((byte) 0);
        });
        return Hex.encodeHexString(digest.digest());
    }

    private static String why(List<ResourceEntity> files) {
        String why = files.stream()
                .filter(file -> file.getName().contains(".bpmn"))
                .map(file -> Bpmn.readModelFromStream(new ByteArrayInputStream(file.getBytes())))
                .flatMap(DeploymentRecords::words)
                .collect(Collectors.joining(" · "));
        return why.length() > WHY_LIMIT ? why.substring(0, WHY_LIMIT) : why;
    }

    private static Stream<String> words(BpmnModelInstance model) {
        return model.getModelElementsByType(Process.class).stream()
                .flatMap(process -> Stream.concat(
                        Stream.ofNullable(process.getCamundaVersionTag()),
                        process.getDocumentations().stream()
                                .map(words -> words.getTextContent().strip())))
                .filter(words -> !words.isEmpty());
    }
}
