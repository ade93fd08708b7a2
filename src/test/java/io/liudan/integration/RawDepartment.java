package io.liudan.integration;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A department's system on a bare socket, which can answer whatever can be written into one. */
final class RawDepartment implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");
    private static final Pattern KEY = Pattern.compile("(?i)idempotency-key: *(\\S+)");

    /** Keys of the messages that came, in order. */
    final List<String> calls = new CopyOnWriteArrayList<>();
    /** Heads of the requests that came. */
    final List<String> heads = new CopyOnWriteArrayList<>();
    /** Messages that were acknowledged, by key. */
    final Map<String, Integer> effects = new ConcurrentHashMap<>();

    volatile Answer answer;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    interface Answer {

        void to(Socket socket) throws IOException, InterruptedException;
    }

    RawDepartment() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.submit(() -> {
            while (!server.isClosed()) {
                Socket socket = server.accept();
                threads.submit(() -> serve(socket));
            }
            return null;
        });
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/orders";
    }

    /** An answer over HTTP/1.1 that ends the connection. */
    static Answer says(String status, String headers, String body) {
        return socket -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            write(
                    socket,
                    "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + bytes.length
                            + "\r\nConnection: close\r\n\r\n");
            socket.getOutputStream().write(bytes);
        };
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private Void serve(Socket socket) throws IOException, InterruptedException {
        try (socket) {
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int one = in.read();
                if (one < 0) {
                    return null;
                }
                head.write(one);
            }
            String request = head.toString(StandardCharsets.ISO_8859_1);
            heads.add(request);
            Matcher length = LENGTH.matcher(request);
            if (length.find()) {
                in.readNBytes(Integer.parseInt(length.group(1)));
            }
            Matcher key = KEY.matcher(request);
            String message = key.find() ? key.group(1) : "";
            calls.add(message);
            Answer now = answer;
            if (now == null) {
                effects.merge(message, 1, Integer::sum);
                says("200 OK", "", "{\"receipt\": \"R-" + message + "\"}").to(socket);
            } else {
                now.to(socket);
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
