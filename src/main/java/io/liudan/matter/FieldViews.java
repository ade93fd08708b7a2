package io.liudan.matter;

import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.matter.Kind.Field;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;

/** What people read of a kind's own fields. */
@Component
class FieldViews {

    private final CityDirectory city;
    private final MessageSource messages;
    private final Registers registers;

    FieldViews(CityDirectory city, MessageSource messages, Registers registers) {
        this.city = city;
        this.registers = registers;
        this.messages = messages;
    }

    /**
     * In the order of the form; fields that hold nothing are left out.
     *
     * @param contacts whether the reader may see those that tell who somebody is
     */
    List<MatterView.FieldView> of(Kind kind, Map<String, Object> values, boolean contacts) {
        return of(kind.fields().values(), kind.registers(), values, contacts);
    }

    /** Of an entry of a register. */
    List<MatterView.FieldView> of(Kind.Register register, Map<String, Object> values, boolean contacts) {
        return of(register.fields().values(), Map.of(), values, contacts);
    }

    private List<MatterView.FieldView> of(
            Collection<Field> fields, Map<String, Kind.Register> lists, Map<String, Object> values, boolean contacts) {
        return fields.stream()
                .filter(field -> values.get(field.name()) != null)
                .filter(field -> contacts || !field.contact())
                .map(field -> new MatterView.FieldView(
                        field.name(),
                        field.label().in(LocaleContextHolder.getLocale()),
                        values.get(field.name()),
                        word(field, lists, values.get(field.name()))))
                .toList();
    }

    private String word(Field field, Map<String, Kind.Register> lists, Object value) {
        Stream<?> values = value instanceof Collection<?> all ? all.stream() : Stream.of(value);
        return values.map(one -> field.declared().type() == FieldType.ENTRY
                        ? registers.title(lists.get(field.register()), one).orElse("")
                        : word(field, one.toString()))
                .collect(Collectors.joining("、"));
    }

    private String word(Field field, String value) {
        return switch (field.declared().type()) {
            case BOOLEAN -> messages.getMessage("value." + value, null, value, LocaleContextHolder.getLocale());
            case DEPARTMENT, DEPARTMENTS ->
                city.department(value).map(OrgUnit::name).orElse(value);
            default -> field.declared().words().getOrDefault(value, value);
        };
    }
}
