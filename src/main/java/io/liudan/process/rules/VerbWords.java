package io.liudan.process.rules;

import io.liudan.directory.CityDirectory;
import io.liudan.problem.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/** Words that a model hands to a verb as they are: what isn't known now would fail when the step is reached. */
@Component
public class VerbWords {

    private static final Set<String> TOLD = Set.of("desk", "superior", "supervision");

    /**
     * @param position of the argument, from 0
     * @param what it is, in Chinese and English
     * @param words those that there are; {@code null} where they are too many to tell
     */
    private record Argument(int position, Predicate<String> known, String what, Set<String> words) {}

    private final Map<String, Argument> arguments;
    private final Set<String> desks;

    VerbWords(CityDirectory city) {
        this.desks = Set.copyOf(city.desks());
        this.arguments = Map.of(
                "desks.grid", new Argument(0, code -> city.grid(code).isPresent(), "没有这个网格 there is no grid", null),
                "desks.community",
                        new Argument(0, code -> city.unit(code).isPresent(), "没有这个单位 there is no unit", null),
                "desks.street", new Argument(0, code -> city.unit(code).isPresent(), "没有这个单位 there is no unit", null),
                "desks.department",
                        new Argument(
                                0, code -> city.department(code).isPresent(), "没有这个部门 there is no department", null),
                "watch.card", new Argument(1, VerbWords::told, "没有这个告知对象 nobody is called", TOLD),
                "watch.supervise", new Argument(2, VerbWords::told, "没有这个告知对象 nobody is called", TOLD),
                "workOrders.answer",
                        words(2, "没有这种答复 there is no answer", Set.of("ACCEPTED", "RETURNED", "FINISHED", "EXPLAINED")),
                "workOrders.tell",
                        words(2, "没有这种通知 there is no message", Set.of("EXTENSION_APPROVED", "EXTENSION_REFUSED")),
                "workOrders.told",
                        words(1, "没有这种结果 there is no such outcome", Set.of("DELIVERED", "DISCARDED", "BY_HAND")));
    }

    private static Argument words(int position, String what, Set<String> words) {
        return new Argument(position, words::contains, what, words);
    }

    private static boolean told(String list) {
        return Arrays.stream(list.split(",")).map(String::strip).allMatch(TOLD::contains);
    }

    /**
     * @param verb as {@code desks.department}
     * @param words the arguments that are plain texts; {@code null} for any other
     */
    Optional<String> fault(String verb, List<String> words) {
        Argument argument = arguments.get(verb);
        String word = argument == null || argument.position() >= words.size() ? null : words.get(argument.position());
        return word == null || argument.known().test(word)
                ? Optional.empty()
                : Optional.of(argument.what() + " '" + word + "'"
                        + (argument.words() == null
                                ? ""
                                : "; there are: "
                                        + String.join(
                                                ", ",
                                                argument.words().stream()
                                                        .sorted()
                                                        .toList())));
    }

    /** A desk that a model names as it is. */
    Optional<String> desk(String desk) {
        return desks.contains(desk)
                ? Optional.empty()
                : Optional.of("没有这个岗位 there is no desk '" + desk + "'" + Nearest.hint(desk, desks));
    }
}
