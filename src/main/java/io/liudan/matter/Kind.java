package io.liudan.matter;

import java.time.Period;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A kind of matter, as its manifest {@code matter.yaml} says: its words, its fields, who may begin one, who sees how
 * much of it, how long what is kept of it, and what the one who began it may do. What comes next, the model of the same
 * key says.
 *
 * @param key name of the kind, and of the process that works on its matters; the name of its folder
 * @param begin what beginning one is called
 * @param statuses by code; {@code CLOSED} is among them, at which nothing waits any more
 * @param outcomes how a closed one ended, by code
 * @param concluded statuses beside {@code CLOSED} in which its outcome stands and is told
 * @param endings outcomes by which a process operator may end one that is stuck
 * @param fields that are given at the beginning, by name, in the order of the form
 * @param title name of the field whose text heads the matter; {@code null} where a matter is headed by its kind
 * @param start who may begin one: names of realm roles, or {@code desk:} and a desk or the beginning of one; empty for
 *     nobody any more
 * @param see how much of a matter each relation to it lets see
 * @param keep how long what is kept after the end, by class of data; classes that are absent have the hub's own terms
 * @param moves what people may do to a running matter, by name
 * @param registers lists that it keeps, for its matters to refer to, by name
 */
public record Kind(
        String key,
        Words name,
        Words begin,
        Map<String, Words> statuses,
        Map<String, Words> outcomes,
        Set<String> concluded,
        Set<String> endings,
        Map<String, Field> fields,
        String title,
        List<String> start,
        Map<Relation, Level> see,
        Map<String, Period> keep,
        Map<String, Move> moves,
        Map<String, Register> registers) {

    /** The status of a matter that has ended. */
    public static final String CLOSED = "CLOSED";

    /** How a reader stands to a matter; the first that holds tells how much they see. */
    public enum Relation {
        /** One of the reader's desks has had a part in it. */
        DESK,
        /** The reader began it. */
        REPORTER,
        /** The reader's desk keeps the account of whoever began it. */
        KEPT,
        /** The reader supervises the city. */
        SUPERVISION,
        /** The reader follows it. */
        FOLLOWER
    }

    /** How much of a matter somebody sees. */
    public enum Level {
        /** As it was written; a desk only while it is at work on it, else as {@link #MASKED}. */
        ALL,
        /** Without what tells who somebody is. */
        MASKED,
        /** Its heading and where it stands. */
        HEADLINE
    }

    /**
     * A field that is given at the beginning.
     *
     * @param label what it is called in either language
     * @param declared what it holds
     * @param find whether matters are found by what it holds
     * @param contact whether it tells who somebody is, and goes as early as phone numbers do
     * @param register name of the kind's register that an {@link FieldType#ENTRY} is of, else {@code null}
     */
    public record Field(
            String name,
            Words label,
            FieldDeclaration declared,
            boolean required,
            boolean find,
            boolean contact,
            String register) {}

    /**
     * A list that a kind keeps, for example the points of a patrol.
     *
     * @param fields of an entry, by name, in the order of the form
     * @param title name of the text field that tells entries of a grid apart
     * @param keepers who adds, changes and retires entries: as in {@link Kind#start}
     * @param plan how often a matter is to begin that refers to an entry; {@code null} for no plan
     */
    public record Register(
            String key, Words name, Map<String, Field> fields, String title, List<String> keepers, Plan plan) {

        /** The field that tells where an entry is. */
        Optional<Field> place() {
            return fields.values().stream()
                    .filter(field -> field.declared().type() == FieldType.PLACE)
                    .findFirst();
        }
    }

    /**
     * How often a matter is to begin that refers to an entry.
     *
     * @param by name of the field that it depends on
     * @param every by each of the field's words
     */
    public record Plan(String by, Map<String, Period> every) {}

    /**
     * What somebody may do to a running matter.
     *
     * @param who relations that let do it
     * @param message that the process is handed; {@code null} for one that is only noted
     * @param optional whether it is noted also where the process doesn't wait for the message
     * @param from statuses in which it may be done; empty for any but the last
     * @param fields that go with it
     */
    public record Move(
            Words name,
            Set<Relation> who,
            String message,
            boolean optional,
            Set<String> from,
            Map<String, Field> fields) {}

    /** Whether a matter in this status has an outcome that stands. */
    public boolean concludes(String status) {
        return status.equals(CLOSED) || concluded.contains(status);
    }

    /** What people read for a status; the code itself where it isn't the kind's. */
    public Words status(String code) {
        return statuses.getOrDefault(code, Words.of(code));
    }

    public Words outcome(String code) {
        return outcomes.getOrDefault(code, Words.of(code));
    }

    /** The names of the messages that its moves hand to a process. */
    public Collection<String> messages() {
        return moves.values().stream()
                .map(Move::message)
                .filter(message -> message != null)
                .toList();
    }

    /** Names of the fields given at the beginning that its process can ask for: those that nobody wrote in words. */
    public Set<String> begun() {
        return entering(fields.values());
    }

    /** The same of all fields: those of a move can be asked for where it arrives. */
    public Set<String> variables() {
        Set<String> names = begun();
        moves.values().forEach(move -> names.addAll(entering(move.fields().values())));
        return names;
    }

    private static Set<String> entering(Collection<Field> fields) {
        Set<String> names = new TreeSet<>();
        fields.stream().filter(field -> field.declared().type().enters()).forEach(field -> names.add(field.name()));
        return names;
    }

    /** The one field of a type of which there can be but one. */
    Optional<Field> only(FieldType type) {
        return fields.values().stream()
                .filter(field -> field.declared().type() == type)
                .findFirst();
    }
}
