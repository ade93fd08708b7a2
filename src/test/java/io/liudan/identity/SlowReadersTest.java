package io.liudan.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.liudan.Api;
import io.liudan.HubTest;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Whoever reads an answer slowly, or not at all, keeps nobody's turn. */
class SlowReadersTest extends HubTest {

    /** More than the system's buffers take, so that the rest waits for its reader. */
    private static final int LONG_ANSWER = 9 * 1024 * 1024;

    private static final int SMALLEST_WINDOW = 4096;
    private static final int READERS = 4;

    /** A connection that takes nothing for ten seconds is closed. */
    private static final Duration WELL_BEFORE_THEY_ARE_LET_GO = Duration.ofSeconds(6);

    @Autowired
    private RateLimits limits;

    @Autowired
    private MeterRegistry meters;

    private final Api api = new Api(hub(), realm());

    @Test
    void whoever_stops_reading_in_the_middle_of_an_answer_keeps_no_turn() throws IOException {
        byte[] file = new byte[LONG_ANSWER];
        Arrays.fill(file, (byte) ' ');
        System.arraycopy("%PDF-1.4\n".getBytes(StandardCharsets.US_ASCII), 0, file, 0, "%PDF-1.4\n".length());
        String id = api.upload("grid1", "long.pdf", file).body().path("id").asText();
        List<Socket> readers = new ArrayList<>();
        try {
            for (int n = 0; n < READERS; n++) {
                readers.add(ask("/api/v1/attachments/" + id));
                assertThat(firstLine(readers.getLast())).startsWith("HTTP/1.1 200");
            }
            await().atMost(WELL_BEFORE_THEY_ARE_LET_GO).untilAsserted(() -> assertThat(
                            meters.get("liudan.turns.free").gauge().value())
                    .isEqualTo(limits.turns().atOnce()));
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
    }

    private Socket ask(String path) throws IOException {
        URI address = URI.create(hub());
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SMALLEST_WINDOW);
        socket.connect(new InetSocketAddress(address.getHost(), address.getPort()));
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + api.token("grid1")
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** And nothing after it, but for what a buffer takes. */
    private static String firstLine(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII), 16)
                .readLine();
    }
}
