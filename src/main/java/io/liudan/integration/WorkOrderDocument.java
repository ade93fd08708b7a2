package io.liudan.integration;

import java.time.Instant;
import java.util.List;

/**
 * A work order (办理单) as a department's system sees it, over every kind of connector alike.
 *
 * @param code for example {@code 1000012-1-cgj}
 * @param role LEAD answers for all, SUPPORTING answers to the lead
 * @param status ISSUED, ACCEPTED, RETURNED, FINISHED, EXPLAINED or CANCELLED
 * @param version the {@code ETag}
 * @param dueAt until when the department has to act; absent when nothing is awaited of it
 * @param contact whom to call; absent for anonymous requests, and once the order is closed
 * @param attachments what the resident and others sent, as links that expire
 */
record WorkOrderDocument(
        String code,
        String requestCode,
        int round,
        String department,
        String role,
        String status,
        int version,
        String lead,
        String urgency,
        String category,
        String categoryName,
        String title,
        String description,
        Location location,
        String gridCode,
        String gridName,
        String communityCode,
        Contact contact,
        Instant submittedAt,
        Instant issuedAt,
        Instant acceptedAt,
        Instant closedAt,
        Instant dueAt,
        String report,
        List<Attachment> attachments) {

    /** As an answer that is remembered: whom to call is read when somebody is to be called. */
    WorkOrderDocument withoutContact() {
        return new WorkOrderDocument(
                code,
                requestCode,
                round,
                department,
                role,
                status,
                version,
                lead,
                urgency,
                category,
                categoryName,
                title,
                description,
                location,
                gridCode,
                gridName,
                communityCode,
                null,
                submittedAt,
                issuedAt,
                acceptedAt,
                closedAt,
                dueAt,
                report,
                attachments);
    }

    /** @param datum always WGS84, the datum of {@code lat} and {@code lon}; absent without them */
    record Location(Double lat, Double lon, String address, String datum) {}

    record Contact(String name, String phone) {}

    record Attachment(String mediaType, int size, String url, Instant expiresAt) {}

    /**
     * What is carried to a department's system.
     *
     * @param id the {@code Idempotency-Key}
     * @param kind ISSUED, CANCELLED, URGED, EXTENSION_APPROVED, EXTENSION_REFUSED, an answer given at the desk, or TEST
     */
    record Message(String id, String kind, Instant at, WorkOrderDocument workOrder) {}

    /** @param cursor what {@code since} goes on from */
    record Change(String cursor, String kind, Instant at, WorkOrderDocument workOrder) {}

    /** @param next cursor of the next page, absent at the end */
    record Page(List<WorkOrderDocument> items, String next) {}

    /** @param next what to ask for as {@code since} the next time */
    record Changes(List<Change> items, String next) {}
}
