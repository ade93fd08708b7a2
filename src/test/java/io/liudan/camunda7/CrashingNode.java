package io.liudan.camunda7;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;

/**
 * A node in a JVM of its own that works on the topic "work" and drops dead where it is told to: no goodbye, no
 * roll-back, no unlock.
 */
final class CrashingNode {

    private static final int CRASHED = 9;

    private CrashingNode() {}

    /**
     * @param args the database, and how many commits of the working thread it survives (0: none, it dies between the
     *     effect and whatever comes next)
     */
    public static void main(String[] args) throws InterruptedException {
        String url = args[0];
        int commits = Integer.parseInt(args[1]);
        EngineNode node = new EngineNode("crashing", url, new EngineNode.Transactions() {
            @Override
            PlatformTransactionManager of(PlatformTransactionManager real) {
                return commits == 0 ? real : new DyingAfter(real, commits);
            }
        });
        node.routes(EngineTest.route(r -> r.from(
                        "camunda7:external-task/work?effects=true&lockDuration=1500&extendLock=false&variable.ref=from-the-first")
                .process(exchange -> {
                    effect(url, exchange);
                    if (commits == 0) {
                        Runtime.getRuntime().halt(CRASHED);
                    }
                })));
        Thread.currentThread().join();
    }

    /** Something that another system does, and no transaction of ours takes back. */
    static void effect(String url, Exchange exchange) throws Exception {
        try (Connection connection = DriverManager.getConnection(url, "postgres", null);
                PreparedStatement insert =
                        connection.prepareStatement("insert into effect_seen (key, repeated) values (?, ?)")) {
            insert.setString(1, exchange.getIn().getHeader(Camunda7Headers.IDEMPOTENCY_KEY, String.class));
            insert.setBoolean(2, exchange.getIn().getHeader(Camunda7Headers.EFFECT_REPEATED, Boolean.class));
            insert.executeUpdate();
        }
    }

    private record DyingAfter(PlatformTransactionManager real, int commits, AtomicInteger seen)
            implements PlatformTransactionManager {

        private DyingAfter(PlatformTransactionManager real, int commits) {
            this(real, commits, new AtomicInteger());
        }

        @Override
        public TransactionStatus getTransaction(TransactionDefinition definition) {
            return real.getTransaction(definition);
        }

        @Override
        public void commit(TransactionStatus status) {
            boolean outermost = status.isNewTransaction();
            real.commit(status);
            if (outermost
                    && Thread.currentThread().getName().contains("camunda7-work")
                    && seen.incrementAndGet() == commits) {
                Runtime.getRuntime().halt(CRASHED);
            }
        }

        @Override
        public void rollback(TransactionStatus status) {
            real.rollback(status);
        }
    }
}
