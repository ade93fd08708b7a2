package io.liudan.identity;

import static io.liudan.RealmAdmin.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.RealmAdmin;
import io.liudan.WebSession;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * Agencies keep their own accounts: the housing bureau an identity provider (another realm), the environment branch a
 * directory (a real LDAP server).
 */
class AgencyTest extends HubTest {

    private static final String COUNT = "/camunda/api/engine/engine/default/task/count";

    private final RealmAdmin liudan = new RealmAdmin(realm());
    private final RealmAdmin zjj = new RealmAdmin(realm().replaceFirst("liudan$", "zjj"));
    private final String name = "clerk" + UUID.randomUUID().toString().substring(0, 8);

    @Autowired
    private People people;

    private InMemoryDirectoryServer ldap;
    private String directory;

    @AfterEach
    void gone() {
        String broker = liudan.id("zjj." + name);
        if (!broker.isEmpty()) {
            liudan.call("DELETE", "/users/" + broker, null);
        }
        if (ldap != null) {
            liudan.call("DELETE", "/components/" + directory, null);
            ldap.shutDown(true);
        }
    }

    private String hired(String... roles) {
        String id = zjj.person(name, "康", "宁", List.of());
        for (String role : roles) {
            zjj.call("POST", "/users/" + id + "/role-mappings/realm", List.of(zjj.call("GET", "/roles/" + role, null)));
        }
        return id;
    }

    private static int tasks(WebSession browser) {
        return browser.send("GET", COUNT, null, Map.of()).statusCode();
    }

    @Test
    void a_clerk_signs_in_with_the_bureaus_account_lands_at_its_desk_and_is_out_when_the_bureau_removes_them() {
        String id = hired("liudan-clerk");
        WebSession browser = new WebSession(hub());
        browser.signInAt("zjj", name);
        assertThat(tasks(browser)).isEqualTo(200);
        soon("in the directory", () -> people.find("zjj." + name).isPresent());
        People.Person person = people.find("zjj." + name).orElseThrow();
        assertThat(person.name()).isEqualTo("康宁");
        assertThat(person.desks()).containsExactly("dept-zjj");
        assertThat(person.roles()).containsExactlyInAnyOrder(Actor.Role.STAFF, Actor.Role.CLERK);

        zjj.call("DELETE", "/users/" + id, null);
        soon("signed out", () -> tasks(browser) == 401);
        HttpResponse<String> again = new WebSession(hub()).trySignInAt("zjj", name);
        assertThat(again.uri().toString()).as("no way back in").doesNotStartWith(hub());
    }

    @Test
    void whoever_keeps_their_account_stays_signed_in() throws Exception {
        hired("liudan-clerk");
        WebSession browser = new WebSession(hub());
        browser.signInAt("zjj", name);
        // Longer than agencies are left unasked.
        Thread.sleep(13_000);
        assertThat(tasks(browser)).isEqualTo(200);
    }

    @Test
    void whom_the_bureau_no_longer_sends_is_out_though_they_still_have_their_account_there() {
        String id = hired("liudan-clerk");
        WebSession browser = new WebSession(hub());
        browser.signInAt("zjj", name);
        assertThat(tasks(browser)).isEqualTo(200);
        zjj.call(
                "DELETE",
                "/users/" + id + "/role-mappings/realm",
                List.of(zjj.call("GET", "/roles/liudan-clerk", null)));
        soon("signed out", () -> tasks(browser) == 401);
        assertThat(new WebSession(hub()).trySignInAt("zjj", name).uri().toString())
                .doesNotStartWith(hub());
    }

