package io.liudan.identity;

import io.liudan.problem.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The auditors' door. Their own reading stands in the log as well. */
@RestController
@RequestMapping("/api/v1/audit")
@Tag(name = "audit", description = "审计日志：谁在何处依何规则看过、做过什么")
class AuditController {

    private static final int PAGE_LIMIT = 200;
    private static final int EXPORT_BATCH = 1_000;
    private static final String ROWS = "select s.number, s.hash, " + AuditChain.ENTRY
            + " from audit.entry e left join audit.seal s on s.entry = e.id where true";

    private final JdbcClient jdbc;
    private final AuditChain chain;
    private final Audit audit;
    private final Vault vault;

    AuditController(JdbcClient jdbc, AuditChain chain, Audit audit, Vault vault) {
        this.jdbc = jdbc;
        this.chain = chain;
        this.audit = audit;
        this.vault = vault;
    }

    /**
     * @param number place in the chain, absent for a moment after it was written; {@code hash} likewise, in hexadecimal
     *     digits
     * @param subject code of the request, or what else it was done to
     * @param address from where
     */
    record Row(
            long id,
            Instant at,
            String actor,
            List<String> roles,
            String action,
            String subject,
            String policy,
            String address,
            String reason,
            Long number,
            String hash) {}

    /** @param next cursor of the next page, absent at the end */
    record Page(List<Row> items, String next) {}

    private record Question(String actor, String subject, String action, Instant from, Instant to) {}

    @GetMapping
    @Operation(summary = "Who saw or did what, the newest first")
    Page list(
            @RequestParam(required = false) String actor,
            @RequestParam(required = false) String subject,
            @RequestParam(required = false) String action,
            @RequestParam(required = false) Instant from,
            @RequestParam(required = false) Instant to,
            @RequestParam(required = false) Long cursor,
            @RequestParam(defaultValue = "50") int limit) {
        audit.record("audit.read", subject == null ? actor : subject, "auditor");
        int size = Math.clamp(limit, 1, PAGE_LIMIT);
        List<Row> found = asked(
                " and e.id < :bound order by e.id desc limit :limit",
                new Question(actor, subject, action, from, to),
                cursor == null ? Long.MAX_VALUE : cursor,
                size + 1);
        List<Row> page = found.size() > size ? found.subList(0, size) : found;
        return new Page(page, found.size() > size ? Long.toString(page.getLast().id()) : null);
    }

    /** Only what was asked for stands in the statement, so that an index can be used. */
    private List<Row> asked(String bound, Question question, long value, int limit) {
        Map<String, Object> parameters = new HashMap<>(Map.of("bound", value, "limit", limit));
        StringBuilder sql = new StringBuilder(ROWS);
        and(sql, parameters, "e.actor = :actor", "actor", question.actor());
        and(sql, parameters, "e.subject = :subject", "subject", question.subject());
        and(sql, parameters, "e.action = :action", "action", question.action());
        and(
                sql,
                parameters,
                "e.at >= :from",
                "from",
                question.from() == null ? null : question.from().atOffset(ZoneOffset.UTC));
        and(
                sql,
                parameters,
                "e.at < :to",
                "to",
                question.to() == null ? null : question.to().atOffset(ZoneOffset.UTC));
        return jdbc.sql(sql + bound).params(parameters).query(this::row).list();
    }

    private static void and(
            StringBuilder sql, Map<String, Object> parameters, String condition, String name, Object value) {
        if (value != null) {
            sql.append(" and ").append(condition);
            parameters.put(name, value);
        }
    }

    @GetMapping(path = "/export", produces = "text/csv;charset=UTF-8")
    @Operation(summary = "The same as a table, the oldest first; its last line is the head of the chain")
    void export(@RequestParam Instant from, @RequestParam Instant to, HttpServletResponse response) throws IOException {
        if (!from.isBefore(to)) {
            throw Problem.field("from", "after-to");
        }
        audit.record("audit.export", from + "/" + to, "auditor");
        response.setContentType("text/csv;charset=UTF-8");
        response.setHeader("Content-Disposition", "attachment; filename=\"audit.csv\"");
        try (Writer out = new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8);
                CSVPrinter csv = new CSVPrinter(
                        out,
                        CSVFormat.RFC4180
                                .builder()
                                .setHeader(
                                        "number", "at", "actor", "roles", "action", "subject", "policy", "address",
                                        "reason", "hash")
                                .get())) {
            long bound = 0;
            List<Row> batch;
            do {
                batch = asked(
                        " and e.id > :bound order by e.id limit :limit",
                        new Question(null, null, null, from, to),
                        bound,
                        EXPORT_BATCH);
                for (Row row : batch) {
                    csv.printRecord(
                            row.number(),
                            row.at(),
                            harmless(row.actor()),
                            String.join(" ", row.roles()),
                            row.action(),
                            harmless(row.subject()),
                            row.policy(),
                            row.address(),
                            harmless(row.reason()),
                            row.hash());
                    bound = row.id();
                }
            } while (batch.size() == EXPORT_BATCH);
            if (chain.head().isPresent()) {
                csv.printRecord(
                        chain.head().get().number(),
                        null,
                        null,
                        null,
                        "head",
                        null,
                        null,
                        null,
                        null,
                        chain.head().get().hash());
            }
        }
    }

    /** What a spreadsheet would take for a formula, it shows as a text. */
    private static String harmless(String words) {
        return words != null && words.matches("(?s)[=+@\\-\\t\\r].*") ? "'" + words : words;
    }

    @PostMapping("/verify")
    @Operation(summary = "Reckons the chain anew and tells what was changed, left out or put in another place")
    AuditVerification.Verdict verify() {
        audit.record("audit.verify", null, "auditor");
        return chain.verify();
    }

    private Row row(ResultSet row, int n) throws SQLException {
        AuditChain.Entry entry = AuditChain.entry(row, n);
        byte[] hash = row.getBytes("hash");
        return new Row(
                entry.id(),
                entry.at(),
                entry.actor(),
                entry.roles().isEmpty() ? List.of() : List.of(entry.roles().split(",")),
                entry.action(),
                entry.subject(),
                entry.policy(),
                entry.address(),
                Audit.reason(vault, entry.reason()),
                hash == null ? null : row.getLong("number"),
                hash == null ? null : HexFormat.of().formatHex(hash));
    }
}
