package io.liudan.request;

import io.liudan.matter.Draft;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A resident's order as it arrives. Where it is follows from the point, else from the grid's code, else from the
 * community's.
 *
 * @param category service code, may be absent
 * @param location where, may be absent when a code is given
 * @param communityCode places the request in the community's first grid
 * @param gridCode places the request
 * @param contact whom to call, may be absent
 * @param anonymous whether the reporter is hidden from the desks
 * @param attachments ids of files uploaded before
 * @param onBehalfOf account of somebody without a phone, which a desk of the caller keeps
 */
public record Submission(
        String category,
        @NotBlank @Size(max = 200) String title,
        @NotBlank @Size(max = 20000) String description,
        @Valid Location location,
        String communityCode,
        String gridCode,
        @Valid Contact contact,
        Boolean anonymous,
        @Size(max = 9) List<@NotNull UUID> attachments,
        String onBehalfOf) {

    /** The field that holds the description. */
    static final String DESCRIPTION = "description";

    /** As a matter that arrives. */
    public Draft draft() {
        return new Draft(
                Requests.KIND,
                title.strip(),
                Map.of(DESCRIPTION, description.strip()),
                List.of(),
                Map.of(),
                category,
                new Draft.Where(
                        location == null ? null : location.lat(),
                        location == null ? null : location.lon(),
                        location == null ? null : location.datum(),
                        location == null ? null : location.address(),
                        communityCode,
                        gridCode,
                        "location"),
                contact == null ? Draft.Contact.NOBODY : new Draft.Contact(contact.name(), contact.phone()),
                Boolean.TRUE.equals(anonymous),
                attachments == null ? List.of() : attachments,
                onBehalfOf);
    }

    /**
     * @param lat latitude in degrees in the given datum
     * @param lon longitude in degrees in the given datum
     * @param datum WGS84 (when absent), GCJ02 or BD09
     * @param address words for people
     */
    public record Location(
            @NotNull Double lat,
            @NotNull Double lon,
            String datum,
            @Size(max = 200) String address) {}

    /** A name and a phone number, digits with an optional plus sign and dashes. */
    public record Contact(
            @Size(max = 50) String name,
            @Pattern(regexp = "\\+?[0-9][0-9-]{4,18}[0-9]") String phone) {}
}
