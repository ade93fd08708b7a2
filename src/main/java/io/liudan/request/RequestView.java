package io.liudan.request;

import io.liudan.matter.Attachments;
import io.liudan.matter.MatterView;
import java.time.Instant;
import java.util.List;

/**
 * A request as its reader may see it; what the reader may not see is absent.
 *
 * @param masked true where numbers, names and house numbers were taken out for this reader; absent otherwise
 * @param desk the desk that holds it now, absent while it waits for the resident or when it is closed
 * @param deadline until when that desk has to act, absent while the clock stands still
 * @param desks all desks at work on it, more than one in joint handling
 * @param mergedInto the request into which this one was merged, if it was
 * @param rated who rated: RESIDENT, FOLLOW_UP or NONE
 */
record RequestView(
        String code,
        Status status,
        String statusName,
        Outcome outcome,
        String outcomeName,
        String category,
        String categoryName,
        String title,
        String description,
        MatterView.Place location,
        Boolean masked,
        String gridCode,
        String gridName,
        String communityCode,
        String streetCode,
        Boolean anonymous,
        MatterView.Person contact,
        String lead,
        String urgency,
        Integer urged,
        MatterView.Desk desk,
        Instant deadline,
        List<MatterView.Desk> desks,
        String mergedInto,
        String rated,
        RatingView rating,
        Instant createdAt,
        Instant updatedAt,
        Instant closedAt,
        List<MatterView.TimelineEntry> timeline,
        List<MatterView.WorkOrderView> workOrders,
        List<Attachments.Stored> attachments) {

    record RatingView(boolean contacted, boolean solved, int satisfied, String comment) {}

    /** One line of a list. */
    record Summary(
            String code,
            Status status,
            String statusName,
            Outcome outcome,
            String category,
            String title,
            String gridCode,
            Instant createdAt,
            Instant updatedAt) {}
}
