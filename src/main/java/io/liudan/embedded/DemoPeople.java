package io.liudan.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.liudan.directory.CityDirectory;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.stream.StreamSupport;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Synthetic accounts, one per desk and named after it, beside the friendly ones of {@code keycloak/demo/people.json}.
 * Names are made of a list of surnames and given names; no real person is meant. All of them have the password
 * {@code demo}.
 */
class DemoPeople {

    private static final String PASSWORD = "demo";
    private static final int ITERATIONS = 27_500;
    private static final String[] SURNAMES = "马,王,张,李,赵,陈,杨,刘,何,祁,罗,穆,丁,周,拜".split(",");
    private static final String[] GIVEN = "晓梅,建军,玉兰,志强,文秀,海龙,丽娟,国栋,春燕,永福,雪莲,明哲,小芳,生辉,秀英,成林,月华".split(",");

    private final CityDirectory city;
    private final ObjectNode credential;

    DemoPeople(CityDirectory city) {
        this.city = city;
        this.credential = credential();
    }

    /**
     * The friendly accounts completed with password and mail, then one for every desk that has none of its own name.
     */
    ArrayNode accounts(ArrayNode friendly) {
        ArrayNode accounts = JsonNodeFactory.instance.arrayNode();
        for (JsonNode account : friendly) {
            accounts.add(complete((ObjectNode) account));
        }
        int n = 0;
        for (String desk : city.desks()) {
            boolean taken = StreamSupport.stream(friendly.spliterator(), false)
                    .anyMatch(account -> account.path("username").asText().equals(desk));
            if (!taken) {
                accounts.add(person(desk, n++));
            }
        }
        return accounts;
    }

    private ObjectNode person(String desk, int n) {
        ObjectNode account = JsonNodeFactory.instance.objectNode();
        account.put("username", desk);
        account.put("lastName", SURNAMES[n % SURNAMES.length]);
        account.put("firstName", GIVEN[n % GIVEN.length]);
        account.putArray("realmRoles").add("staff");
        account.putArray("groups").add("/" + desk);
        return complete(account);
    }

    private ObjectNode complete(ObjectNode account) {
        String username = account.path("username").asText();
        // With it comes the account page; an import gives it to nobody by itself.
        account.withArray("realmRoles").add("default-roles-liudan");
        account.put("enabled", true).put("emailVerified", true).put("email", username + "@demo.invalid");
        account.putArray("credentials").add(credential.deepCopy());
        return account;
    }

    /** Hashed once here and not 400 times at import, which would take Keycloak half a minute. */
    private static ObjectNode credential() {
        byte[] salt = "liudan-demo-salt".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try {
            byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(PASSWORD.toCharArray(), salt, ITERATIONS, 512))
                    .getEncoded();
            ObjectMapper json = new ObjectMapper();
            Base64.Encoder base64 = Base64.getEncoder();
            ObjectNode secret = json.createObjectNode()
                    .put("value", base64.encodeToString(hash))
                    .put("salt", base64.encodeToString(salt));
            ObjectNode data =
                    json.createObjectNode().put("hashIterations", ITERATIONS).put("algorithm", "pbkdf2-sha256");
            return json.createObjectNode()
                    .put("type", "password")
                    .put("secretData", secret.toString())
                    .put("credentialData", data.toString());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
