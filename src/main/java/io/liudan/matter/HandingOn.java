package io.liudan.matter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** One matter that turns out to be of another kind: nobody types it again. */
@Service
@Transactional(propagation = Propagation.MANDATORY)
public class HandingOn {

    private final JdbcClient jdbc;
    private final Kinds kinds;
    private final MatterFacts facts;
    private final MatterTexts texts;
    private final Attachments attachments;
    private final Intake intake;
    private final EventLog events;

    HandingOn(
            JdbcClient jdbc,
            Kinds kinds,
            MatterFacts facts,
            MatterTexts texts,
            Attachments attachments,
            Intake intake,
            EventLog events) {
        this.jdbc = jdbc;
        this.kinds = kinds;
        this.facts = facts;
        this.texts = texts;
        this.attachments = attachments;
        this.intake = intake;
        this.events = events;
    }

    private record Origin(String kind, String reporter, boolean anonymous) {}

    /**
     * Begins a matter of another kind with what this one has: texts by fields of the same name, the first long text
     * taking those that have none; the place, the contact, and copies of the files.
     *
     * @param kind key of the other one
     * @return the new one's code
     * @throws IllegalArgumentException when there is no such kind
     */
    public String to(String code, String kind) {
        Kind other = kinds.find(kind).orElseThrow(() -> new IllegalArgumentException("There is no kind " + kind));
        MatterFacts.Matter had = facts.of(code);
        Origin origin = jdbc.sql("select kind, reporter, anonymous from matter where id = ?")
                .param(MatterCodes.number(code))
                .query((row, n) ->
                        new Origin(row.getString("kind"), row.getString("reporter"), row.getBoolean("anonymous")))
                .single();
        List<UUID> files = new ArrayList<>();
        had.files().forEach(file -> files.add(attachments.copy(file.id(), origin.reporter())));
        String made = intake.handedOn(
                new Intake.Origin(origin.reporter(), origin.kind()),
                new Draft(
                        kind,
                        had.title(),
                        words(other, code, had),
                        List.of(),
                        Map.of(),
                        other.only(FieldType.CATEGORY)
                                .map(field -> had.category())
                                .orElse(null),
                        where(had),
                        other.only(FieldType.CONTACT).isEmpty() || had.contact() == null
                                ? Draft.Contact.NOBODY
                                : new Draft.Contact(
                                        had.contact().name(), had.contact().phone()),
                        origin.anonymous(),
                        files,
                        null));
        events.append(code, "handed-on", null, null, Map.of("into", made));
        events.append(made, "taken-over", null, null, Map.of("from", code));
        return made;
    }

    private Map<String, String> words(Kind other, String code, MatterFacts.Matter had) {
        Map<String, String> kept = new LinkedHashMap<>();
        List<String> rest = new ArrayList<>();
        texts.ofBeginning(code).forEach((field, text) -> {
            if (other.fields().containsKey(field)
                    && other.fields().get(field).declared().type().isText()) {
                kept.put(field, text);
            } else {
                rest.add(text);
            }
        });
        String whole = rest.isEmpty() ? had.title() : String.join("\n", rest);
        other.fields().values().stream()
                .filter(field -> field.declared().type() == FieldType.LONG_TEXT && !kept.containsKey(field.name()))
                .findFirst()
                .ifPresent(field -> kept.put(field.name(), whole));
        return kept;
    }

    /** As it is kept, WGS84. */
    private static Draft.Where where(MatterFacts.Matter had) {
        return had.gridCode() == null
                ? Draft.Where.NOWHERE
                : new Draft.Where(had.lat(), had.lon(), null, had.address(), null, had.gridCode(), "location");
    }
}
