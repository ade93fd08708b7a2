package io.liudan.matter;

import ar.com.hjg.pngj.ImageInfo;
import ar.com.hjg.pngj.PngReader;
import ar.com.hjg.pngj.PngWriter;
import ar.com.hjg.pngj.PngjException;
import ar.com.hjg.pngj.chunks.ChunkCopyBehaviour;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Set;

/**
 * Takes a JPEG or PNG apart by its own structure and puts together again what is the picture: whatever else is in the
 * file, before, between or behind, is left out before any decoder sees it.
 */
final class PictureParts {

    private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    /** What a PNG's pixels are made of. */
    private static final Set<String> PNG_PARTS = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");

    private static final int PNG_NAME = 4;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;
    private static final int LAST_APP = 0xef;
    private static final int COMMENT = 0xfe;
    private static final int FIRST_APP = 0xe0;
    private static final int FIRST_RESTART = 0xd0;
    private static final int LAST_RESTART = 0xd7;
    private static final int ORIENTATION = 0x0112;
    private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};

    private PictureParts() {}

    /** @throws IOException when the chunks don't make a PNG */
    static byte[] png(byte[] file) throws IOException {
        ByteArrayOutputStream picture = new ByteArrayOutputStream(file.length);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
        byte[] signature = in.readNBytes(PNG_SIGNATURE.length);
        if (!java.util.Arrays.equals(signature, PNG_SIGNATURE)) {
            throw new IOException("no PNG");
        }
        picture.write(signature);
        String name;
        do {
            int length = in.readInt();
            if (length < 0 || length > in.available()) {
                throw new IOException("a chunk without its end");
            }
            byte[] body = in.readNBytes(PNG_NAME + length + Integer.BYTES);
            if (body.length < PNG_NAME + length + Integer.BYTES) {
                throw new IOException("a chunk without its end");
            }
            name = new String(body, 0, PNG_NAME, java.nio.charset.StandardCharsets.ISO_8859_1);
            if (PNG_PARTS.contains(name)) {
                writeInt(picture, length);
                picture.write(body);
            }
        } while (!name.equals("IEND"));
        return picture.toByteArray();
    }

    /**
     * The same pixels written anew, row by row, however many there are: what may hide between them stays behind.
     * Colours that are told by number keep their table.
     *
     * @throws PngjException when the file is broken
     */
    static byte[] pngAnew(byte[] png) {
        ByteArrayOutputStream anew = new ByteArrayOutputStream(png.length);
        PngReader read = new PngReader(new ByteArrayInputStream(png));
        try {
            ImageInfo kind = read.imgInfo;
            PngWriter written = new PngWriter(anew, kind);
            written.copyChunksFrom(
                    read.getChunksList(), ChunkCopyBehaviour.COPY_PALETTE | ChunkCopyBehaviour.COPY_TRANSPARENCY);
            // To choose the best filter of each row again would cost more than all else.
            written.setFilterPreserve(!read.isInterlaced());
            for (int row = 0; row < kind.rows; row++) {
                written.writeRow(read.readRow(row));
            }
            read.end();
            written.end();
        } finally {
            read.close();
        }
        return anew.toByteArray();
    }

    /**
     * @param picture the file without what isn't the picture
     * @param orientation as EXIF counts it, 1 for upright
     */
    record Jpeg(byte[] picture, int orientation) {}

    /** @throws IOException when the segments don't make a JPEG */
    static Jpeg jpeg(byte[] file) throws IOException {
        ByteArrayOutputStream picture = new ByteArrayOutputStream(file.length);
        int orientation = 1;
        int at = 0;
        if (byteAt(file, 0) != 0xff || byteAt(file, 1) != SOI) {
            throw new IOException("no JPEG");
        }
        picture.write(file, 0, 2);
        at = 2;
        while (true) {
            if (byteAt(file, at) != 0xff) {
                throw new IOException("no segment where one should be");
            }
            while (byteAt(file, at + 1) == 0xff) {
                at++; // filling
            }
            int kind = byteAt(file, at + 1);
            if (kind == EOI) {
                picture.write(file, at, 2);
                return new Jpeg(picture.toByteArray(), orientation);
            }
            int length = (byteAt(file, at + 2) << 8 | byteAt(file, at + 3)) + 2;
            if (length < 4 || at + length > file.length) {
                throw new IOException("a segment without its end");
            }
            boolean application = kind >= FIRST_APP && kind <= LAST_APP;
            if (kind == APP1 && orientation == 1) {
                orientation = orientation(file, at + 4, at + length);
            }
            // Adobe's says how colours are meant.
            if (kind == APP14 || !application && kind != COMMENT) {
                picture.write(file, at, length);
            }
            at += length;
            if (kind == SOS) {
                int end = endOfScan(file, at);
                picture.write(file, at, end - at);
                at = end;
            }
        }
    }

    /** The next marker that isn't part of the pixels. */
    private static int endOfScan(byte[] file, int from) throws IOException {
        int at = from;
        while (true) {
            if (byteAt(file, at) == 0xff) {
                int next = byteAt(file, at + 1);
                if (next != 0 && next != 0xff && (next < FIRST_RESTART || next > LAST_RESTART)) {
                    return at;
                }
            }
            at++;
        }
    }

    /** How the camera was held: the one number that is read of an EXIF segment. */
    private static int orientation(byte[] file, int from, int to) throws IOException {
        if (to - from < EXIF.length + 8) {
            return 1;
        }
        for (int i = 0; i < EXIF.length; i++) {
            if (file[from + i] != EXIF[i]) {
                return 1;
            }
        }
        int tiff = from + EXIF.length;
        boolean little = byteAt(file, tiff) == 'I';
        long directory = tiff + number(file, tiff + 4, 4, little);
        if (directory + 2 > to) {
            return 1;
        }
        int entries = (int) number(file, (int) directory, 2, little);
        for (int i = 0; i < entries; i++) {
            int entry = (int) directory + 2 + i * 12;
            if (entry + 12 > to) {
                return 1;
            }
            if (number(file, entry, 2, little) == ORIENTATION) {
                int value = (int) number(file, entry + 8, 2, little);
                return value >= 1 && value <= 8 ? value : 1;
            }
        }
        return 1;
    }

    private static long number(byte[] file, int at, int bytes, boolean little) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | byteAt(file, little ? at + bytes - 1 - i : at + i);
        }
        return value;
    }

    private static int byteAt(byte[] file, int at) throws IOException {
        if (at < 0 || at >= file.length) {
            throw new IOException("the file ends too early");
        }
        return file[at] & 0xff;
    }

    private static void writeInt(ByteArrayOutputStream out, int value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.write(value >> shift);
        }
    }
}
