package io.liudan.request;

import io.liudan.identity.Vault;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** What a department that handles a request has to know of it. */
@Service
public class RequestMatters {

    private final JdbcClient jdbc;
    private final Attachments attachments;
    private final Vault vault;

    RequestMatters(JdbcClient jdbc, Attachments attachments, Vault vault) {
        this.jdbc = jdbc;
        this.attachments = attachments;
        this.vault = vault;
    }

    /**
     * @param lat WGS84, like {@code lon}; {@code null} where only the grid is known
     * @param contact {@code null} for an anonymous request
     */
    public record Matter(
            String category,
            String title,
            String description,
            Double lat,
            Double lon,
            String address,
            String gridCode,
            String communityCode,
            String urgency,
            String lead,
            Contact contact,
            Instant submittedAt,
            List<File> files) {}

    public record Contact(String name, String phone) {}

    /** @param size in bytes */
    public record File(UUID id, String mediaType, int size) {}

    public Matter of(String code) {
        return jdbc.sql("select * from service_request where code = ?")
                .param(code)
                .query((row, n) -> new Matter(
                        row.getString("category"),
                        vault.open(row.getString("title"), code),
                        vault.open(row.getString("description"), code),
                        (Double) row.getObject("lat"),
                        (Double) row.getObject("lon"),
                        vault.open(row.getString("address"), code),
                        row.getString("grid_code"),
                        row.getString("community_code"),
                        row.getString("urgency"),
                        row.getString("lead"),
                        row.getBoolean("anonymous")
                                        || row.getString("contact_name") == null
                                                && row.getString("contact_phone") == null
                                ? null
                                : new Contact(
                                        vault.open(row.getString("contact_name"), code),
                                        vault.open(row.getString("contact_phone"), code)),
                        row.getTimestamp("created_at").toInstant(),
                        attachments.of(code).stream()
                                .map(file -> new File(file.id(), file.mediaType(), file.size()))
                                .toList()))
                .single();
    }
}