    @Test
    void a_password_of_ones_own_is_no_way_round_the_bureau() {
        hired("liudan-clerk");
        new WebSession(hub()).signInAt("zjj", name);
        liudan.password(liudan.id("zjj." + name));
        assertThat(new WebSession(hub()).trySignIn("zjj." + name).uri().toString())
                .doesNotStartWith(hub());
        assertThatThrownBy(() -> new Api(hub(), realm()).token("zjj." + name))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void what_else_the_bureau_claims_gives_nothing() {
        String id = hired("liudan-clerk");
        zjj.call("POST", "/roles", Map.of("name", "administrator"));
        zjj.call("POST", "/groups", Map.of("name", "city-supervision"));
        zjj.call(
                "POST",
                "/users/" + id + "/role-mappings/realm",
                List.of(zjj.call("GET", "/roles/administrator", null)));
        zjj.call("PUT", "/users/" + id + "/groups/" + zjj.group("city-supervision"), Map.of());
        String client = zjj.call("GET", "/clients?clientId=liudan", null)
                .path(0)
                .path("id")
                .asText();
        zjj.call(
                "POST",
                "/clients/" + client + "/protocol-mappers/models",
                Map.of(
                        "name",
                        "groups " + name,
                        "protocol",
                        "openid-connect",
                        "protocolMapper",
                        "oidc-group-membership-mapper",
                        "config",
                        Map.of(
                                "claim.name",
                                "groups",
                                "full.path",
                                "false",
                                "id.token.claim",
                                "true",
                                "access.token.claim",
                                "true")));
        WebSession browser = new WebSession(hub());
        browser.signInAt("zjj", name);
        soon("in the directory", () -> people.find("zjj." + name).isPresent());
        assertThat(people.find("zjj." + name).orElseThrow().desks()).containsExactly("dept-zjj");
        assertThat(people.find("zjj." + name).orElseThrow().roles())
                .doesNotContain(Actor.Role.ADMINISTRATOR, Actor.Role.SUPERVISOR);
    }

    @Test
    void whom_the_bureau_doesnt_send_isnt_let_in() {
        hired();
        assertThat(new WebSession(hub()).trySignInAt("zjj", name).uri().toString())
                .doesNotStartWith(hub());
        assertThat(liudan.id("zjj." + name)).isEmpty();
    }

    @Test
    void whoever_is_signed_out_by_an_administrator_is_out_and_may_sign_in_again() throws Exception {
        hired("liudan-clerk");
        WebSession browser = new WebSession(hub());
        browser.signInAt("zjj", name);
        assertThat(tasks(browser)).isEqualTo(200);
        liudan.call("POST", "/users/" + liudan.id("zjj." + name) + "/logout", null);
        soon("signed out", () -> tasks(browser) == 401);
        // Tokens tell whole seconds.
        Thread.sleep(1_500);
        WebSession again = new WebSession(hub());
        again.signInAt("zjj", name);
        assertThat(tasks(again)).isEqualTo(200);
    }

    @Test
    void a_clerk_of_an_ldap_directory_lands_at_its_desk_and_is_out_when_the_entry_is_gone() throws Exception {
        anLdapServer();
        String uid = "hbj." + name;
        ldap.add(
                "dn: uid=" + uid + ",ou=people,dc=hbj",
                "objectClass: inetOrgPerson",
                "uid: " + uid,
                "sn: 唐",
                "cn: 悦",
                "mail: " + uid + "@hbj.invalid",
                "userPassword: demo");
        ldap.add(
                "dn: uid=admin2" + name + ",ou=people,dc=hbj",
                "objectClass: inetOrgPerson",
                "uid: admin2" + name,
                "sn: 唐",
                "cn: 宁",
                "userPassword: demo");
        connect();
        WebSession browser = new WebSession(hub());
        browser.signIn(uid);
        assertThat(tasks(browser)).isEqualTo(200);
        soon("in the directory", () -> people.find(uid).isPresent());
        assertThat(people.find(uid).orElseThrow().desks()).isEqualTo(Set.of("dept-hbj"));
        assertThat(people.find(uid).orElseThrow().roles())
                .containsExactlyInAnyOrder(Actor.Role.STAFF, Actor.Role.CLERK);
        assertThat(new WebSession(hub()).trySignIn("admin2" + name).uri().toString())
                .as("not of the agency's name space")
                .doesNotStartWith(hub());

        ldap.delete("uid=" + uid + ",ou=people,dc=hbj");
        soon("signed out", () -> tasks(browser) == 401);
        soon("gone from the directory", () -> people.find(uid).isEmpty());
        assertThat(new WebSession(hub()).trySignIn(uid).uri().toString()).doesNotStartWith(hub());
    }

    @Test
    void a_directory_that_doesnt_answer_signs_nobody_out() throws Exception {
        anLdapServer();
        String uid = "hbj." + name;
        ldap.add(
                "dn: uid=" + uid + ",ou=people,dc=hbj",
                "objectClass: inetOrgPerson",
                "uid: " + uid,
                "sn: 唐",
                "cn: 悦",
                "mail: " + uid + "@hbj.invalid",
                "userPassword: demo");
        connect();
        WebSession browser = new WebSession(hub());
        browser.signIn(uid);
        ldap.shutDown(true);
        Thread.sleep(13_000);
        assertThat(tasks(browser)).isEqualTo(200);
    }

    private void anLdapServer() throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=hbj");
        config.addAdditionalBindCredentials("cn=reader,dc=hbj", "reader");
        config.setListenerConfigs(InMemoryListenerConfig.createLDAPConfig("ldap", 0));
        // Schema checks of the test's server: dc, ou and inetOrgPerson are standard.
        ldap = new InMemoryDirectoryServer(config);
        ldap.startListening();
        ldap.add("dn: dc=hbj", "objectClass: domain", "dc: hbj");
        ldap.add("dn: ou=people,dc=hbj", "objectClass: organizationalUnit", "ou: people");
    }

