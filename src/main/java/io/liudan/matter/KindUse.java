package io.liudan.matter;

import io.liudan.matter.Kind.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * What a new version of a kind may not drop. A running matter keeps the words and fields that it began with, but is
 * listed, found and moved by the newest version: a status that it stands in, a field that it holds, a move that its
 * process may wait for have to stay until no running matter has it any more, and a list until it has no entries.
 */
@Service
public class KindUse {

    private static final String RUNNING =
            " from matter_search s join matter m on m.id = s.matter_id where s.open and s.kind = :kind and ";

    private final JdbcClient jdbc;
    private final Kinds kinds;

    KindUse(JdbcClient jdbc, Kinds kinds) {
        this.jdbc = jdbc;
        this.kinds = kinds;
    }

    /** A sentence for each thing that the next version lacks and something still goes by. */
    public List<String> dropped(Kind next) {
        List<String> told = new ArrayList<>();
        kinds.find(next.key()).ifPresent(now -> {
            gone(now, next, kind -> kind.statuses().keySet())
                    .forEach(status -> used(
                            told,
                            "statuses." + status,
                            running(next, "m.status = :name", status),
                            "正处于这个状态",
                            "stand in this status"));
            gone(now, next, kind -> kind.fields().keySet())
                    .forEach(field -> used(
                            told,
                            "fields." + field,
                            running(
                                    next,
                                    "(jsonb_exists(m.fields, :name) or exists (select from matter_text t where t.matter_id = m.id and t.field = :name))",
                                    field),
                            "填有这一栏",
                            "have this field filled in"));
            now.moves().forEach((name, move) -> moves(told, next, name, move));
            gone(now, next, kind -> kind.registers().keySet())
                    .forEach(register -> used(
                            told,
                            "registers." + register,
                            entries(next.key(), register),
                            "还在台账里",
                            "stand in this register"));
        });
        return told;
    }

    private static List<String> gone(Kind now, Kind next, Function<Kind, Set<String>> names) {
        return names.apply(now).stream()
                .filter(name -> !names.apply(next).contains(name))
                .toList();
    }

    private void moves(List<String> told, Kind next, String name, Move move) {
        if (move.message() != null && !next.moves().containsKey(name)) {
            long waiting = move.from().isEmpty()
                    ? running(next, "m.status <> :name", Kind.CLOSED)
                    : move.from().stream()
                            .mapToLong(status -> running(next, "m.status = :name", status))
                            .sum();
            used(told, "moves." + name, waiting, "可能在等这一步", "may wait for this move");
        }
    }

    private static void used(List<String> told, String what, long count, String zh, String en) {
        if (count > 0) {
            told.add("%s: 不能去掉，有 %d 件%s; it can't be dropped: %d %s".formatted(what, count, zh, count, en));
        }
    }

    private long running(Kind kind, String which, String name) {
        return jdbc.sql("select count(*)" + RUNNING + which)
                .params(Map.of("kind", kind.key(), "name", name))
                .query(Long.class)
                .single();
    }

    private long entries(String kind, String register) {
        return jdbc.sql("select count(*) from register_entry where kind = ? and register = ? and retired_at is null")
                .params(kind, register)
                .query(Long.class)
                .single();
    }
}
