package io.liudan.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.apache.camel.ConsumerTemplate;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.springframework.stereotype.Component;

/**
 * Work orders as lines of CSV files, and answers out of such files and out of rows of exchange tables; in routes
 * {@code bean: answerRows}.
 */
@Component
class AnswerRows {

    private static final CSVFormat ORDER = CSVFormat.RFC4180
            .builder()
            .setHeader(
                    "id",
                    "kind",
                    "work_order",
                    "request",
                    "role",
                    "status",
                    "urgency",
                    "category",
                    "title",
                    "description",
                    "address",
                    "lat",
                    "lon",
                    "contact_name",
                    "contact_phone",
                    "issued_at",
                    "due_at",
                    "attachments",
                    "datum")
            .get();
    private static final CSVFormat ANSWER = CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreEmptyLines(true)
            .setTrim(true)
            .get();
    private static final int EVIDENCE_WAIT = 10_000;
    private static final int EVIDENCE_MOST = 10;
    /** As of any attachment: what is larger isn't even fetched. */
    private static final String EVIDENCE_SIZE = "&filterFile=RAW(${file:size} <= 10485760)";
    /** Plain names only: Camel takes what has a dollar sign for an expression. */
    private static final Pattern FILE = Pattern.compile("[\\p{L}\\p{N}_-][\\p{L}\\p{N}._ -]{0,150}");

    private final ObjectMapper json;
    private final ConsumerTemplate files;

    AnswerRows(ObjectMapper json, ConsumerTemplate files) {
        this.json = json;
        this.files = files;
    }

    /**
     * @param key {@code null} where the department gave none
     * @param body JSON for the inbox
     */
    public record Answer(String key, String body) {}

    /** A file with a head and one line. */
    public byte[] order(WorkOrderDocument.Message message, String charset) throws IOException {
        WorkOrderDocument order = message.workOrder();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CSVPrinter csv = new CSVPrinter(new OutputStreamWriter(bytes, Charset.forName(charset)), ORDER)) {
            Optional<WorkOrderDocument.Location> place = Optional.ofNullable(order.location());
            Optional<WorkOrderDocument.Contact> contact = Optional.ofNullable(order.contact());
            csv.printRecord(
                    message.id(),
                    message.kind(),
                    order.code(),
                    order.requestCode(),
                    order.role(),
                    order.status(),
                    order.urgency(),
                    order.categoryName(),
                    order.title(),
                    order.description(),
                    place.map(WorkOrderDocument.Location::address).orElse(null),
                    place.map(WorkOrderDocument.Location::lat).orElse(null),
                    place.map(WorkOrderDocument.Location::lon).orElse(null),
                    contact.map(WorkOrderDocument.Contact::name).orElse(null),
                    contact.map(WorkOrderDocument.Contact::phone).orElse(null),
                    order.issuedAt(),
                    order.dueAt(),
                    order.attachments().stream()
                            .map(WorkOrderDocument.Attachment::url)
                            .collect(Collectors.joining(" ")),
                    place.map(WorkOrderDocument.Location::datum).orElse(null));
        }
        return bytes.toByteArray();
    }

    /**
     * The answers of a file with the columns {@code key}, {@code work_order}, {@code action} and those of its fields.
     * What can't be read as a whole is one answer that no inbox can take, and so a dead letter.
     *
     * @param evidence where the files that the column {@code evidence} names are, as an address of Camel
     */
    public List<Answer> answers(byte[] file, String charset, String evidence) throws IOException {
        List<CSVRecord> lines;
        try {
            String text = Charset.forName(charset)
                    .newDecoder()
                    .decode(ByteBuffer.wrap(file))
                    .toString()
                    .replace("\uFEFF", "");
            CSVParser parser = ANSWER.parse(new StringReader(text));
            lines = parser.getRecords();
            if (!parser.getHeaderNames().containsAll(List.of("work_order", "action"))) {
                return unreadable("no columns work_order and action", file);
            }
        } catch (CharacterCodingException e) {
            return unreadable("not in " + charset, file);
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            return unreadable("no CSV", file);
        }
        List<Answer> answers = new ArrayList<>();
        for (CSVRecord line : lines) {
            Map<String, Object> fields = new LinkedHashMap<>();
            line.toMap().forEach((column, value) -> {
                if (value != null && !value.isEmpty()) {
                    fields.put(column, value);
                }
            });
            Object key = fields.remove("key");
            Object order = fields.remove("work_order");
            if (order != null) {
                fields.put("workOrder", order);
            }
            if (fields.get("evidence") instanceof String names) {
                fields.put("evidence", contents(names, evidence));
            }
            answers.add(new Answer(key == null ? null : key.toString(), write(fields)));
        }
        return answers;
    }

    /** No inbox takes it, so it is a dead letter; the same file again is the same one. */
    private static List<Answer> unreadable(String why, byte[] file) {
        return List.of(new Answer(null, "(" + why + ": " + file.length + " bytes, CRC " + crc(file) + ")"));
    }

    private static String crc(byte[] file) {
        CRC32 sum = new CRC32();
        sum.update(file);
        return Long.toHexString(sum.getValue());
    }

    /**
     * A file that isn't there, or is too large, is left out: the department then hears that evidence is missing. A
     * server that doesn't answer is another matter, and thrown.
     */
    private List<Map<String, String>> contents(String names, String evidence) {
        return Arrays.stream(names.split("[;；]"))
                .map(String::strip)
                .filter(name -> FILE.matcher(name).matches())
                .limit(EVIDENCE_MOST)
                .map(name ->
                        files.receiveBody(evidence + EVIDENCE_SIZE + "&fileName=" + name, EVIDENCE_WAIT, byte[].class))
                .filter(java.util.Objects::nonNull)
                .map(bytes -> Map.of("content", Base64.getEncoder().encodeToString(bytes)))
                .toList();
    }

    /** A row with the columns {@code work_order}, {@code action} and {@code fields}, which is JSON. */
    public String row(Map<String, Object> row) {
        String fields = String.valueOf(row.getOrDefault("fields", "")).strip();
        try {
            Map<String, Object> whole = new LinkedHashMap<>();
            whole.put("workOrder", row.get("work_order"));
            whole.put("action", row.get("action"));
            if (!fields.isEmpty() && !fields.equals("null")) {
                json.readTree(fields)
                        .properties()
                        .forEach(field -> whole.putIfAbsent(field.getKey(), field.getValue()));
            }
            return write(whole);
        } catch (JsonProcessingException e) {
            return "(fields are no JSON: " + fields.length() + " characters)";
        }
    }

    private String write(Map<String, Object> fields) {
        try {
            return json.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
