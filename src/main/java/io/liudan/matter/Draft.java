package io.liudan.matter;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A matter as it arrives, in whatever words its door has.
 *
 * @param kind key of its kind
 * @param title what heads it
 * @param texts what people wrote, by field
 * @param contactTexts names of those texts that tell who somebody is
 * @param fields what else its kind's fields hold, by field
 * @param category code, may be {@code null}
 * @param anonymous whether who began it is hidden from the desks
 * @param attachments ids of files uploaded before
 * @param onBehalfOf account of somebody without a phone, which a desk of the caller keeps; may be {@code null}
 */
public record Draft(
        String kind,
        String title,
        Map<String, String> texts,
        List<String> contactTexts,
        Map<String, Object> fields,
        String category,
        Where where,
        Contact contact,
        boolean anonymous,
        List<UUID> attachments,
        String onBehalfOf) {

    /**
     * Where it is follows from the point, else from the grid's code, else from the community's.
     *
     * @param lat latitude in degrees in the given datum, {@code null} like {@code lon} without a point
     * @param datum WGS84 (when absent), GCJ02 or BD09
     * @param address words for people
     * @param field by which problems name the point
     */
    public record Where(
            Double lat, Double lon, String datum, String address, String communityCode, String gridCode, String field) {

        /** Nothing is said of it: the whole city's. */
        public static final Where NOWHERE = new Where(null, null, null, null, null, null, null);

        static Where grid(String code) {
            return new Where(null, null, null, null, null, code, null);
        }

        static Where community(String code) {
            return new Where(null, null, null, null, code, null, null);
        }
    }

    /** Whom to call; either may be {@code null}. */
    public record Contact(String name, String phone) {

        public static final Contact NOBODY = new Contact(null, null);
    }
}
