package io.liudan.embedded.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/** Reads work orders from the exchange tables of its own database and writes its answers there. */
class ExchangeTablePeer extends Peer {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PGSimpleDataSource database = new PGSimpleDataSource();

    /** @param url of a database that is there already */
    ExchangeTablePeer(String code, String name, Received received, String url, String user, String password) {
        super(code, name, "前置库", received);
        database.setUrl(url);
        database.setUser(user);
        database.setPassword(password);
    }

    @Override
    void start() throws SQLException, IOException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                InputStream tables = ExchangeTablePeer.class.getResourceAsStream("/simulator/exchange-tables.sql")) {
            statement.execute(new String(tables.readAllBytes(), StandardCharsets.UTF_8));
        }
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        boolean failed = false;
        while (true) {
            try {
                TimeUnit.MILLISECONDS.sleep(failed ? 5000 : 500);
                failed = false;
                if (fault() != Faults.DOWN) {
                    readOnce();
                }
            } catch (InterruptedException e) {
                return;
            } catch (SQLException | IOException e) {
                failed = true;
                System.err.println(
                        code() + " couldn't read its tables: " + e.getClass().getName());
            }
        }
    }

    private void readOnce() throws SQLException, IOException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            List<String> ids = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(
                    "select id, body from liudan_work_order where read_at is null order by sent_at")) {
                while (rows.next()) {
                    received().take(rows.getString("id"), JSON.readTree(rows.getString("body")));
                    ids.add(rows.getString("id"));
                }
            }
            try (PreparedStatement read =
                    connection.prepareStatement("update liudan_work_order set read_at = now() where id = any(?)")) {
                read.setArray(1, connection.createArrayOf("text", ids.toArray()));
                read.executeUpdate();
            }
        }
    }

    @Override
    String answer(String key, JsonNode answer) throws SQLException {
        ObjectNode fields = answer.deepCopy();
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into liudan_answer (id, work_order, action, fields) values (?, ?, ?, ?)")) {
            insert.setString(1, key);
            insert.setString(2, fields.remove("workOrder").asText());
            insert.setString(3, fields.remove("action").asText());
            insert.setString(4, fields.toString());
            insert.executeUpdate();
        }
        return "已写入 liudan_answer";
    }
}
