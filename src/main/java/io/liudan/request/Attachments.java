package io.liudan.request;

import io.liudan.identity.Actor;
import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import java.awt.Dimension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.commons.imaging.Imaging;
import org.apache.commons.imaging.formats.jpeg.JpegImageMetadata;
import org.apache.commons.imaging.formats.jpeg.exif.ExifRewriter;
import org.apache.commons.imaging.formats.jpeg.iptc.JpegIptcRewriter;
import org.apache.commons.imaging.formats.jpeg.xmp.JpegXmpRewriter;
import org.apache.commons.imaging.formats.png.PngImageParser;
import org.apache.commons.imaging.formats.tiff.TiffField;
import org.apache.commons.imaging.formats.tiff.constants.TiffTagConstants;
import org.apache.commons.imaging.formats.tiff.write.TiffOutputSet;
import org.apache.tika.Tika;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

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
    private static final Set<String> TYPES = Set.of("image/jpeg", "image/png", "application/pdf");

    private final JdbcClient jdbc;
    private final EventLog events;
    private final Vault vault;
    private final Tika tika = new Tika();

    Attachments(JdbcClient jdbc, EventLog events, Vault vault) {
        this.jdbc = jdbc;
        this.events = events;
        this.vault = vault;
    }

    /**
     * @param mediaType as sniffed
     * @param size in bytes, as stored
     */
    public record Stored(UUID id, String mediaType, int size) {}

    public record Content(String mediaType, byte[] bytes, String owner, String requestCode) {}

    /** @throws Problem 413, 415 or 422 when the file is too large, of another kind or broken */
    @Transactional
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
        byte[] clean = withoutMetadata(type, bytes);
        UUID id = UUID.randomUUID();
        jdbc.sql(
                        "insert into attachment (id, owner, media_type, size, sha256, content, created_at) values (?, ?, ?, ?, ?, ?, ?)")
                .params(
                        id,
                        actor.username(),
                        type,
                        clean.length,
                        sha256(clean),
                        vault.seal(clean, id.toString()),
                        events.now())
                .update();
        return new Stored(id, type, clean.length);
    }

    public Optional<Content> find(UUID id) {
        return jdbc.sql("select media_type, content, owner, request_code from attachment where id = ?")
                .param(id)
                .query((row, n) -> new Content(
                        row.getString("media_type"),
                        vault.open(row.getBytes("content"), id.toString()),
                        row.getString("owner"),
                        row.getString("request_code")))
                .optional();
    }

    List<Stored> of(String requestCode) {
        return jdbc.sql("select id, media_type, size from attachment where request_code = ? order by created_at, id")
                .param(requestCode)
                .query((row, n) ->
                        new Stored(row.getObject("id", UUID.class), row.getString("media_type"), row.getInt("size")))
                .list();
    }

    /** Joins uploaded files to a request; only the sender's own files that belong to no request yet. */
    void attach(String requestCode, Actor actor, Collection<UUID> ids) {
        for (UUID id : ids) {
            int joined = jdbc.sql(
                            "update attachment set request_code = ? where id = ? and owner = ? and request_code is null")
                    .params(requestCode, id, actor.username())
                    .update();
            if (joined == 0) {
                throw Problem.field("attachments", "unknown-attachment", id);
            }
        }
    }

    private static byte[] withoutMetadata(String type, byte[] bytes) {
        try {
            if (!type.equals("application/pdf")) {
                requireReasonable(Imaging.getImageSize(bytes), type.equals("image/png") ? PNG_PIXELS : JPEG_PIXELS);
            }
            return switch (type) {
                case "image/jpeg" -> withoutJpegMetadata(bytes);
                case "image/png" -> withoutPngMetadata(bytes);
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

    private static byte[] withoutJpegMetadata(byte[] bytes) throws IOException {
        int orientation = Imaging.getMetadata(bytes) instanceof JpegImageMetadata metadata ? orientation(metadata) : 1;
        ByteArrayOutputStream noExif = new ByteArrayOutputStream(bytes.length);
        new ExifRewriter().removeExifMetadata(bytes, noExif);
        ByteArrayOutputStream noXmp = new ByteArrayOutputStream(bytes.length);
        new JpegXmpRewriter().removeXmpXml(noExif.toByteArray(), noXmp);
        ByteArrayOutputStream clean = new ByteArrayOutputStream(bytes.length);
        new JpegIptcRewriter().removeIptc(noXmp.toByteArray(), clean);
        if (orientation == 1) {
            return clean.toByteArray();
        }
        TiffOutputSet upright = new TiffOutputSet();
        upright.getOrCreateRootDirectory().add(TiffTagConstants.TIFF_TAG_ORIENTATION, (short) orientation);
        ByteArrayOutputStream turned = new ByteArrayOutputStream(bytes.length);
        new ExifRewriter().updateExifMetadataLossless(clean.toByteArray(), turned, upright);
        return turned.toByteArray();
    }

    private static int orientation(JpegImageMetadata metadata) throws IOException {
        TiffField field = metadata.findExifValueWithExactMatch(TiffTagConstants.TIFF_TAG_ORIENTATION);
        return field == null ? 1 : field.getIntValue();
    }

    /** Written anew from its pixels: text chunks and embedded EXIF stay behind. */
    private static byte[] withoutPngMetadata(byte[] bytes) throws IOException {
        ByteArrayOutputStream clean = new ByteArrayOutputStream(bytes.length);
        new PngImageParser().writeImage(Imaging.getBufferedImage(bytes), clean, null);
        return clean.toByteArray();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
