package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.SftpFileSystemAccessor;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.apache.sshd.sftp.server.SftpSubsystemProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A department that passes work orders as CSV files over SFTP, in either of the two encodings in use. */
class SftpTest extends DepartmentTest {

    private static final String DEPARTMENT = "hwzx";

    @TempDir
    private Path root;

    private final AtomicBoolean full = new AtomicBoolean();
    private SshServer server;

    @BeforeEach
    void anSftpServer() throws IOException {
        for (String folder : List.of("orders", "answers", "acks", "evidence")) {
            Files.createDirectories(root.resolve("files").resolve(folder));
        }
        server = SshServer.setUpDefaultServer();
        server.setHost("localhost");
        server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(root.resolve("hostkey")));
        server.setPasswordAuthenticator(
                (user, password, session) -> "liudan".equals(user) && "pass?word&%1".equals(password));
        server.setSubsystemFactories(List.of(files()));
        server.setFileSystemFactory(new VirtualFileSystemFactory(root.resolve("files")));
        server.start();
    }

    /** A server that says of each write, while {@link #full} is set, what one without space says. */
    private SftpSubsystemFactory files() {
        return new SftpSubsystemFactory.Builder()
                .withFileSystemAccessor(new SftpFileSystemAccessor() {

                    @Override
                    public SeekableByteChannel openFile(
                            SftpSubsystemProxy subsystem,
                            FileHandle handle,
                            Path file,
                            String name,
                            Set<? extends OpenOption> options,
                            FileAttribute<?>... attributes)
                            throws IOException {
                        if (full.get() && options.contains(StandardOpenOption.WRITE)) {
                            throw new FileSystemException(name, null, "No space left on device");
                        }
                        return SftpFileSystemAccessor.super.openFile(
                                subsystem, handle, file, name, options, attributes);
                    }
                })
                .build();
    }

    @AfterEach
    void closed() throws IOException {
        server.close();
    }

    private void connect(String charset) {
        String[] account = {
            "host",
            "localhost",
            "port",
            Integer.toString(server.getPort()),
            "user",
            "liudan",
            "password",
            "pass?word&%1",
            "charset",
            charset,
            "strict",
            "no"
        };
        connect(
                DEPARTMENT,
                templated("sftp", DEPARTMENT, account)
                        + templated(
                                "sftp-inbound",
                                DEPARTMENT,
                                Stream.concat(Stream.of(account), Stream.of("interval", "200"))
                                        .toArray(String[]::new)));
    }

    private List<Path> files(String folder) {
        try (Stream<Path> all = Files.list(root.resolve("files").resolve(folder))) {
            // What is still being written has a name with a dot.
            return all.filter(file -> Files.isRegularFile(file)
                            && !file.getFileName().toString().startsWith("."))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As the department does: under another name first. */
    private void put(String name, String text, Charset charset) throws IOException {
        Path answers = root.resolve("files/answers");
        Files.writeString(answers.resolve(name + ".part"), text, charset);
        Files.move(answers.resolve(name + ".part"), answers.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GB18030", "UTF-8"})
    void an_order_is_a_file_and_answers_come_as_lines_of_one(String charset) throws IOException {
        connect(charset);
        String code = dispatchTo(DEPARTMENT);
        String order = code + "-1-" + DEPARTMENT;
        await("the file", () -> files("orders").stream()
                .anyMatch(file -> file.toString().endsWith(".csv")));
        String text = Files.readString(files("orders").getFirst(), Charset.forName(charset));
        assertThat(text).startsWith("id,kind,work_order").contains(order, "东门外三天没有清运", "13900001111");
        Files.write(root.resolve("files/evidence/p.pdf"), "%PDF-1.4\n%%EOF\n".getBytes());
        put(
                "one.csv",
                "key,work_order,action,report,evidence\r\nx1-" + code + "," + order + ",accept,,\r\nx2-" + code + ","
                        + order + ",finish,已清运，恢复整洁,p.pdf\r\n",
                Charset.forName(charset));
        await("the end", () -> status(code).equals("HANDLED"));
        await("the acknowledgement", () -> files("acks").size() == 1);
        assertThat(Files.readString(files("acks").getFirst())).isEqualTo("OK 2");
        await("the file's leave", () -> files("answers").isEmpty());
        assertThat(files("answers/taken")).hasSize(1);
        assertThat(api.get("agency-" + DEPARTMENT, "/integration/v1/work-orders/" + order)
                        .body()
                        .path("report")
                        .asText())
                .isEqualTo("已清运，恢复整洁");
    }

    @Test
    void a_file_that_came_twice_has_one_effect_and_one_in_another_encoding_is_a_dead_letter() throws IOException {
        connect("UTF-8");
        String code = dispatchTo(DEPARTMENT);
        String order = code + "-1-" + DEPARTMENT;
        String accept = "key,work_order,action\r\nk-" + code + "," + order + ",accept\r\n";
        put("first.csv", accept, Charset.forName("UTF-8"));
        put("again.csv", accept, Charset.forName("UTF-8"));
        put(
                "wrong.csv",
                "key,work_order,action,text\r\nw-" + code + "," + order + ",progress,正在清运\r\n",
                Charset.forName("GB18030"));
        put("broken.csv", "key,work_order,action\r\n\"k,x\r\n", Charset.forName("UTF-8"));
        put("headless.csv", "1-" + code + "," + order + ",progress,x\r\n", Charset.forName("UTF-8"));
        await("five acknowledgements", () -> files("acks").size() == 5);
        assertThat(status(code)).isEqualTo("ACCEPTED");
        List<String> keys = new java.util.ArrayList<>();
        api.get("admin", "/api/v1/dead-letters?connector=" + DEPARTMENT)
                .body()
                .path("items")
                .forEach(letter -> {
                    if (!letter.has("requestCode")) {
                        keys.add(letter.path("channel").asText());
                    }
                });
        assertThat(keys).hasSize(3).containsOnly("sftp");
    }

    @Test
    void the_name_of_an_evidence_is_a_name_and_nothing_more() throws IOException {
        connect("UTF-8");
        String code = dispatchTo(DEPARTMENT);
        Files.writeString(root.resolve("files/secret.pdf"), "%PDF-1.4\n%%EOF\n");
        put(
                "tricks.csv",
                "key,work_order,action,report,evidence\r\nt0-" + code + "," + code + "-1-hwzx,accept,,\r\nt1-" + code
                        + "," + code
                        + "-1-hwzx,finish,x,${camelContext.stop};../secret.pdf;{{liudan.integration.link-secret}};%2e%2e%2fsecret.pdf\r\n",
                Charset.forName("UTF-8"));
        await("the acknowledgement", () -> files("acks").size() == 1);
        assertThat(status(code)).as("nothing of it was taken for evidence").isEqualTo("ACCEPTED");
        assertThat(connector(DEPARTMENT).path("state").asText()).isEqualTo("UP");
    }

    @Test
    void what_is_too_large_is_not_fetched() throws IOException {
        connect("UTF-8");
        String code = dispatchTo(DEPARTMENT);
        byte[] large = Arrays.copyOf("%PDF-1.4\n%%EOF\n".getBytes(), 10 * 1024 * 1024 + 1);
        Files.write(root.resolve("files/evidence/large.pdf"), large);
        // Half of it written, it would be small enough to be fetched.
        Files.write(root.resolve("files/answers/large.csv.part"), large);
        Files.move(root.resolve("files/answers/large.csv.part"), root.resolve("files/answers/large.csv"));
        put(
                "finish.csv",
                "key,work_order,action,report,evidence\r\nt0-" + code + "," + code + "-1-hwzx,accept,,\r\nt1-" + code
                        + "," + code + "-1-hwzx,finish,x,large.pdf\r\n",
                Charset.forName("UTF-8"));
        await("the acknowledgement", () -> files("acks").size() == 1);
        assertThat(status(code)).as("without evidence nothing is finished").isEqualTo("ACCEPTED");
        assertThat(root.resolve("files/answers/large.csv")).exists();
    }

    @Test
    void while_the_server_is_away_orders_wait_and_then_arrive() throws IOException {
        connect("UTF-8");
        await(
                "the first look",
                () -> connector(DEPARTMENT).path("inbound").path(0).path("up").asBoolean());
        int port = server.getPort();
        long before = failures(DEPARTMENT);
        server.stop(true);
        String code = dispatchTo(DEPARTMENT);
        await("a failure", () -> failures(DEPARTMENT) > before);
        assertThat(connector(DEPARTMENT).path("queue").asInt()).isEqualTo(1);
        await("the catalogue's word that answers can't be fetched", () -> connector(DEPARTMENT)
                .path("inbound")
                .path(0)
                .path("fault")
                .asText()
                .equals("ConnectException"));
        assertThat(api.get("admin", "/actuator/health").status())
                .as("a sick department is no sickness of the hub")
                .isEqualTo(200);
        server = SshServer.setUpDefaultServer();
        server.setHost("localhost");
        server.setPort(port);
        anSftpServerOn();
        await("the file", () -> files("orders").stream()
                .anyMatch(file -> file.toString().endsWith(".csv")));
        assertThat(status(code)).isEqualTo("DISPATCHED");
        await(
                "the catalogue's word that answers are fetched",
                () -> connector(DEPARTMENT).path("inbound").path(0).path("up").asBoolean());
    }

    @Test
    void while_its_disk_is_full_orders_wait_and_no_half_file_is_read() throws IOException {
        full.set(true);
        connect("UTF-8");
        long before = failures(DEPARTMENT);
        String code = dispatchTo(DEPARTMENT);
        await("a failure", () -> failures(DEPARTMENT) > before);
        assertThat(files("orders")).isEmpty();
        assertThat(connector(DEPARTMENT).path("queue").asInt()).isEqualTo(1);
        full.set(false);
        await("the file", () -> files("orders").size() == 1);
        assertThat(Files.readString(files("orders").getFirst())).contains(code, "东门外三天没有清运");
    }

    private void anSftpServerOn() throws IOException {
        server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(root.resolve("hostkey")));
        server.setPasswordAuthenticator((user, password, session) -> true);
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        server.setFileSystemFactory(new VirtualFileSystemFactory(root.resolve("files")));
        server.start();
    }
}
