package io.liudan.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.hankcs.hanlp.HanLP;
import com.hankcs.hanlp.seg.Segment;
import com.hankcs.hanlp.seg.common.Term;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.function.SingletonSupplier;

/**
 * Finds people's names in what people wrote: by the words that they are introduced, addressed, told of or listed with,
 * and by HanLP's role tagging, of which only what begins with a surname, stands where names stand and isn't part of a
 * place is believed. The words are in {@code keycloak/names.yaml}. How many it finds: {@code NameRecall}; examples:
 * {@code RedactorTest}.
 */
class Names {

    private static final String BOUNDARY = "，。、；：！？,.;:!?（）()“”\"' \t\n";
    private static final String PAUSES = "、，。！？";
    private static final String STOP = "[，。,.;；:：、！？!?\\s（(0-9]|$";
    private static final int NEAR = 8;
    /** Whoever knows the name of a thing says it within so many characters: a tagger needs no more around it. */
    private static final int LONGEST_PIECE = 120;

    private static final String SENTENCE_ENDS = "。！？!?；;\n";
    private static final String GIVEN = "\\p{IsHan}{1,3}?";

    /** Its dictionaries take a moment and some 45 MB: only where there are texts. */
    private final Supplier<Segment> tagger = SingletonSupplier.of(
            () -> HanLP.newSegment().enableNameRecognize(true).enableTranslatedNameRecognize(true));

    private final Words words = read();
    private final Pattern name;
    private final List<Form> sure;
    private final List<Form> likely;
    private final List<String> tellers;
    private final Pattern goingOn;
    private final Pattern noName;
    private final Pattern ofAPlace;
    private final Pattern placeAfter;
    private final Pattern placeBefore;

    /** As the file has them. */
    private record Words(
            String surnames,
            String regional,
            @JsonProperty("of-two") List<String> ofTwo,
            String ambiguous,
            @JsonProperty("introduced-by") List<String> introducedBy,
            @JsonProperty("addressed-as") List<String> addressedAs,
            List<String> persons,
            @JsonProperty("told-by") List<String> toldBy,
            @JsonProperty("goes-on-with") List<String> goesOnWith,
            List<String> titles,
            String places,
            @JsonProperty("place-words") List<String> placeWords,
            @JsonProperty("no-names") List<String> noNames) {}

    record Span(int start, int end) {}

    Names() {
        String surnames = words.surnames() + words.regional();
        String surname = "(?:" + any(words.ofTwo()) + "|" + oneOf(surnames) + ")";
        String surnameHeads = surnames + heads(words.ofTwo());
        tellers =
                Stream.concat(words.persons().stream(), words.toldBy().stream()).toList();
        String teller = any(tellers);
        String goesOn = any(words.goesOnWith());
        name = Pattern.compile(surname + "\\p{IsHan}{1,3}");
        sure = List.of(
                new Form(
                        "(?:" + any(words.introducedBy()) + ")\\s{0,2}(" + surname + GIVEN + ")(?=" + STOP
                                + "|的|是|在|和|与|反映|电话|家|住|于|今年|男|女|因)",
                        heads(words.introducedBy())),
                new Form(
                        "(?<!\\p{IsHan}路|街|村)(" + surname + "\\p{IsHan}{0,2}?)(?=" + any(words.addressedAs()) + ")",
                        surnameHeads));
        likely = List.of(
                new Form("(?:" + teller + ")(" + surname + GIVEN + ")(?=" + STOP + "|" + goesOn + ")", heads(tellers)),
                new Form("(?<!\\p{IsHan})(" + surname + "\\p{IsHan}{1,3})(?=、)", surnameHeads),
                new Form("(?<=、)(" + surname + GIVEN + ")(?=[、，。\\s]|等|[两二三四五六七八九十][户人家]|$)", surnameHeads));
        goingOn = Pattern.compile(goesOn + "|、");
        noName = Pattern.compile(any(words.noNames()));
        ofAPlace = Pattern.compile("(?:[" + words.places() + "家]|广场|府邸)$");
        placeAfter = Pattern.compile("[" + words.places() + "]|" + any(words.placeWords()));
        placeBefore = Pattern.compile("[省市县区镇乡村路街道A-Za-z0-9]");
    }

    private static Words read() {
        try (InputStream in = new ClassPathResource("keycloak/names.yaml").getInputStream()) {
            return new ObjectMapper(new YAMLFactory()).readValue(in, Words.class);
        } catch (IOException e) {
            throw new UncheckedIOException("names.yaml can't be read", e);
        }
    }

    private static String heads(List<String> words) {
        return words.stream().map(word -> word.substring(0, 1)).distinct().collect(Collectors.joining());
    }

