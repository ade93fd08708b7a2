package io.liudan.matter;

import io.liudan.identity.Vault;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** What a list of tasks shows of each matter. */
@Service
public class MatterBriefs {

    private final JdbcClient jdbc;
    private final Vault vault;
    private final Kinds kinds;

    MatterBriefs(JdbcClient jdbc, Vault vault, Kinds kinds) {
        this.jdbc = jdbc;
        this.vault = vault;
        this.kinds = kinds;
    }

    /**
     * @param title without what tells who somebody is
     * @param urged how often whoever began it urged
     */
    public record Brief(
            String code,
            String kind,
            String title,
            String category,
            String communityCode,
            String status,
            String outcome,
            String urgency,
            int urged) {}

    /** By code; codes without a request are absent. */
    public Map<String, Brief> of(Collection<String> codes) {
        if (codes.isEmpty()) {
            return Map.of();
        }
        return jdbc
                .sql(
                        "select code, kind, headline, category, community_code, status, outcome, urgency, urged from matter where id in (:ids)")
                .param("ids", codes.stream().map(MatterCodes::number).toList())
                .query((row, n) -> new Brief(
                        row.getString("code"),
                        row.getString("kind"),
                        vault.open(row.getString("headline"), row.getString("code")),
                        row.getString("category"),
                        row.getString("community_code"),
                        row.getString("status"),
                        row.getString("outcome"),
                        row.getString("urgency"),
                        row.getInt("urged")))
                .list()
                .stream()
                .collect(Collectors.toMap(Brief::code, brief -> brief));
    }

    public Optional<Brief> one(String code) {
        return Optional.ofNullable(of(List.of(code)).get(code));
    }

    /**
     * What rules go by.
     *
     * @param urgency {@code null} where nothing said so yet
     */
    public record Sample(String code, String kind, String category, String urgency) {}

    /** The matters that began last, the newest first. */
    public List<Sample> newest(int limit) {
        return jdbc.sql("select code, kind, category, urgency from matter order by id desc limit ?")
                .param(limit)
                .query((row, n) -> new Sample(
                        row.getString("code"),
                        row.getString("kind"),
                        row.getString("category"),
                        row.getString("urgency")))
                .list();
    }

    /** Whether one of these desks has had a part in the matter. */
    public boolean concerns(String code, Collection<String> desks) {
        return deskAmong(code, desks).isPresent();
    }

    /** One of these desks that has had a part in the matter. */
    Optional<String> deskAmong(String code, Collection<String> desks) {
        return desks.isEmpty()
                ? Optional.empty()
                : jdbc.sql("""
                select desk from matter_desk where matter_id = :matter and desk in (:desks) order by desk limit 1""")
                        .param("matter", MatterCodes.number(code))
                        .param("desks", desks)
                        .query(String.class)
                        .optional();
    }

    /** The words for a matter's status, by the newest version of its kind. */
    public Words status(Brief brief) {
        return kinds.find(brief.kind())
                .map(kind -> kind.status(brief.status()))
                .orElseGet(() -> Words.of(brief.status()));
    }

    /** Who of a desk decided last on a matter. */
    public Optional<String> lastHandler(String code, String desk) {
        return jdbc.sql(
                        "select actor from matter_event where matter_id = ? and desk = ? and actor is not null and type like '%.decided' order by id desc limit 1")
                .params(MatterCodes.number(code), desk)
                .query(String.class)
                .optional();
    }
}
