package io.liudan.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.liudan.HubTest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Personal data is sealed, each for its place, by keys that can be replaced. */
class VaultTest extends HubTest {

    private static final String MASTER = master(1);
    private static final String NEXT_MASTER = master(2);
    private static final String PHONE = "13900001111";

    @Autowired
    private HikariDataSource hub;

    private DriverManagerDataSource source;
    private JdbcClient jdbc;

    private static String master(int filling) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) filling);
        return Base64.getEncoder().encodeToString(key);
    }

    /** Keys of its own, beside those of the running hub. */
    @BeforeEach
    void ownKeys() {
        JdbcClient.create(hub).sql("create schema vault_test").update();
        JdbcClient.create(hub)
                .sql("create table vault_test.data_key (like public.data_key including all)")
                .update();
        source = new DriverManagerDataSource(
                hub.getJdbcUrl() + (hub.getJdbcUrl().contains("?") ? "&" : "?") + "currentSchema=vault_test",
                hub.getUsername(),
                hub.getPassword());
        jdbc = JdbcClient.create(source);
    }

    @AfterEach
    void gone() {
        JdbcClient.create(hub).sql("drop schema vault_test cascade").update();
    }

    private DataKeys keys(String master, List<String> former, CipherKind cipher) {
        return new DataKeys(
                jdbc,
                new JdbcTransactionManager(source),
                Clock.systemUTC(),
                new PrivacyProperties(master, former, cipher));
    }

    private Vault vault(CipherKind cipher) {
        return new Vault(keys(MASTER, List.of(), cipher));
    }

    @Test
    void what_is_sealed_is_opened_at_its_place_and_nowhere_else() {
        for (CipherKind cipher : CipherKind.values()) {
            Vault vault = vault(cipher);
            String sealed = vault.seal(PHONE, "100001");
            assertThat(sealed).startsWith("~").doesNotContain(PHONE);
            assertThat(vault.seal(PHONE, "100001")).as("each time otherwise").isNotEqualTo(sealed);
            assertThat(vault.open(sealed, "100001")).isEqualTo(PHONE);
            assertThatThrownBy(() -> vault.open(sealed, "100002")).isInstanceOf(IllegalStateException.class);
            char last = sealed.charAt(sealed.length() - 3);
            String changed = sealed.substring(0, sealed.length() - 3)
                    + (last == 'A' ? 'B' : 'A')
                    + sealed.substring(sealed.length() - 2);
            assertThatThrownBy(() -> vault.open(changed, "100001")).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void files_are_sealed_too_and_what_was_there_before_stays_readable() {
        Vault vault = vault(CipherKind.AES256_GCM);
        byte[] file = "%PDF-1.4".getBytes(StandardCharsets.UTF_8);
        assertThat(new String(vault.seal(file, "a"), StandardCharsets.ISO_8859_1))
                .doesNotContain("PDF");
        assertThat(vault.open(vault.seal(file, "a"), "a")).isEqualTo(file);
        assertThat(vault.open(file, "a")).isEqualTo(file);
        assertThat(vault.open("在加密以前写的", "a")).isEqualTo("在加密以前写的");
        assertThat(vault.seal((String) null, "a")).isNull();
        assertThat(vault.open((String) null, "a")).isNull();
    }

    @Test
    void a_new_key_seals_and_the_old_one_still_opens_on_every_node() {
        DataKeys here = keys(MASTER, List.of(), CipherKind.AES256_GCM);
        Vault elsewhere = vault(CipherKind.AES256_GCM);
        String before = new Vault(here).seal(PHONE, "p");
        here.rotate();
        String after = new Vault(here).seal(PHONE, "p");
        assertThat(after.substring(0, after.indexOf('.'))).isNotEqualTo(before.substring(0, before.indexOf('.')));
        assertThat(List.of(elsewhere.open(before, "p"), elsewhere.open(after, "p")))
                .containsOnly(PHONE);
    }

    @Test
    void another_cipher_is_taken_for_what_is_new() {
        String before = vault(CipherKind.AES256_GCM).seal(PHONE, "p");
        Vault national = vault(CipherKind.SM4_GCM);
        assertThat(national.open(before, "p")).isEqualTo(PHONE);
        assertThat(national.open(national.seal(PHONE, "p"), "p")).isEqualTo(PHONE);
        assertThat(keys(MASTER, List.of(), CipherKind.SM4_GCM).describe())
                .extracting(DataKeys.Description::cipher)
                .containsExactly(CipherKind.AES256_GCM, CipherKind.AES256_GCM, CipherKind.SM4_GCM);
    }

    @Test
    void a_new_master_key_wraps_all_anew_and_a_wrong_one_opens_nothing() {
        DataKeys before = keys(MASTER, List.of(), CipherKind.AES256_GCM);
        String sealed = new Vault(before).seal(PHONE, "p");
        byte[] index = new Vault(before).index(PHONE);
        assertThatThrownBy(() -> keys(NEXT_MASTER, List.of(), CipherKind.AES256_GCM))
                .hasMessageContaining("LIUDAN_FORMER_MASTER_KEYS");
        assertThat(new Vault(keys(NEXT_MASTER, List.of(MASTER), CipherKind.AES256_GCM)).open(sealed, "p"))
                .isEqualTo(PHONE);
        Vault after = new Vault(keys(NEXT_MASTER, List.of(), CipherKind.AES256_GCM));
        assertThat(after.open(sealed, "p")).isEqualTo(PHONE);
        assertThat(after.index(PHONE)).isEqualTo(index);
        assertThat(jdbc.sql("select wrapped from data_key").query(byte[].class).list())
                .noneMatch(wrapped -> wrapped.length <= 32);
    }

    @Test
    void a_number_is_found_however_it_is_written() {
        Vault vault = vault(CipherKind.AES256_GCM);
        assertThat(vault.index("+86 139-0000-1111"))
                .isEqualTo(vault.index(PHONE))
                .hasSize(16);
        assertThat(vault.index("13900001112")).isNotEqualTo(vault.index(PHONE));
    }

    @Test
    void a_master_key_that_is_none_is_refused_without_being_repeated() {
        for (String wrong : List.of("", "short", "c2hvcnQ=")) {
            assertThatThrownBy(() -> keys(wrong, List.of(), CipherKind.AES256_GCM))
                    .hasMessageContaining("LIUDAN_MASTER_KEY")
                    .hasMessageNotContaining("c2hvcnQ");
        }
    }
}
