package io.liudan.matter;

import io.liudan.identity.Actor;
import io.liudan.matter.Kind.Field;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;

/** Kinds as a phone or a page needs them to draw a form, a way and the moves without knowing the kind. */
@Component
class KindViews {

    private final Kinds kinds;

    KindViews(Kinds kinds) {
        this.kinds = kinds;
    }

    /**
     * A kind in its newest version, in the reader's language.
     *
     * @param begin what beginning one is called
     * @param mayBegin whether the reader may begin one
     * @param fields of the form, in its order
     * @param way the statuses in the order in which the manifest has them
     * @param moves what people may do to a running one beside urging, by the one who may
     * @param registers lists that it keeps and the reader may see
     */
    record KindView(
            String kind,
            int version,
            String name,
            String begin,
            boolean mayBegin,
            List<FieldView> fields,
            List<Named> way,
            List<Named> outcomes,
            List<MoveView> moves,
            List<RegisterView> registers) {}

    record Named(String code, String name) {}

    /**
     * @param type one of TEXT, LONG_TEXT, NUMBER, DATE, WORD, BOOLEAN, DEPARTMENT, DEPARTMENTS, ATTACHMENTS, MATTER,
     *     CATEGORY, PLACE, CONTACT, ENTRY
     * @param words its choices, in order; empty where it has none
     * @param min and {@code max} the range of a number, both ends belong to it; absent for any
     * @param decimals how many digits a number may have after the point
     * @param find whether lists take {@code field.NAME} to look for its value
     * @param register name of the list that an ENTRY is of; it is sent as the entry's id
     */
    record FieldView(
            String name,
            String label,
            FieldType type,
            boolean required,
            List<Word> words,
            Number min,
            Number max,
            int decimals,
            boolean find,
            String register) {}

    /** @param value as it is sent */
    record Word(String value, String label) {}

    /**
     * @param who relations to the matter that let do it
     * @param from statuses in which it may be done; empty for any but the last
     */
    record MoveView(String move, String name, List<String> who, List<String> from, List<FieldView> fields) {}

    /**
     * @param mayKeep whether the reader adds, changes and retires entries
     * @param planned whether entries have a day until which a matter is to begin that refers to them
     */
    record RegisterView(String register, String name, boolean mayKeep, boolean planned, List<FieldView> fields) {}

    /** Those that the reader may begin, and those that their desk may be given. */
    List<KindView> of(Actor actor) {
        return kinds.all().stream()
                .filter(kind ->
                        Starters.among(kind.start(), actor) || !actor.desks().isEmpty())
                .map(kind -> view(kind, actor))
                .toList();
    }

    KindView view(Kind kind, Actor actor) {
        boolean mayBegin = Starters.among(kind.start(), actor);
        return new KindView(
                kind.key(),
                kinds.newest(kind.key()).map(Kinds.Newest::version).orElseThrow(),
                kind.name().in(locale()),
                kind.begin().in(locale()),
                mayBegin,
                fields(kind.fields().values()),
                named(kind.statuses()),
                named(kind.outcomes()),
                kind.moves().entrySet().stream()
                        .map(move -> move(move.getKey(), move.getValue()))
                        .toList(),
                kind.registers().values().stream()
                        .filter(register -> Registers.sees(kind, register, actor))
                        .map(register -> new RegisterView(
                                register.key(),
                                register.name().in(locale()),
                                Registers.keeps(register, actor),
                                register.plan() != null,
                                fields(register.fields().values())))
                        .toList());
    }

    private static MoveView move(String name, Kind.Move move) {
        return new MoveView(
                name,
                move.name().in(locale()),
                move.who().stream()
                        .map(relation -> relation.name().toLowerCase(Locale.ROOT))
                        .toList(),
                List.copyOf(move.from()),
                fields(move.fields().values()));
    }

    private static List<FieldView> fields(Collection<Field> fields) {
        return fields.stream()
                .map(field -> new FieldView(
                        field.name(),
                        field.label().in(locale()),
                        field.declared().type(),
                        field.required(),
                        field.declared().words().entrySet().stream()
                                .map(word -> new Word(word.getKey(), word.getValue()))
                                .toList(),
                        field.declared().range() == null
                                ? null
                                : field.declared().range().low(),
                        field.declared().range() == null
                                ? null
                                : field.declared().range().high(),
                        field.declared().range() == null
                                ? 0
                                : field.declared().range().decimals(),
                        field.find(),
                        field.register()))
                .toList();
    }

    private static List<Named> named(Map<String, Words> words) {
        return words.entrySet().stream()
                .map(word -> new Named(word.getKey(), word.getValue().in(locale())))
                .toList();
    }

    private static Locale locale() {
        return LocaleContextHolder.getLocale();
    }
}
