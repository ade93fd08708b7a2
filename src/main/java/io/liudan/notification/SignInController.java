package io.liudan.notification;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.liudan.identity.Addresses;
import io.liudan.identity.RateLimits;
import io.liudan.identity.Residents;
import io.liudan.notification.OneTimeCodes.Asker;
import io.liudan.notification.OneTimeCodes.Purpose;
import io.liudan.problem.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the realm asks while a resident signs in ({@code keycloak/providers}). */
@RestController
@RequestMapping("/api/v1/sign-in")
@Tag(name = "sign-in", description = "登录：只供身份平台调用")
class SignInController {

    private static final int REMEMBERED = 200_000;

    private final OneTimeCodes codes;
    private final Residents residents;
    private final long aMinute;
    private final Cache<String, Bucket> attempts = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterAccess(Duration.ofMinutes(2))
            .build();

    SignInController(OneTimeCodes codes, Residents residents, RateLimits limits) {
        this.codes = codes;
        this.residents = residents;
        this.aMinute = limits.codes().addressTriesAMinute();
    }

    /**
     * @param address from where the resident asks
     * @param browser which browser asks, as the realm tells browsers apart; the code will be good there alone
     */
    record WorkWish(
            @NotNull @Size(max = 40) String phone,
            @NotBlank @Size(max = 100) String address,
            @NotBlank @Size(max = 100) String browser) {}

    /**
     * @param challenge and {@code work}: what {@code /work} gave and what was found for it; both absent where
     *     {@code openid} tells whom WeChat vouches for
     */
    record CodeWish(
            @NotNull @Size(max = 40) String phone,
            @NotBlank @Size(max = 100) String address,
            @Size(max = 1000) String challenge,
            @Size(max = 20) String work,
            @Size(max = 128) String openid) {}

    /** @param browser as in {@link WorkWish}, or {@code challenge} as in {@link CodeWish} */
    record PhoneProof(
            @NotBlank @Size(max = 100) String address,
            @Size(max = 100) String browser,
            @Size(max = 1000) String challenge,
            @NotNull @Size(max = 40) String phone,
            @NotNull @Size(max = 20) String code) {}

    /**
     * @param phone and {@code code}, absent when the id alone may tell; with {@code challenge} where that was asked for
     */
    record WechatProof(
            @NotBlank @Size(max = 100) String address,
            @NotBlank @Size(max = 128) String openid,
            @Size(max = 40) String phone,
            @Size(max = 20) String code,
            @Size(max = 1000) String challenge) {}

    record Account(String account) {}

    record Attempt(@NotBlank @Size(max = 100) String address) {}

    @PostMapping("/attempts")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Asks whether somebody may try to sign in by WeChat now, before WeChat itself is asked")
    void attempt(@Valid @RequestBody Attempt attempt) {
        count(attempt.address());
    }

    /** Each node counts its own. */
    private void count(String address) {
        Bucket bucket = attempts.get(Addresses.network(address), one -> Bucket.builder()
                .addLimit(limit -> limit.capacity(aMinute).refillGreedy(aMinute, Duration.ofMinutes(1)))
                .build());
        if (!bucket.tryConsume(1)) {
            throw Problem.tooMany(
                    "too-many-calls",
                    Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill()));
        }
    }

    @PostMapping("/work")
    @Operation(summary = "What a browser is to do before a code is sent")
    OneTimeCodes.Task work(@Valid @RequestBody WorkWish wish) {
        return codes.task(wish.phone(), new Asker(wish.address(), wish.browser()));
    }

    @PostMapping("/codes")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Sends a one-time code to a phone")
    void code(@Valid @RequestBody CodeWish wish) {
        if (wish.openid() != null) {
            codes.send(wish.phone(), wechat(wish.address(), wish.openid()), Purpose.SIGN_IN);
        } else if (wish.challenge() == null) {
            throw Problem.field("challenge", "required");
        } else {
            codes.send(wish.phone(), wish.address(), wish.challenge(), wish.work());
        }
    }

    @PostMapping("/phone")
    @Operation(summary = "The account of whoever has the phone that the code was sent to; a new one at the first time")
    Account phone(@Valid @RequestBody PhoneProof proof) {
        count(proof.address());
        if (proof.browser() == null && proof.challenge() == null) {
            throw Problem.field("challenge", "required");
        }
        String browser = proof.browser() != null ? proof.browser() : codes.browser(proof.challenge());
        return new Account(residents.byPhone(
                codes.check(proof.phone(), new Asker(proof.address(), browser), proof.code(), Purpose.SIGN_IN)));
    }

    @PostMapping("/wechat")
    @Operation(summary = "The account of a WeChat id; whom it isn't known of yet has to show a phone as well")
    Account wechat(@Valid @RequestBody WechatProof proof) {
        if (proof.phone() != null && proof.code() != null) {
            count(proof.address());
            Asker asker = proof.challenge() == null
                    ? wechat(proof.address(), proof.openid())
                    : new Asker(proof.address(), codes.browser(proof.challenge()));
            return new Account(
                    residents.join(proof.openid(), codes.check(proof.phone(), asker, proof.code(), Purpose.SIGN_IN)));
        }
        return new Account(
                residents.byOpenid(proof.openid()).orElseThrow(() -> Problem.unprocessable("phone-required")));
    }

    /** Where WeChat says who it is, that is their browser, on whatever phone. */
    private static Asker wechat(String address, String openid) {
        return new Asker(address, "wechat/" + openid);
    }
}
