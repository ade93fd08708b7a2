package io.liudan.deadline;

import io.liudan.directory.CityDirectory;
import io.liudan.identity.Actor;
import io.liudan.identity.Vault;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** The cards that desks were told of: their own and, for superiors and supervision, those of the desks below. */
@Service
class Notices {

    private static final int PAGE = 50;

    private final JdbcClient jdbc;
    private final CityDirectory city;
    private final Vault vault;

    Notices(JdbcClient jdbc, CityDirectory city, Vault vault) {
        this.jdbc = jdbc;
        this.city = city;
        this.vault = vault;
    }

    /**
     * A card as somebody reads of it.
     *
     * @param desk the desk that got it
     * @param open whether its step is still open
     */
    record Notice(
            long id,
            Card card,
            String requestCode,
            String title,
            String step,
            String stepName,
            String desk,
            String deskName,
            Instant dueAt,
            Instant givenAt,
            boolean open) {}

    /** @param next cursor of the next page, absent at the end */
    record Page(List<Notice> items, Long next) {}

    /**
     * The newest first.
     *
     * @param code of one request, or {@code null}
     * @param before cursor, or {@code null}
     */
    Page of(Actor actor, String code, Long before) {
        if (actor.desks().isEmpty()) {
            return new Page(List.of(), null);
        }
        List<Notice> found = jdbc.sql("""
                select c.*, s.name, s.ended_at is null as open, r.headline
                from (select distinct n.card_id from card_notice n join card k on k.id = n.card_id where n.desk in (:desks) and n.card_id < :before
                    and (:code::text is null or k.request_code = :code) order by n.card_id desc limit %d) n
                join card c on c.id = n.card_id join step s on s.task_id = c.task_id join service_request r on r.code = c.request_code order by c.id desc""".formatted(PAGE + 1))
                .param("desks", actor.desks())
                .param("code", code, Types.VARCHAR)
                .param("before", before == null ? Long.MAX_VALUE : before)
                .query((row, n) -> new Notice(
                        row.getLong("id"),
                        Card.valueOf(row.getString("card")),
                        row.getString("request_code"),
                        vault.open(row.getString("headline"), row.getString("request_code")),
                        row.getString("step"),
                        row.getString("name"),
                        row.getString("desk"),
                        city.deskName(row.getString("desk")),
                        row.getTimestamp("due_at").toInstant(),
                        row.getTimestamp("given_at").toInstant(),
                        row.getBoolean("open")))
                .list();
        List<Notice> page = found.size() > PAGE ? found.subList(0, PAGE) : found;
        return new Page(page, found.size() > PAGE ? page.getLast().id() : null);
    }
}
