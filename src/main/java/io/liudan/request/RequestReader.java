package io.liudan.request;

import io.liudan.identity.Actor;
import io.liudan.matter.MatterCodes;
import io.liudan.matter.MatterReader;
import io.liudan.matter.MatterView;
import io.liudan.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Shows requests, in the words of their own door. */
@Service
class RequestReader {

    private final JdbcClient jdbc;
    private final MatterReader matters;

    RequestReader(JdbcClient jdbc, MatterReader matters) {
        this.jdbc = jdbc;
        this.matters = matters;
    }

    record Page(List<RequestView.Summary> items, String next) {}

    /** @throws Problem 404 for a matter of another kind, as for what the actor may not know of */
    RequestView get(Actor actor, String code) {
        requireRequest(code);
        return view(matters.get(actor, code));
    }

    RequestView unmasked(Actor actor, String code, String reason) {
        requireRequest(code);
        return view(matters.unmasked(actor, code, reason));
    }

    private void requireRequest(String code) {
        if (!matters.isOf(code, Requests.KIND)) {
            throw Problem.notFound("no-such-request", code);
        }
    }

    /** As whoever filed it reads it. */
    RequestView own(String code) {
        return view(matters.own(code));
    }

    Page list(Actor actor, boolean mine, Status status, String q, String cursor, int limit) {
        MatterView.Page page = matters.list(
                actor,
                new MatterReader.Query(
                        List.of(Requests.KIND), mine, status == null ? null : status.name(), q, Map.of()),
                cursor,
                limit);
        return new Page(page.items().stream().map(RequestReader::summary).toList(), page.next());
    }

    private static RequestView.Summary summary(MatterView.Summary matter) {
        return new RequestView.Summary(
                matter.code(),
                Status.valueOf(matter.status()),
                matter.statusName(),
                matter.outcome() == null ? null : Outcome.valueOf(matter.outcome()),
                matter.category(),
                matter.title(),
                matter.gridCode(),
                matter.createdAt(),
                matter.updatedAt());
    }

    /** What only a request has. */
    private record Own(String mergedInto, String rated, Boolean contacted, Boolean solved, Integer satisfied) {

        static final Own NOTHING = new Own(null, null, null, null, null);

        static Own of(ResultSet row, int n) throws SQLException {
            return new Own(
                    row.getString("merged_into"),
                    row.getString("rated"),
                    (Boolean) row.getObject("contacted"),
                    (Boolean) row.getObject("solved"),
                    row.getObject("satisfied") == null ? null : row.getInt("satisfied"));
        }
    }

    private RequestView view(MatterView matter) {
        Own own = jdbc.sql("select * from request where matter_id = ?")
                .param(MatterCodes.number(matter.code()))
                .query(Own::of)
                .optional()
                .orElse(Own.NOTHING);
        return new RequestView(
                matter.code(),
                Status.valueOf(matter.status()),
                matter.statusName(),
                matter.outcome() == null ? null : Outcome.valueOf(matter.outcome()),
                matter.outcomeName(),
                matter.category(),
                matter.categoryName(),
                matter.title(),
                text(matter, Submission.DESCRIPTION),
                matter.location(),
                matter.masked(),
                matter.gridCode(),
                matter.gridName(),
                matter.communityCode(),
                matter.streetCode(),
                matter.anonymous(),
                matter.contact(),
                matter.lead(),
                matter.urgency(),
                matter.urged(),
                matter.desk(),
                matter.deadline(),
                matter.desks(),
                own.mergedInto(),
                own.rated(),
                own.solved() == null
                        ? null
                        : new RequestView.RatingView(
                                own.contacted(), own.solved(), own.satisfied(), text(matter, Ratings.COMMENT)),
                matter.createdAt(),
                matter.updatedAt(),
                matter.closedAt(),
                matter.timeline(),
                matter.workOrders(),
                matter.attachments());
    }

    private static String text(MatterView matter, String field) {
        return matter.texts().get(field);
    }
}
