package io.liudan.request;

import java.time.Instant;
import java.util.List;
import java.util.Map;

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
        Place location,
        Boolean masked,
        String gridCode,
        String gridName,
        String communityCode,
        String streetCode,
        Boolean anonymous,
        Person contact,
        String lead,
        String urgency,
        Integer urged,
        Desk desk,
        Instant deadline,
        List<Desk> desks,
        String mergedInto,
        String rated,
        RatingView rating,
        Instant createdAt,
        Instant updatedAt,
        Instant closedAt,
        List<TimelineEntry> timeline,
        List<WorkOrderView> workOrders,
        List<Attachments.Stored> attachments) {

    /** WGS84, with the datum in which it came. */
    record Place(Double lat, Double lon, String datum, String address) {}

    /** Whom to call; the phone number is masked unless the reader is at work on the request. */
    record Person(String name, String phone) {}

    record Desk(String code, String name, String taskKey, String taskName, Instant dueAt) {}

    record RatingView(boolean contacted, boolean solved, int satisfied, String comment) {}

    /** @param text what happened, in the reader's language */
    record TimelineEntry(
            Instant at, String type, String text, String desk, String deskName, Map<String, Object> data) {}

    record WorkOrderView(
            String department,
            String departmentName,
            String role,
            String status,
            String report,
            Instant issuedAt,
            Instant acceptedAt,
            Instant closedAt) {}

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
