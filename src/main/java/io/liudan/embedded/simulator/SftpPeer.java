package io.liudan.embedded.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** An SFTP server with a folder for orders and one for answers, in GB18030 as older systems write. */
class SftpPeer extends Peer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Charset CHARSET = Charset.forName("GB18030");
    private static final CSVFormat ANSWER = CSVFormat.RFC4180
            .builder()
            .setHeader(
                    "key",
                    "work_order",
                    "action",
                    "reason",
                    "text",
                    "days",
                    "report",
                    "evidence",
                    "explanation",
                    "plan")
            .get();

    private final Path root;
    private final int port;
    private SshServer server;

    SftpPeer(String code, String name, Received received, Path root, int port) {
        super(code, name, "SFTP，CSV（GB18030）", received);
        this.root = root.toAbsolutePath();
        this.port = port;
    }

    @Override
    void start() throws IOException {
        for (String folder : List.of("orders", "answers", "acks", "evidence")) {
            Files.createDirectories(root.resolve(folder));
        }
        listen();
        Thread.ofVirtual().start(this::read);
    }

    private void listen() throws IOException {
        server = SshServer.setUpDefaultServer();
        server.setHost("localhost");
        server.setPort(port);
        server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(root.resolveSibling(code() + ".hostkey")));
        server.setPasswordAuthenticator((user, password, session) -> "liudan".equals(user) && "demo".equals(password));
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        server.setFileSystemFactory(new VirtualFileSystemFactory(root));
        server.start();
    }

    /** A system that is down listens to nobody; other faults are those of a program and not of files. */
    @Override
    void fault(Faults fault) {
        try {
            if (fault == Faults.DOWN && fault() != Faults.DOWN) {
                server.stop(true);
            } else if (fault != Faults.DOWN && fault() == Faults.DOWN) {
                listen();
            }
            super.fault(fault);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void read() {
        while (true) {
            try {
                readOnce();
                TimeUnit.MILLISECONDS.sleep(500);
            } catch (InterruptedException e) {
                return;
            } catch (IOException e) {
                System.err.println(
                        code() + " couldn't read its files: " + e.getClass().getName());
            }
        }
    }

    private void readOnce() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(root.resolve("orders"))) {
            files = all.filter(file -> file.toString().endsWith(".csv")
                            && !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            try (CSVParser lines = CSVParser.parse(
                    Files.readString(file, CHARSET),
                    CSVFormat.RFC4180
                            .builder()
                            .setHeader()
                            .setSkipHeaderRecord(true)
                            .get())) {
                for (CSVRecord line : lines) {
                    ObjectNode message =
                            JSON.createObjectNode().put("id", line.get("id")).put("kind", line.get("kind"));
                    message.putObject("workOrder")
                            .put("code", line.get("work_order"))
                            .put("requestCode", line.get("request"))
                            .put("title", line.get("title"))
                            .put("description", line.get("description"));
                    received().take(line.get("id"), message);
                }
            }
            Files.delete(file);
        }
    }

    @Override
    String answer(String key, JsonNode answer) throws IOException {
        StringBuilder evidence = new StringBuilder();
        int n = 0;
        for (JsonNode file : answer.path("evidence")) {
            String name = key + "-" + ++n + ".pdf";
            Files.write(
                    root.resolve("evidence").resolve(name),
                    Base64.getDecoder().decode(file.path("content").asText()));
            evidence.append(evidence.isEmpty() ? "" : ";").append(name);
        }
        StringWriter text = new StringWriter();
        try (CSVPrinter csv = new CSVPrinter(text, ANSWER)) {
            csv.printRecord(
                    key,
                    answer.path("workOrder").asText(),
                    answer.path("action").asText(),
                    answer.path("reason").asText(""),
                    answer.path("text").asText(""),
                    answer.path("days").asText(""),
                    answer.path("report").asText(""),
                    evidence,
                    answer.path("explanation").asText(""),
                    answer.path("plan").asText(""));
        }
        Path part = root.resolve("answers").resolve(key + ".part");
        Files.writeString(part, text.toString(), CHARSET);
        Files.move(part, root.resolve("answers").resolve(key + ".csv"), StandardCopyOption.ATOMIC_MOVE);
        return "已放入 answers/" + key + ".csv";
    }
}
