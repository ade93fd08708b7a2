package io.liudan.deadline;

import io.liudan.directory.CityDirectory;
import io.liudan.identity.Actor;
import io.liudan.identity.Vault;
import io.liudan.matter.MatterCodes;
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
     * @param code of one matter, or {@code null}
     * @param before cursor, or {@code null}
     */
    Page of(Actor actor, String code, Long before) {
        if (actor.desks().isEmpty()) {
            return new Page(List.of(), null);
        }
        List<Notice> found = jdbc.sql("""
                select c.*, s.name, s.ended_at is null as open, r.headline
                from (select distinct n.card_id, n.matter_id from card_notice n where n.desk in (:desks) and n.card_id < :before
                    and (:matter::bigint is null or n.matter_id = :matter) order by n.card_id desc limit %d) n
                join card c on c.matter_id = n.matter_id and c.id = n.card_id join step s on s.matter_id = c.matter_id and s.task_id = c.task_id join matter_facts r on r.id = c.matter_id order by c.id desc""".formatted(PAGE + 1))
                .param("desks", actor.desks())
                .param("matter", code == null ? null : MatterCodes.number(code), Types.BIGINT)
                .param("before", before == null ? Long.MAX_VALUE : before)
                .query((row, n) -> new Notice(
                        row.getLong("id"),
                        Card.valueOf(row.getString("card")),
                        MatterCodes.of(row.getLong("matter_id")),
                        vault.open(row.getString("headline"), MatterCodes.of(row.getLong("matter_id"))),
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
