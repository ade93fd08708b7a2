package io.liudan.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Service;

/**
 * Seals personal data before it is written, and opens it for those who may read it. What is sealed for one place can't
 * be opened at another, so that nobody moves a phone number to a request of their own. Keys and ciphers:
 * {@link DataKeys}.
 */
@Service
public class Vault {

    /** {@code ~<key>.<base64url>}; a text that was written before sealing began has no such form. */
    private static final Pattern SEALED = Pattern.compile("~(\\d{1,5})\\.([A-Za-z0-9_-]+)");

    private static final byte[] MARK = {'~', 'L', 'H', '1'};
    private static final int HEAD = MARK.length + Short.BYTES;

    private final DataKeys keys;

    Vault(DataKeys keys) {
        this.keys = keys;
    }

    /**
     * @param clear may be {@code null}, which stays {@code null}
     * @param place where it is kept: the code of the request, or another key of its row
     */
    public String seal(String clear, String place) {
        if (clear == null) {
            return null;
        }
        DataKeys.Key key = keys.current();
        return "~" + key.id() + "."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(encrypt(key, clear.getBytes(StandardCharsets.UTF_8), place));
    }

    /**
     * @param sealed may be {@code null}
     * @param place as when it was sealed
     * @throws IllegalStateException when it was sealed for another place, or changed since
     */
    public String open(String sealed, String place) {
        Matcher form = sealed == null ? null : SEALED.matcher(sealed);
        if (form == null || !form.matches()) {
            return sealed;
        }
        return new String(
                decrypt(Integer.parseInt(form.group(1)), Base64.getUrlDecoder().decode(form.group(2)), place),
                StandardCharsets.UTF_8);
    }

    /** The same for a file. */
    public byte[] seal(byte[] clear, String place) {
        DataKeys.Key key = keys.current();
        byte[] sealed = encrypt(key, clear, place);
        return ByteBuffer.allocate(HEAD + sealed.length)
                .put(MARK)
                .putShort((short) key.id())
                .put(sealed)
                .array();
    }

    /** The same for a file. */
    public byte[] open(byte[] sealed, String place) {
        ByteBuffer bytes = ByteBuffer.wrap(sealed);
        if (sealed.length < HEAD || !bytes.slice(0, MARK.length).equals(ByteBuffer.wrap(MARK))) {
            return sealed;
        }
        byte[] body = new byte[sealed.length - HEAD];
        bytes.position(HEAD).get(body);
        return decrypt(bytes.getShort(MARK.length), body, place);
    }

    /**
     * Blind index of a phone number: the same for the same number however it is written, and of no use to whoever has
     * only the database.
     *
     * @return {@code null} of {@code null}
     */
    public byte[] index(String phone) {
        return phone == null
                ? null
                : keys.index(phone.replaceAll("[^0-9]", "").replaceFirst("^(?:00)?86(?=1\\d{10}$)", ""));
    }

    /** Blind index of something else that is alike only with itself, for example a WeChat id. */
    public byte[] index(String kind, String text) {
        return keys.index(kind + ":" + text);
    }

    private static byte[] encrypt(DataKeys.Key key, byte[] clear, String place) {
        try {
            return key.cipher().encrypt(clear, place.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Data can't be sealed", e);
        }
    }

    private byte[] decrypt(int key, byte[] sealed, String place) {
        try {
            return keys.get(key).cipher().decrypt(sealed, place.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Sealed data of " + place.replaceAll("[^A-Za-z0-9_/-]", "?")
                    + " was changed, or belongs elsewhere");
        }
    }
}
