package io.liudan.matter;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A matter as its reader may see it; what the reader may not see is absent.
 *
 * @param kind key of its kind; {@code kindName} in the reader's language, as all names
 * @param fields what its kind's fields hold, those that people wrote among them, in the order of the form
 * @param masked true where numbers, names and house numbers were taken out for this reader; absent otherwise
 * @param desk the desk that holds it now, absent while it waits for somebody else or when it is closed
 * @param deadline until when that desk has to act, absent while the clock stands still
 * @param texts what people wrote, by field, for doors that have words of their own
 * @param desks all desks at work on it, more than one in joint handling
 */
public record MatterView(
        String code,
        String kind,
        String kindName,
        String status,
        String statusName,
        String outcome,
        String outcomeName,
        String category,
        String categoryName,
        String title,
        List<FieldView> fields,
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
        Instant createdAt,
        Instant updatedAt,
        Instant closedAt,
        List<TimelineEntry> timeline,
        List<WorkOrderView> workOrders,
        List<Attachments.Stored> attachments,
        @JsonIgnore Map<String, String> texts) {

    /**
     * @param value as the kind's form takes it
     * @param word what people read for it
     */
    public record FieldView(String name, String label, Object value, String word) {}

    /** WGS84, with the datum in which it came. */
    public record Place(Double lat, Double lon, String datum, String address) {}

    /** Whom to call; the phone number is masked unless the reader is at work on the matter. */
    public record Person(String name, String phone) {}

    public record Desk(String code, String name, String taskKey, String taskName, Instant dueAt) {}

    /** @param text what happened, in the reader's language */
    public record TimelineEntry(
            Instant at, String type, String text, String desk, String deskName, Map<String, Object> data) {}

    /**
     * An order to a department.
     *
     * @param role LEAD or SUPPORTING
     */
    public record WorkOrderView(
            String department,
            String departmentName,
            String role,
            String status,
            String report,
            Instant issuedAt,
            Instant acceptedAt,
            Instant closedAt) {}

    /** One line of a list. */
    public record Summary(
            String code,
            String kind,
            String kindName,
            String status,
            String statusName,
            String outcome,
            String outcomeName,
            String category,
            String title,
            String gridCode,
            Instant createdAt,
            Instant updatedAt) {}

    /** @param next cursor of the next page, absent at the end */
    public record Page(List<Summary> items, String next) {}
}
