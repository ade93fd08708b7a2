package io.liudan.request;

import io.liudan.matter.EventLog;
import io.liudan.matter.MatterBriefs;
import io.liudan.matter.MatterCodes;
import io.liudan.matter.MatterMoves;
import io.liudan.problem.Problem;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** One request into another that is about the same. */
@Service
class Merging {

    private final JdbcClient jdbc;
    private final EventLog events;
    private final MatterMoves moves;
    private final MatterBriefs briefs;

    Merging(JdbcClient jdbc, EventLog events, MatterMoves moves, MatterBriefs briefs) {
        this.jdbc = jdbc;
        this.events = events;
        this.moves = moves;
        this.briefs = briefs;
    }

    /**
     * The merged request's resident goes on being told everything: as a follower of the other one, with all who
     * followed this one. In the caller's transaction.
     *
     * @throws Problem 422 when the other one was itself merged, or is no request
     */
    void merge(String code, String into) {
        MatterBriefs.Brief other = briefs.one(into)
                .filter(brief -> brief.kind().equals(Requests.KIND))
                .filter(brief -> !Outcome.MERGED.name().equals(brief.outcome()))
                .orElseThrow(() -> Problem.field("into", "unknown-request", into));
        jdbc.sql("""
                insert into request (matter_id, merged_into) values (?, ?)
                on conflict (matter_id) do update set merged_into = excluded.merged_into""").params(MatterCodes.number(code), other.code()).update();
        moves.handFollowers(code, into);
        events.append(into, "took-in", null, null, Map.of("merged", code));
    }
}
