package io.liudan.identity;

import java.util.Base64;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How personal data is kept.
 *
 * @param masterKey 32 random bytes in Base64, from the environment: wraps the keys in the database
 * @param formerMasterKeys what {@code masterKey} was before; the keys that they wrap are wrapped anew at start
 * @param cipher what new data is sealed with
 */
@ConfigurationProperties("liudan.privacy")
record PrivacyProperties(
        String masterKey,
        @DefaultValue List<String> formerMasterKeys,
        @DefaultValue("AES256_GCM") CipherKind cipher) {

    private static final int SIZE = 32;

    static byte[] bytes(String key) {
        try {
            byte[] bytes = Base64.getDecoder().decode(key == null ? "" : key.strip());
            if (bytes.length == SIZE) {
                return bytes;
            }
        } catch (IllegalArgumentException notBase64) {
            // Said below, without its words.
        }
        throw new IllegalStateException(
                "liudan.privacy.master-key (LIUDAN_MASTER_KEY) has to be 32 random bytes in Base64, for example of: openssl rand -base64 32");
    }
}
