package io.liudan;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import io.liudan.identity.Actor;
import io.liudan.identity.People;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Calendar;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.keycloak.models.utils.Base32;
import org.keycloak.models.utils.TimeBasedOTP;
import org.springframework.beans.factory.annotation.Autowired;

/** The realm's pages as people see them: a resident's phone, a supervisor's second factor, an agency's own accounts. */
class SignInPagesTest extends BrowserTest {

    private final RealmAdmin admin = new RealmAdmin(realm());

    @Autowired
    private People people;

    private final String name = "supervisor" + UUID.randomUUID().toString().substring(0, 8);

    @AfterEach
    void gone() {
        String id = admin.id(name);
        if (!id.isEmpty()) {
            admin.call("DELETE", "/users/" + id, null);
        }
    }

    private void askAsResident(Page page) throws Exception {
        String challenge = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256")
                        .digest("a verifier of the page that asks, forty-three characters".getBytes()));
        page.navigate(realm()
                + "/protocol/openid-connect/auth?client_id=liudan-resident&response_type=code&scope=openid&code_challenge_method=S256&code_challenge="
                + challenge + "&redirect_uri=" + hub() + "/actuator/info");
    }

    private String codeOf(String phone) {
        Matcher code = Pattern.compile("\\d{6}")
                .matcher(api.get(null, "/embedded/inbox?phone=" + phone)
                        .body()
                        .path(0)
                        .path("text")
                        .asText());
        Assertions.assertTrue(code.find());
        return code.group();
    }

    @Test
    void a_resident_signs_in_on_a_phone_with_a_code() throws Exception {
        String phone = "1990" + "%07d".formatted(System.nanoTime() % 10_000_000);
        Page page = window(390, 844);
        askAsResident(page);
        assertThat(page.locator("h1")).containsText("手机号登录");
        picture(page, "sign-in-phone");
        page.locator("#phone").fill("0930-6212345");
        page.locator("#send").click();
        assertThat(page.locator("#input-error-phone")).containsText("请填写 11 位手机号。");
        page.locator("#phone").fill(phone);
        page.locator("#send").click();
        assertThat(page.locator(".liudan-hint")).containsText("尾号 …" + phone.substring(7));
        String code = codeOf(phone);
        page.locator("#code").fill(code.equals("000000") ? "000001" : "000000");
        page.locator("#kc-login").click();
        assertThat(page.locator("#input-error-code")).containsText("验证码不正确。");
        picture(page, "sign-in-code");
        page.locator("button[name=again]").click();
        assertThat(page.locator("#input-error-code")).containsText("秒后可再次获取");
        page.locator("button[name=other]").click();
        page.locator("#phone").fill(phone);
        page.locator("#send").click();
        page.locator("#code").fill(code);
        page.locator("#kc-login").click();
        page.waitForURL(url -> url.startsWith(hub() + "/actuator/info?") && url.contains("code="));
    }

    @Test
    void the_account_page_works_for_staff_and_residents_in_the_hubs_colours() {
        for (String person : List.of("grid1", "resident1")) {
            Page page = window(person.equals("grid1") ? 1440 : 390, 844);
            page.navigate(realm() + "/account/");
            page.locator("#username").fill(person);
            page.locator("#password").fill("demo");
            page.locator("#kc-login").click();
            assertThat(page.locator("body")).containsText("管理你的基本信息");
            assertThat(page.locator("#username")).hasValue(person);
            picture(page, "account-" + person);
        }
    }

    @Test
    void at_a_desk_the_pages_of_phone_and_code_are_as_clear() throws Exception {
        Page page = window(1440, 900);
        askAsResident(page);
        assertThat(page.locator("#phone")).isVisible();
        picture(page, "sign-in-phone-desk");
    }

    @Test
    void whoever_supervises_sets_up_a_second_factor_and_is_asked_for_it_from_then_on() {
        String id = admin.person(name, "杨", "正", List.of("/city-supervision"));
        admin.call(
                "POST",
                "/users/" + id + "/role-mappings/realm",
                List.of(admin.call("GET", "/roles/supervisor", null), admin.call("GET", "/roles/second-factor", null)));
        // Whose account changes after they signed in has to sign in anew.
        RealmAdmin.soon("in the directory", () -> people.find(name)
                .filter(person -> person.roles().contains(Actor.Role.SUPERVISOR))
                .isPresent());
        Page page = window(1440, 900);
        password(page);
        assertThat(page.locator("#kc-totp-secret-qr-code")).isVisible();
        picture(page, "sign-in-second-factor");
        page.locator("#mode-manual").click();
        byte[] secret =
                Base32.decode(page.locator("#kc-totp-secret-key").innerText().replace(" ", ""));
        page.locator("#totp").fill(otp(secret, 0));
        page.locator("#saveTOTPBtn").click();
        page.locator(".task-filter").first().waitFor();

        Page next = window(390, 844);
        password(next);
        assertThat(next.locator("#otp")).isVisible();
        picture(next, "sign-in-otp");
        // Each serves once: the one after it, which the realm takes half a minute early.
        String right = otp(secret, 30);
        next.locator("#otp").fill(right.equals("000000") ? "000001" : "000000");
        next.locator("#kc-login").click();
        assertThat(next.locator("#input-error-otp, #input-error-totp")).isVisible();
        next.locator("#otp").fill(right);
        next.locator("#kc-login").click();
        next.waitForURL(url -> url.startsWith(hub()));
        Assertions.assertThrows(
                IllegalStateException.class, () -> api.token(name), "no way round it by the token endpoint");
    }

    private void password(Page page) {
        page.navigate(hub() + "/camunda/app/tasklist/");
        page.locator("#username").fill(name);
        page.locator("#password").fill("demo");
        page.locator("#kc-login").click();
    }

    private static String otp(byte[] secret, int secondsFromNow) {
        TimeBasedOTP otp = new TimeBasedOTP();
        Calendar time = Calendar.getInstance();
        time.add(Calendar.SECOND, secondsFromNow);
        otp.setCalendar(time);
        return otp.generateTOTP(secret);
    }

    @Test
    void an_agencys_own_accounts_are_a_click_away() {
        Page page = window(390, 844);
        page.navigate(hub() + "/camunda/app/tasklist/");
        assertThat(page.locator("#social-zjj")).containsText("住房和城乡建设局账号");
        picture(page, "sign-in-agencies");
        page.locator("#social-zjj").click();
        assertThat(page.locator("#kc-header-wrapper")).containsText("住房和城乡建设局统一身份");
        page.locator("#username").fill("kang.ning");
        page.locator("#password").fill("demo");
        page.locator("#kc-login").click();
        page.waitForURL(url -> url.startsWith(hub() + "/camunda/app/tasklist"));
        assertThat(page.locator("body")).containsText("康宁");
    }
}
