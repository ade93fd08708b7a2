package io.liudan.request;

import io.liudan.identity.Vault;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** What a list of tasks shows of each request. */
@Service
public class RequestBriefs {

    private final JdbcClient jdbc;
    private final Vault vault;

    RequestBriefs(JdbcClient jdbc, Vault vault) {
        this.jdbc = jdbc;
        this.vault = vault;
    }

    /**
     * @param title without what tells who somebody is
     * @param urged how often the resident urged
     */
    public record Brief(
            String code,
            String title,
            String category,
            String communityCode,
            Status status,
            String urgency,
            int urged) {}

    /** By code; codes without a request are absent. */
    public Map<String, Brief> of(Collection<String> codes) {
        if (codes.isEmpty()) {
            return Map.of();
        }
        return jdbc
                .sql(
                        "select code, headline, category, community_code, status, urgency, urged from service_request where code in (:codes)")
                .param("codes", codes)
                .query((row, n) -> new Brief(
                        row.getString("code"),
                        vault.open(row.getString("headline"), row.getString("code")),
                        row.getString("category"),
                        row.getString("community_code"),
                        Status.valueOf(row.getString("status")),
                        row.getString("urgency"),
                        row.getInt("urged")))
                .list()
                .stream()
                .collect(Collectors.toMap(Brief::code, brief -> brief));
    }

    /**
     * What rules go by.
     *
     * @param urgency {@code null} where nothing said so yet
     */
    public record Sample(String code, String category, String urgency) {}

    /** The requests that were filed last, the newest first. */
    public List<Sample> newest(int limit) {
        return jdbc.sql("select code, category, urgency from service_request order by id desc limit ?")
                .param(limit)
                .query((row, n) ->
                        new Sample(row.getString("code"), row.getString("category"), row.getString("urgency")))
                .list();
    }

    /** Whether one of these desks has had a part in the request. */
    public boolean concerns(String code, Collection<String> desks) {
        return deskAmong(code, desks).isPresent();
    }

    /** One of these desks that has had a part in the request. */
    Optional<String> deskAmong(String code, Collection<String> desks) {
        return desks.isEmpty()
                ? Optional.empty()
                : jdbc.sql("""
                select d.desk from request_desk d join service_request r on r.id = d.request_id
                where r.code = :code and d.desk in (:desks) order by d.desk limit 1""")
                        .param("code", code)
                        .param("desks", desks)
                        .query(String.class)
                        .optional();
    }

    /** Whether there is a request of this code. */
    public boolean known(String code) {
        return !jdbc.sql("select 1 from service_request where code = ?")
                .param(code)
                .query()
                .listOfRows()
                .isEmpty();
    }

    /** Who of a desk decided last on a request. */
    public Optional<String> lastHandler(String code, String desk) {
        return jdbc.sql(
                        "select actor from request_event where request_code = ? and desk = ? and actor is not null and type = ? order by id desc limit 1")
                .params(code, desk, EventLog.TYPE_PREFIX + "decided")
                .query(String.class)
                .optional();
    }
}
