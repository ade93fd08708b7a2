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
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
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
    private static final String STOP = "[，。,.;；:：、！？!?\\s（(0-9]|$";
    private static final int NEAR = 8;
    private static final String GIVEN = "\\p{IsHan}{1,3}?";

    /** Its dictionaries take a moment and some 45 MB: only where there are texts. */
    private final Supplier<Segment> tagger = SingletonSupplier.of(
            () -> HanLP.newSegment().enableNameRecognize(true).enableTranslatedNameRecognize(true));

    private final Words words = read();
    private final Pattern name;
    private final List<Pattern> sure;
    private final List<Pattern> likely;
    private final Pattern personBefore;
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
        String surname = "(?:" + any(words.ofTwo()) + "|[" + words.surnames() + words.regional() + "])";
        String teller = any(words.persons()) + "|" + any(words.toldBy());
        String goesOn = any(words.goesOnWith());
        name = Pattern.compile(surname + "\\p{IsHan}{1,3}");
        sure = List.of(
                Pattern.compile("(?:" + any(words.introducedBy()) + ")\\s{0,2}(" + surname + GIVEN + ")(?=" + STOP
                        + "|的|是|在|和|与|反映|电话|家|住|于|今年|男|女|因)"),
                Pattern.compile(
                        "(?<!\\p{IsHan}路|街|村)(" + surname + "\\p{IsHan}{0,2}?)(?=" + any(words.addressedAs()) + ")"));
        likely = List.of(
                Pattern.compile("(?:" + teller + ")(" + surname + GIVEN + ")(?=" + STOP + "|" + goesOn + ")"),
                Pattern.compile("(?<!\\p{IsHan})(" + surname + "\\p{IsHan}{1,3})(?=、)"),
                Pattern.compile("(?<=、)(" + surname + GIVEN + ")(?=[、，。\\s]|等|[两二三四五六七八九十][户人家]|$)"));
        personBefore = Pattern.compile("(?:" + teller + "|[、，。！？]|^)$");
        goingOn = Pattern.compile(goesOn + "|、");
        noName = Pattern.compile(any(words.noNames()));
        ofAPlace = Pattern.compile("(?:[" + words.places() + "家]|广场|府邸)$");
        placeAfter = Pattern.compile("[" + words.places() + "]|" + any(words.placeWords()));
        placeBefore = Pattern.compile("[省市县区镇乡村路街道A-Za-z0-9]$");
    }

    private static Words read() {
        try (InputStream in = new ClassPathResource("keycloak/names.yaml").getInputStream()) {
            return new ObjectMapper(new YAMLFactory()).readValue(in, Words.class);
        } catch (IOException e) {
            throw new UncheckedIOException("names.yaml can't be read", e);
        }
    }

    private static String any(List<String> words) {
        return String.join("|", words);
    }

    /** Where names stand, in no order; some may overlap. */
    List<Span> find(String text) {
        List<Span> found = new ArrayList<>();
        sure.forEach(pattern ->
                pattern.matcher(text).results().forEach(one -> found.add(new Span(one.start(1), one.end(1)))));
        likely.forEach(pattern -> pattern.matcher(text)
                .results()
                .filter(one ->
                        plain(one.group(1)) && !ofAPlace.matcher(one.group(1)).find())
                .forEach(one -> found.add(new Span(one.start(1), one.end(1)))));
        int at = 0;
        for (Term term : tagger.get().seg(text)) {
            int start = text.indexOf(term.word, at);
            if (start < 0) {
                continue;
            }
            at = start + term.word.length();
            if (String.valueOf(term.nature).startsWith("nr") && believed(text, term.word, start, at)) {
                found.add(new Span(start, at));
            }
        }
        return found;
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
        if (placeAfter.matcher(after).lookingAt() || placeBefore.matcher(before).find()) {
            return false;
        }
        boolean alone = (start == 0 || BOUNDARY.indexOf(text.charAt(start - 1)) >= 0)
                && (end == text.length() || BOUNDARY.indexOf(text.charAt(end)) >= 0);
        boolean told = personBefore.matcher(before).find();
        boolean longer = word.length() > 2;
        return alone
                || told && longer
                || plain(word) && (longer || told || goingOn.matcher(after).lookingAt());
    }
}
