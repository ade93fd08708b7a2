package io.liudan.process.rules;

import io.liudan.matter.Kind;
import io.liudan.matter.KindFields;
import io.liudan.matter.KindModule;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a model may say of the matters that it works on.
 *
 * @param statuses codes; {@code null} like {@code outcomes} where nobody knows them
 * @param outcomes codes
 * @param messages that people's moves send
 * @param variables that hold what the kinds' fields hold
 * @param begun those of them that hold what was given at the beginning, and go on holding it
 * @param fields that code of the kinds acts on
 */
public record KindWords(
        Set<String> statuses,
        Set<String> outcomes,
        Set<String> messages,
        Set<String> variables,
        Set<String> begun,
        Collection<KindFields> fields) {

    /** Of a kind whose manifest can't be read: anything may be said. */
    public static final KindWords UNKNOWN =
            new KindWords(null, null, Set.of(), Set.of(ModelNames.ALL), Set.of(), Set.of());

    /** Of the one kind that a package is of, or of all there are for a package that is of none. */
    public static KindWords of(Collection<Kind> kinds, Collection<KindModule> modules) {
        Set<String> statuses = new LinkedHashSet<>();
        Set<String> outcomes = new LinkedHashSet<>();
        Set<String> messages = new LinkedHashSet<>();
        Set<String> variables = new LinkedHashSet<>();
        Set<String> begun = new LinkedHashSet<>();
        kinds.forEach(kind -> {
            statuses.addAll(kind.statuses().keySet());
            outcomes.addAll(kind.outcomes().keySet());
            messages.addAll(kind.messages());
            variables.addAll(kind.variables());
            begun.addAll(kind.begun());
        });
        return new KindWords(
                statuses,
                outcomes,
                messages,
                variables,
                begun,
                modules.stream()
                        .filter(module ->
                                kinds.stream().anyMatch(kind -> kind.key().equals(module.kind())))
                        .map(KindModule::fields)
                        .toList());
    }
}
