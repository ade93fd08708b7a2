package io.liudan.matter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of a file that is a picture, only the picture is left. */
class PicturePartsTest {

    private static final String SECRET = "somebody's place";

    private static byte[] picture(String format) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
            for (int x = 0; x < 40; x++) {
                for (int y = 0; y < 30; y++) {
                    image.setRGB(x, y, x * 6 << 16 | y * 8 << 8 | 120);
                }
            }
            ImageIO.write(image, format, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] number(int value) {
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    private static byte[] chunk(String name, byte[] body) {
        byte[] named = joined(name.getBytes(StandardCharsets.US_ASCII), body);
        CRC32 crc = new CRC32();
        crc.update(named);
        return joined(number(body.length), named, number((int) crc.getValue()));
    }

    private static byte[] segment(int kind, byte[] body) {
        int length = body.length + 2;
        return joined(new byte[] {(byte) 0xff, (byte) kind, (byte) (length >> 8), (byte) length}, body);
    }

    private static BufferedImage drawn(int type) {
        BufferedImage image = new BufferedImage(61, 47, type);
        for (int x = 0; x < 61; x++) {
            for (int y = 0; y < 47; y++) {
                image.setRGB(x, y, x * 4 << 24 | x * 4 << 16 | y * 5 << 8 | (x + y) * 2);
            }
        }
        return image;
    }

    private static byte[] png(BufferedImage image, boolean interlaced) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setProgressiveMode(interlaced ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), how);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "TYPE_INT_RGB",
        "TYPE_INT_ARGB",
        "TYPE_BYTE_GRAY",
        "TYPE_USHORT_GRAY",
        "TYPE_BYTE_BINARY",
        "TYPE_BYTE_INDEXED"
    })
    void a_png_of_any_kind_is_written_anew_with_the_same_pixels(String type) throws Exception {
        BufferedImage image = drawn(BufferedImage.class.getField(type).getInt(null));
        for (boolean interlaced : new boolean[] {false, true}) {
            byte[] png = png(image, interlaced);
            BufferedImage before = ImageIO.read(new ByteArrayInputStream(png));
            BufferedImage after = ImageIO.read(new ByteArrayInputStream(PictureParts.pngAnew(png)));
            assertThat(after.getColorModel()).isEqualTo(before.getColorModel());
            assertThat(after.getData().getSamples(0, 0, 61, 47, 0, (int[]) null))
                    .isEqualTo(before.getData().getSamples(0, 0, 61, 47, 0, (int[]) null));
            assertThat(after.getRGB(0, 0, 61, 47, null, 0, 61)).isEqualTo(before.getRGB(0, 0, 61, 47, null, 0, 61));
        }
    }

    @Test
    void a_png_keeps_its_pixels_and_nothing_between_or_behind_them() throws IOException {
        byte[] png = picture("png");
        byte[] words = SECRET.getBytes(StandardCharsets.US_ASCII);
        int afterHead = 8 + 25;
        byte[] full = joined(
                Arrays.copyOf(png, afterHead),
                chunk("iCCP", words),
                chunk("tEXt", words),
                chunk("eXIf", words),
                chunk("zTXt", words),
                chunk("prVt", words),
                Arrays.copyOfRange(png, afterHead, png.length),
                words);
        byte[] clean = PictureParts.png(full);
        assertThat(new String(clean, StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
        BufferedImage before = ImageIO.read(new ByteArrayInputStream(png));
        BufferedImage after = ImageIO.read(new ByteArrayInputStream(clean));
        for (int x = 0; x < 40; x++) {
            assertThat(after.getRGB(x, 10)).isEqualTo(before.getRGB(x, 10));
        }
    }

    @Test
    void a_jpeg_keeps_its_pixels_and_of_all_the_rest_how_it_was_held() throws IOException {
        byte[] jpeg = picture("jpg");
        byte[] words = SECRET.getBytes(StandardCharsets.US_ASCII);
        byte[] exif = joined(
                "Exif\0\0II*\0".getBytes(StandardCharsets.ISO_8859_1),
                new byte[] {8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0},
                words);
        byte[] full = joined(
                Arrays.copyOf(jpeg, 2),
                segment(0xe1, exif),
                segment(0xe1, joined("http://ns.adobe.com/xap/1.0/\0".getBytes(StandardCharsets.US_ASCII), words)),
                segment(0xe2, joined("MPF\0".getBytes(StandardCharsets.US_ASCII), words)),
                segment(0xe4, words),
                segment(0xeb, words),
                segment(0xed, words),
                segment(0xfe, words),
                Arrays.copyOfRange(jpeg, 2, jpeg.length),
                jpeg,
                words);
        PictureParts.Jpeg clean = PictureParts.jpeg(full);
        assertThat(clean.orientation()).isEqualTo(6);
        assertThat(new String(clean.picture(), StandardCharsets.ISO_8859_1)).doesNotContain(SECRET, "MPF", "adobe.com");
        assertThat(clean.picture().length).as("without the second picture").isLessThanOrEqualTo(jpeg.length);
        BufferedImage before = ImageIO.read(new ByteArrayInputStream(jpeg));
        BufferedImage after = ImageIO.read(new ByteArrayInputStream(clean.picture()));
        assertThat(after.getRGB(20, 15)).isEqualTo(before.getRGB(20, 15));
    }

    @Test
    void what_ends_too_early_is_no_picture() {
        byte[] png = picture("png");
        byte[] jpeg = picture("jpg");
        for (int length = 0; length < png.length; length += 7) {
            byte[] cut = Arrays.copyOf(png, length);
            assertThatThrownBy(() -> PictureParts.png(cut)).isInstanceOf(IOException.class);
        }
        for (int length = 0; length < jpeg.length - 2; length += 7) {
            byte[] cut = Arrays.copyOf(jpeg, length);
            assertThatThrownBy(() -> PictureParts.jpeg(cut)).isInstanceOf(IOException.class);
        }
    }
}
