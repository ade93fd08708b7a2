package io.liudan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever sends or reads by drops is let go, on a real Tomcat with limits that a test can wait for. */
class PaceTest {

    private static final RateLimits.Pace LEAST = new RateLimits.Pace(10_000, Duration.ofSeconds(1));
    /** More than what the system takes off a writer's hands. */
    private static final int LENGTH = 20_000_000;

    private static final RateLimits.Pace LEAST_OF_ANSWERS = new RateLimits.Pace(LENGTH, Duration.ofSeconds(1));

    private final Tomcat tomcat = new Tomcat();

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        tomcat.setBaseDir(directory.toString());
        tomcat.setPort(0);
        tomcat.getEngine().getPipeline().addValve(new PacedBodies(LEAST));
        Wrapper doors = Tomcat.addServlet(tomcat.addContext("", directory.toString()), "doors", new Doors());
        doors.setMultipartConfigElement(new MultipartConfigElement(""));
        doors.addMapping("/");
        tomcat.getConnector();
        tomcat.start();
    }

    @AfterEach
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }

    /** Tells how many bytes came; gives a long answer to whoever asks. */
    private static final class Doors extends HttpServlet {

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            try {
                long length = request.getContentType().startsWith("multipart/")
                        ? request.getPart("file").getSize()
                        : request.getInputStream().readAllBytes().length;
                response.getWriter().write("came " + length);
            } catch (IOException slow) {
                // Tomcat has answered it.
            }
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            try (HeldAnswer answer = new HeldAnswer(response, Path.of("target"))) {
                answer.getOutputStream().write(new byte[LENGTH]);
                answer.send(LEAST_OF_ANSWERS);
            }
        }
    }

    private Socket call(String head) throws IOException {
        Socket socket = new Socket("localhost", tomcat.getConnector().getLocalPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String post(String type) {
        return "POST / HTTP/1.1\r\nHost: hub\r\nContent-Type: " + type + "\r\nContent-Length: 30000\r\n\r\n";
    }

    /** Sends a byte now and then until the other side has enough of it. */
    private static String drip(Socket socket) throws IOException, InterruptedException {
        OutputStream out = socket.getOutputStream();
        Instant end = Instant.now().plusSeconds(10);
        while (socket.getInputStream().available() == 0 && Instant.now().isBefore(end)) {
            out.write('x');
            Thread.sleep(50);
        }
        return new String(socket.getInputStream().readNBytes("HTTP/1.1 408".length()), StandardCharsets.US_ASCII);
    }

    @Test
    void a_text_that_comes_by_drops_is_broken_off() throws Exception {
        try (Socket socket = call(post("text/plain"))) {
            assertThat(drip(socket)).isEqualTo("HTTP/1.1 408");
        }
    }

    @Test
    void an_upload_that_comes_by_drops_is_broken_off() throws Exception {
        try (Socket socket = call(post("multipart/form-data; boundary=b")
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n")) {
            assertThat(drip(socket)).isEqualTo("HTTP/1.1 408");
        }
    }

    @Test
    void whoever_pauses_within_the_pace_is_waited_for() throws Exception {
        try (Socket socket = call(post("text/plain"))) {
            for (int i = 0; i < 10; i++) {
                socket.getOutputStream().write(new byte[3000]);
                Thread.sleep(150);
            }
            assertThat(new String(socket.getInputStream().readNBytes("HTTP/1.1 200".length())))
                    .isEqualTo("HTTP/1.1 200");
        }
    }

    @Test
    void an_answer_that_is_read_by_drops_is_broken_off() throws Exception {
        try (Socket socket = call("GET / HTTP/1.1\r\nHost: hub\r\n\r\n")) {
            long came = 0;
            Instant end = Instant.now().plusSeconds(5);
            while (Instant.now().isBefore(end)) {
                came += socket.getInputStream().readNBytes(100).length;
                Thread.sleep(50);
            }
            for (int read = 0; read >= 0; read = read(socket)) {
                came += read;
            }
            assertThat(came).isBetween(1L, (long) LENGTH - 1);
        }
    }

    private static int read(Socket socket) {
        try {
            return socket.getInputStream().read(new byte[65_536]);
        } catch (IOException reset) {
            return -1;
        }
    }

    @Test
    void an_answer_that_is_read_comes_whole() throws Exception {
        try (Socket socket = call("GET / HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")) {
            assertThat(socket.getInputStream().readAllBytes().length).isGreaterThan(LENGTH);
        }
    }
}