    /** As docs/agencies.md tells. */
    private void connect() {
        String realmId = liudan.call("GET", "", null).path("id").asText();
        Map<String, List<String>> config = Map.ofEntries(
                Map.entry("vendor", List.of("other")),
                Map.entry("connectionUrl", List.of("ldap://localhost:" + ldap.getListenPort())),
                Map.entry("bindDn", List.of("cn=reader,dc=hbj")),
                Map.entry("bindCredential", List.of("reader")),
                Map.entry("authType", List.of("simple")),
                Map.entry("usersDn", List.of("ou=people,dc=hbj")),
                Map.entry("usernameLDAPAttribute", List.of("uid")),
                Map.entry("rdnLDAPAttribute", List.of("uid")),
                Map.entry("uuidLDAPAttribute", List.of("entryUUID")),
                Map.entry("userObjectClasses", List.of("inetOrgPerson")),
                Map.entry("customUserSearchFilter", List.of("(uid=hbj.*)")),
                Map.entry("editMode", List.of("READ_ONLY")),
                Map.entry("importEnabled", List.of("true")),
                Map.entry("cachePolicy", List.of("NO_CACHE")),
                Map.entry("enabled", List.of("true")),
                Map.entry("connectionTimeout", List.of("2000")),
                Map.entry("readTimeout", List.of("2000")));
        liudan.call(
                "POST",
                "/components",
                Map.of(
                        "name",
                        "hbj",
                        "providerId",
                        "ldap",
                        "providerType",
                        "org.keycloak.storage.UserStorageProvider",
                        "parentId",
                        realmId,
                        "config",
                        config));
        directory = liudan.call("GET", "/components?name=hbj&type=org.keycloak.storage.UserStorageProvider", null)
                .path(0)
                .path("id")
                .asText();
        assertThat(directory).isNotEmpty();
        liudan.call(
                "POST",
                "/components",
                Map.of(
                        "name",
                        "desk",
                        "providerId",
                        "hardcoded-ldap-group-mapper",
                        "providerType",
                        "org.keycloak.storage.ldap.mappers.LDAPStorageMapper",
                        "parentId",
                        directory,
                        "config",
                        Map.of("group", List.of("/dept-hbj"))));
    }
}
