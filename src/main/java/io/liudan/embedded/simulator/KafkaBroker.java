package io.liudan.embedded.simulator;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** The program: one Kafka broker that is its own controller. Arguments: folder, port, port of the controller. */
public final class KafkaBroker {

    private KafkaBroker() {}

    public static void main(String[] args) throws Exception {
        Lifeline.hold();
        Path folder = Path.of(args[0]).toAbsolutePath();
        Files.createDirectories(folder);
        Path settings = folder.resolve("server.properties");
        Files.write(
                settings,
                List.of(
                        "process.roles=broker,controller",
                        "node.id=1",
                        "controller.quorum.voters=1@localhost:" + args[2],
                        "listeners=PLAINTEXT://localhost:" + args[1] + ",CONTROLLER://localhost:" + args[2],
                        "advertised.listeners=PLAINTEXT://localhost:" + args[1],
                        "controller.listener.names=CONTROLLER",
                        "inter.broker.listener.name=PLAINTEXT",
                        "log.dirs=" + folder.resolve("log"),
                        "num.partitions=3",
                        "offsets.topic.replication.factor=1",
                        "offsets.topic.num.partitions=3",
                        "transaction.state.log.replication.factor=1",
                        "transaction.state.log.min.isr=1",
                        "group.initial.rebalance.delay.ms=0",
                        "log.retention.hours=168",
                        "log.cleaner.dedupe.buffer.size=2097152"));
        if (Files.notExists(folder.resolve("log/meta.properties"))) {
            StorageTool.execute(
                    new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", settings.toString()},
                    new PrintStream(System.out));
        }
        Kafka.main(new String[] {settings.toString()});
    }
}
