package io.liudan.matter;

import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.identity.Redactor;
import io.liudan.identity.Vault;
import java.util.Map;
import org.springframework.stereotype.Component;

/** What a list looks for: a code, a phone number, or words. */
@Component
class MatterSearch {

    /** Whoever calls the desk is found by the number. */
    private static final String PHONE = "(?:\\+?86)?[ -]?1\\d{2}[ -]?\\d{4}[ -]?\\d{4}|0\\d{2,3}-?\\d{7,8}";

    private final Redactor redactor;
    private final Vault vault;
    private final Audit audit;

    MatterSearch(Redactor redactor, Vault vault, Audit audit) {
        this.redactor = redactor;
        this.vault = vault;
        this.audit = audit;
    }

    /** Adds the condition to one on {@code matter m}. */
    void add(String q, Actor actor, StringBuilder where, Map<String, Object> params) {
        boolean byNumber = q.matches(PHONE) && !actor.desks().isEmpty();
        if (byNumber || redactor.mayBeName(q)) {
            // Whoever asked not to be known isn't found by who they are, but by themselves.
            where.append(" and (not m.anonymous or m.reporter = :searcher)");
            params.put("searcher", actor.username());
            audit.record("request.search", null, byNumber ? "number" : "name", q);
        }
        if (byNumber) {
            where.append(" and m.contact_index = :index");
            params.put("index", vault.index(q));
            return;
        }
        if (MatterCodes.valid(q)) {
            where.append(" and m.id = :q");
            params.put("q", MatterCodes.number(q));
            return;
        }
        int n = 0;
        where.append(" and m.id in (select matter_id from matter_search s where true");
        for (String pair : Bigrams.of(q).split(" ")) {
            where.append(" and ' ' || s.bigrams || ' ' like :pair").append(n);
            params.put("pair" + n++, "% " + pair + " %");
        }
        where.append(")");
    }
}
