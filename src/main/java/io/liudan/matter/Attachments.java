package io.liudan.matter;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import io.liudan.identity.Actor;
import io.liudan.identity.HeavyWork;
import io.liudan.identity.RateLimits;
import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import java.awt.Dimension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.imaging.Imaging;
import org.apache.commons.imaging.formats.jpeg.exif.ExifRewriter;
import org.apache.commons.imaging.formats.tiff.constants.TiffTagConstants;
import org.apache.commons.imaging.formats.tiff.write.TiffOutputSet;
import org.apache.tika.Tika;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Photos and documents. What a file is follows from its bytes and not from its name; of a photo only the picture is
 * kept: place, camera and time are taken out before it is stored, the way it is held stays.
 */
@Service
public class Attachments {

    private static final int LIMIT = 10 * 1024 * 1024;
    /** More than phones of today take; a PNG is unpacked to be written anew, a JPEG isn't. */
    private static final long JPEG_PIXELS = 120_000_000;

    private static final long PNG_PIXELS = 20_000_000;
    /** By time, so that a month of them is a range. */
    private static final TimeBasedEpochGenerator IDS = Generators.timeBasedEpochGenerator();

    private static final Set<String> TYPES = Set.of("image/jpeg", "image/png", "application/pdf");

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final RateLimits limits;
    private final EventLog events;
    private final Vault vault;
    private final Tika tika = new Tika();

    Attachments(
            JdbcClient jdbc, PlatformTransactionManager transactions, RateLimits limits, EventLog events, Vault vault) {
        this.transaction = new TransactionTemplate(transactions);
        this.limits = limits;
        this.jdbc = jdbc;
        this.events = events;
        this.vault = vault;
    }

    /**
     * @param mediaType as sniffed
     * @param size in bytes, as stored
     */
    public record Stored(UUID id, String mediaType, int size) {}

    /** @param code of the matter it belongs to, {@code null} for none yet */
    public record Content(String mediaType, byte[] bytes, String owner, String code) {}

    /**
     * Stores a file. What it costs is done before the transaction, and by no more than a few at once.
     *
     * @throws Problem 413, 415 or 422 when the file is too large, of another kind or broken, 429 when the account has
     *     uploaded its share of the day, 503 when too many are being read
     */
    public Stored store(Actor actor, byte[] bytes) {
        if (bytes.length == 0) {
            throw Problem.field("file", "required");
        }
        if (bytes.length > LIMIT) {
            throw Problem.tooLarge("attachment-too-large");
        }
        String type = tika.detect(bytes);
        if (!TYPES.contains(type)) {
            throw Problem.unsupported("attachment-type", type);
        }
        byte[] clean = type.equals("application/pdf") ? bytes : HeavyWork.inTurn(() -> withoutMetadata(type, bytes));
        UUID id = IDS.generate();
        byte[] sealed = vault.seal(clean, id.toString());
        String digest = DigestUtils.sha256Hex(clean);
        transaction.executeWithoutResult(status -> {
            count(actor, clean.length);
            jdbc.sql(
                            "insert into attachment (id, owner, media_type, size, sha256, content, created_at) values (?, ?, ?, ?, ?, ?, ?)")
                    .params(id, actor.username(), type, clean.length, digest, sealed, events.now())
                    .update();
        });
        return new Stored(id, type, clean.length);
    }

    /** The account's day is one row, which uploads at once wait for in turn. */
    private void count(Actor actor, int size) {
        RateLimits.Uploads quota = limits.uploads();
        boolean within = jdbc.sql("""
                insert into upload_day (owner, day, files, bytes) values (:owner, :day, 1, :size)
                on conflict (owner, day) do update set files = upload_day.files + 1, bytes = upload_day.bytes + :size
                returning files <= :files and bytes <= :bytes""")
                .param("owner", actor.username())
                .param("day", events.now().toLocalDate())
                .param("size", size)
                .param("files", quota.filesADay(actor))
                .param("bytes", quota.bytesADay(actor))
                .query(Boolean.class)
                .single();
        if (!within) {
            throw Problem.tooMany("uploads-of-the-day", Duration.ofHours(1));
        }
    }

