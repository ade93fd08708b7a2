package io.liudan.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.Api;
import io.liudan.HubTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The benchmark's siege at a hundredth of its size: a desk goes on working. How well, {@code -Dparts=siege} prints. */
class SiegeTest extends HubTest {

    @Test
    void a_desk_goes_on_reading_its_list_whoever_sends_slowly_or_much() throws InterruptedException {
        Siege.Result result = new Siege(new Api(hub(), realm()), hub(), 60, 2, 4).run(Duration.ofSeconds(4));
        assertThat(result.failures()).isZero();
        assertThat(result.statuses().keySet())
                .noneMatch(answer -> answer.endsWith("500"))
                .anyMatch(answer -> answer.startsWith("text"))
                .anyMatch(answer -> answer.startsWith("upload"));
    }

    @Test
    void whoever_isnt_known_is_told_so_before_their_body_is_read() throws IOException {
        for (String door : List.of(
                "/api/v1/requests", "/api/v1/attachments", "/engine-rest/task", "/integration/v1/attachments")) {
            try (Socket socket = new Socket("localhost", URI.create(hub()).getPort())) {
                socket.setSoTimeout(5000);
                socket.getOutputStream()
                        .write(("POST " + door
                                        + " HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{")
                                .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 401".length());
                assertThat(new String(status, StandardCharsets.US_ASCII))
                        .as(door)
                        .isEqualTo("HTTP/1.1 401");
            }
        }
    }
}
