package io.liudan.integration;

import io.liudan.matter.MatterFacts;
import io.liudan.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Links to attachments for systems that can't sign in for each of them: signed, and good for some days only. */
@Component
class AttachmentLinks {

    static final String PATH = "/integration/v1/attachments/";

    private final Clock clock;
    private final String webUrl;
    private final Duration life;
    private final SecretKeySpec key;

    AttachmentLinks(IntegrationProperties properties, Clock clock, @Value("${liudan.web-url}") String webUrl) {
        this.clock = clock;
        this.webUrl = webUrl;
        this.life = properties.linkLife();
        this.key = new SecretKeySpec(properties.linkSecret().getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    WorkOrderDocument.Attachment to(MatterFacts.File file) {
        Instant expires = clock.instant().plus(life).truncatedTo(ChronoUnit.SECONDS);
        String url = webUrl + PATH + file.id() + "?expires=" + expires.getEpochSecond() + "&signature="
                + signature(file.id(), expires.getEpochSecond());
        return new WorkOrderDocument.Attachment(file.mediaType(), file.size(), url, expires);
    }

    /** @throws Problem 404 when the link is not one of ours or its time is over */
    void check(UUID id, long expires, String signature) {
        boolean ours = MessageDigest.isEqual(
                signature(id, expires).getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
        if (!ours || clock.instant().getEpochSecond() > expires) {
            throw Problem.notFound("no-such-attachment");
        }
    }

    private String signature(UUID id, long expires) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal((id + "/" + expires).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