    @Scheduled(initialDelayString = "PT20M", fixedDelayString = "PT12H")
    void forget() {
        jdbc.sql("delete from upload_day where day < ?")
                .param(events.now().toLocalDate().minusDays(1))
                .update();
    }

    public Optional<Content> find(UUID id) {
        return jdbc.sql("select media_type, content, owner, matter_id from attachment where id = ?")
                .param(id)
                .query((row, n) -> new Content(
                        row.getString("media_type"),
                        vault.open(row.getBytes("content"), id.toString()),
                        row.getString("owner"),
                        row.getObject("matter_id") == null ? null : MatterCodes.of(row.getLong("matter_id"))))
                .optional();
    }

    List<Stored> of(String code) {
        return jdbc.sql("select id, media_type, size from attachment where matter_id = ? order by created_at, id")
                .param(MatterCodes.number(code))
                .query((row, n) ->
                        new Stored(row.getObject("id", UUID.class), row.getString("media_type"), row.getInt("size")))
                .list();
    }

    /** A file once more, as somebody's own that belongs to no matter yet; in the caller's transaction. */
    UUID copy(UUID id, String owner) {
        Content content = find(id).orElseThrow();
        UUID copy = IDS.generate();
        jdbc.sql("""
                insert into attachment (id, owner, media_type, size, sha256, content, created_at)
                select ?, ?, media_type, size, sha256, ?, ? from attachment where id = ?""")
                .params(copy, owner, vault.seal(content.bytes(), copy.toString()), events.now(), id)
                .update();
        return copy;
    }

    /** Joins uploaded files to a matter; only the sender's own files that belong to none yet. */
    void attach(String code, String owner, Collection<UUID> ids) {
        for (UUID id : ids) {
            int joined = jdbc.sql(
                            "update attachment set matter_id = ? where id = ? and owner = ? and matter_id is null")
                    .params(MatterCodes.number(code), id, owner)
                    .update();
            if (joined == 0) {
                throw Problem.field("attachments", "unknown-attachment", id);
            }
        }
    }

    private static byte[] withoutMetadata(String type, byte[] bytes) {
        try {
            return switch (type) {
                case "image/jpeg" -> withoutJpegMetadata(PictureParts.jpeg(bytes));
                case "image/png" -> withoutPngMetadata(PictureParts.png(bytes));
                default -> bytes;
            };
        } catch (Problem tooManyPixels) {
            throw tooManyPixels;
        } catch (IOException | RuntimeException e) {
            throw Problem.unprocessable("attachment-broken");
        }
    }

    /** A few kilobytes may unpack to gigabytes of pixels. */
    private static void requireReasonable(Dimension size, long most) {
        if ((long) size.width * size.height > most) {
            throw Problem.unprocessable("attachment-too-many-pixels", most / 1_000_000);
        }
    }

    private static byte[] withoutJpegMetadata(PictureParts.Jpeg jpeg) throws IOException {
        requireReasonable(Imaging.getImageSize(jpeg.picture()), JPEG_PIXELS);
        if (jpeg.orientation() == 1) {
            return jpeg.picture();
        }
        TiffOutputSet upright = new TiffOutputSet();
        upright.getOrCreateRootDirectory().add(TiffTagConstants.TIFF_TAG_ORIENTATION, (short) jpeg.orientation());
        ByteArrayOutputStream turned = new ByteArrayOutputStream(jpeg.picture().length);
        new ExifRewriter().updateExifMetadataLossless(jpeg.picture(), turned, upright);
        return turned.toByteArray();
    }

    private static byte[] withoutPngMetadata(byte[] png) throws IOException {
        requireReasonable(Imaging.getImageSize(png), PNG_PIXELS);
        return PictureParts.pngAnew(png);
    }
}