    /**
     * A class of many characters, in groups that are passed over by one look at their range: the JDK looks at one after
     * the other, and there are hundreds of surnames.
     */
    private static String oneOf(String characters) {
        int[] sorted = characters.codePoints().sorted().distinct().toArray();
        int size = (int) Math.ceil(Math.sqrt(sorted.length));
        StringBuilder groups = new StringBuilder("[");
        for (int from = 0; from < sorted.length; from += size) {
            int to = Math.min(from + size, sorted.length);
            groups.append('[')
                    .appendCodePoint(sorted[from])
                    .append('-')
                    .appendCodePoint(sorted[to - 1])
                    .append("&&[")
                    .append(new String(sorted, from, to - from))
                    .append("]]");
        }
        return groups.append(']').toString();
    }

    /** One of some words; those of one beginning are looked at together. */
    private static String any(List<String> words) {
        Map<String, List<String>> byHead = words.stream()
                .collect(Collectors.groupingBy(
                        word -> word.substring(0, 1),
                        LinkedHashMap::new,
                        Collectors.mapping(word -> word.substring(1), Collectors.toList())));
        return byHead.entrySet().stream()
                .map(head -> head.getKey()
                        + (head.getValue().size() == 1
                                ? head.getValue().getFirst()
                                : "(?:" + String.join("|", head.getValue()) + ")"))
                .collect(Collectors.joining("|"));
    }

    /** Where names stand, in no order; some may overlap. */
    List<Span> find(String text) {
        List<Span> found = new ArrayList<>();
        sure.forEach(form -> form.each(text, one -> found.add(new Span(one.start(1), one.end(1)))));
        likely.forEach(form -> form.each(text, one -> {
            if (plain(one.group(1)) && !ofAPlace.matcher(one.group(1)).find()) {
                found.add(new Span(one.start(1), one.end(1)));
            }
        }));
        // Pieces that came before are known: people paste the same sentence again and again, and so does who means
        // harm.
        Map<String, List<Span>> known = new HashMap<>();
        for (int from = 0; from < text.length(); from = next(text, from)) {
            int begin = from;
            String piece = text.substring(from, next(text, from));
            if (piece.codePoints().anyMatch(Character::isIdeographic)) {
                known.computeIfAbsent(piece, this::tagged)
                        .forEach(one -> found.add(new Span(begin + one.start(), begin + one.end())));
            }
        }
        return found;
    }

    /**
     * Where the piece of a text ends that begins here: with its sentence, or where a sentence has gone on for too long.
     */
    private static int next(String text, int from) {
        int end = Math.min(text.length(), from + LONGEST_PIECE);
        for (int i = from; i < end; i++) {
            if (SENTENCE_ENDS.indexOf(text.charAt(i)) >= 0) {
                return i + 1;
            }
        }
        return end;
    }

    private List<Span> tagged(String piece) {
        List<Span> found = new ArrayList<>();
        int at = 0;
        for (Term term : tagger.get().seg(piece)) {
            int start = piece.indexOf(term.word, at);
            if (start < 0) {
                continue;
            }
            at = start + term.word.length();
            if (String.valueOf(term.nature).startsWith("nr") && believed(piece, term.word, start, at)) {
                found.add(new Span(start, at));
            }
        }
        return found;
    }

    /** Whether a text is a name and nothing beside it, as far as its characters or the tagger tell. */
    boolean isName(String text) {
        return name.matcher(text).matches()
                && (plain(text)
                        || tagger.get().seg(text).stream()
                                .anyMatch(term -> term.word.equals(text)
                                        && String.valueOf(term.nature).startsWith("nr")));
    }

    /** Begins like a name and like nothing else. */
    private boolean plain(String word) {
        return words.ambiguous().indexOf(word.charAt(0)) < 0
                && !noName.matcher(word).lookingAt();
    }

    /**
     * The role tagger takes many a place and many a phrase for a person. What is short, or begins with a character that
     * is more often a word than a surname, has to stand by itself or where people are told of; a surname with a title
     * alone names an office.
     */
    private boolean believed(String text, String word, int start, int end) {
        if (!name.matcher(word).matches()
                || noName.matcher(word).lookingAt()
                || ofAPlace.matcher(word).find()
                || words.titles().contains(word.substring(1))) {
            return false;
        }
        // No word that tells is longer.
        String before = text.substring(Math.max(0, start - NEAR), start);
        String after = text.substring(end, Math.min(text.length(), end + NEAR));
        if (placeAfter.matcher(after).lookingAt()
                || placeBefore
                        .matcher(before.isEmpty() ? "" : before.substring(before.length() - 1))
                        .matches()) {
            return false;
        }
        boolean alone = (start == 0 || BOUNDARY.indexOf(text.charAt(start - 1)) >= 0)
                && (end == text.length() || BOUNDARY.indexOf(text.charAt(end)) >= 0);
        boolean told = before.isEmpty()
                || PAUSES.indexOf(before.charAt(before.length() - 1)) >= 0
                || tellers.stream().anyMatch(before::endsWith);
        boolean longer = word.length() > 2;
        boolean unmistakable = words.ambiguous().indexOf(word.charAt(0)) < 0;
        return alone
                || told && longer
                || unmistakable && (longer || told || goingOn.matcher(after).lookingAt());
    }
}
