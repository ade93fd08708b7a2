package io.liudan.matter;

import io.liudan.identity.Vault;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** What a department that handles a matter has to know of it. */
@Service
public class MatterFacts {

    private final JdbcClient jdbc;
    private final Attachments attachments;
    private final MatterTexts texts;
    private final Vault vault;

    MatterFacts(JdbcClient jdbc, Attachments attachments, MatterTexts texts, Vault vault) {
        this.jdbc = jdbc;
        this.attachments = attachments;
        this.texts = texts;
        this.vault = vault;
    }

    /**
     * @param description what people wrote when it began, one text after the other
     * @param lat WGS84, like {@code lon}; {@code null} where only the grid is known
     * @param contact {@code null} for an anonymous one
     */
    public record Matter(
            String kind,
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
        return jdbc.sql("select * from matter where id = ?")
                .param(MatterCodes.number(code))
                .query((row, n) -> new Matter(
                        row.getString("kind"),
                        row.getString("category"),
                        vault.open(row.getString("title"), code),
                        String.join("\n", texts.ofBeginning(code).values()),
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
