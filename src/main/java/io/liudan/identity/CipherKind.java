package io.liudan.identity;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Hkdf;
import com.google.crypto.tink.subtle.Random;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Authenticated ciphers that personal data may be sealed with: the world's, and the one of the national standards (GB/T
 * 32907 SM4, in GCM).
 */
enum CipherKind {
    AES256_GCM(32) {
        @Override
        Aead of(byte[] key) throws GeneralSecurityException {
            return new AesGcmJce(key);
        }
    },
    SM4_GCM(16) {
        @Override
        Aead of(byte[] key) {
            return new Sm4(new SecretKeySpec(key, "SM4"));
        }
    };

    private final int size;

    CipherKind(int size) {
        this.size = size;
    }

    abstract Aead of(byte[] key) throws GeneralSecurityException;

    byte[] newKey() {
        return Random.randBytes(size);
    }

    /** The cipher that wraps keys of this kind, out of the secret that the environment holds. */
    Aead wrapping(byte[] master) throws GeneralSecurityException {
        return of(Hkdf.computeHkdf("HMACSHA256", master, null, ("liudan key wrapping " + name()).getBytes(), size));
    }

    private record Sm4(SecretKeySpec key) implements Aead {

        private static final String TRANSFORMATION = "SM4/GCM/NoPadding";
        private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();
        private static final int NONCE = 12;
        private static final int TAG_BITS = 128;

        @Override
        public byte[] encrypt(byte[] clear, byte[] associated) throws GeneralSecurityException {
            byte[] nonce = Random.randBytes(NONCE);
            byte[] body = run(Cipher.ENCRYPT_MODE, nonce, clear, associated);
            byte[] sealed = Arrays.copyOf(nonce, NONCE + body.length);
            System.arraycopy(body, 0, sealed, NONCE, body.length);
            return sealed;
        }

        @Override
        public byte[] decrypt(byte[] sealed, byte[] associated) throws GeneralSecurityException {
            if (sealed.length < NONCE + TAG_BITS / Byte.SIZE) {
                throw new GeneralSecurityException("too short");
            }
            return run(
                    Cipher.DECRYPT_MODE,
                    Arrays.copyOf(sealed, NONCE),
                    Arrays.copyOfRange(sealed, NONCE, sealed.length),
                    associated);
        }

        private byte[] run(int mode, byte[] nonce, byte[] body, byte[] associated) throws GeneralSecurityException {
            Cipher cipher = Cipher.getInstance(TRANSFORMATION, PROVIDER);
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(associated);
            return cipher.doFinal(body);
        }
    }
}
