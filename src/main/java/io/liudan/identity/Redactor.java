package io.liudan.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.liudan.problem.Failures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;
import org.springframework.stereotype.Component;

/**
 * Finds what tells who somebody is in a text that people wrote: phone numbers, identity and bank card numbers, plates,
 * mail addresses, house numbers and names, and puts the kind of it in its place. Numbers are found by their form, also
 * with gaps, in full-width digits or in Chinese ones; names as {@link Names} does.
 */
@Component
public class Redactor implements Failures.Masking {

    /*
     * Every quantifier has an end, and no two that follow each other may take the same characters beyond it: a match is
     * tried at each place in a number of steps that doesn't grow with the text (RedactorTest has texts that try).
     */
    private static final String GAP = "[ \\-－—.·()（）]{0,2}";
    private static final String PHONE =
            "(?<!\\d)(?:(?:\\+|00)?86" + GAP + ")?1" + GAP + "[3-9](?:" + GAP + "\\d){9}(?!\\d)|(?<!\\d)0\\d{2,3}" + GAP
                    + "[2-8]\\d{6,7}(?!\\d)|(?<!\\d)[48]00" + GAP + "\\d{3}" + GAP + "\\d{4}(?!\\d)";
    private static final String IDENTITY = "(?<!\\d)[1-8]\\d{5}" + GAP + "(?:19|20)\\d{2}" + GAP + "(?:0[1-9]|1[0-2])"
            + GAP + "(?:0[1-9]|[12]\\d|3[01])" + GAP + "\\d{3}[\\dXx](?![\\dXx])";
    private static final String CARD = "(?<!\\d)[3-6]\\d{3}(?: ?\\d{4}){3}(?: ?\\d{1,3})?(?!\\d)";
    private static final String MAIL = "[A-Za-z0-9._%+-]{1,64}+@(?:[A-Za-z0-9-]{1,63}\\.){1,8}[A-Za-z]{2,24}";
    private static final String DIGITS = "0123456789";
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
    private static final String PLATE = "[" + PROVINCES + "][A-HJ-NP-Z][·• ]?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])";
    private static final String NUMERAL = "[0-9A-Za-z一二三四五六七八九十百]";
    /** From the building on: the road or the estate is where help is needed. */
    private static final String HOUSE = "(?<![0-9A-Za-z])" + NUMERAL + "{1,5}+(?:号楼|栋|幢|座)(?:" + NUMERAL
            + "{1,4}+(?:单元|门))?(?:" + NUMERAL + "{1,3}+(?:层|楼))?(?:" + NUMERAL + "{1,5}+(?:室|号|户|房)?)?"
            + "|(?<![0-9A-Za-z])" + NUMERAL + "{1,4}+单元" + NUMERAL + "{1,5}+(?:室|号|户)?|(?<![0-9A-Za-z])\\d{3,4}+室";

    private static final String NUMERALS = "〇零幺两一二三四五六七八九０１２３４５６７８９";
    private static final String VALUES = "00121234567890123456789";
    private static final String NAME = "姓名";

    /**
     * @param signs characters of which one stands in whatever is of the kind: without any there is nothing to look for
     */
    private record Kind(String label, Form form, String signs) {

        Kind(String label, String form, String heads, String signs) {
            this(label, new Form(form, heads), signs);
        }

        boolean mayStandIn(String text) {
            return text.chars().anyMatch(one -> signs.indexOf(one) >= 0);
        }
    }

    /** In this order: a longer number isn't to be taken for a shorter one. */
    private static final List<Kind> KINDS = List.of(
            new Kind("证件号", IDENTITY, DIGITS, DIGITS),
            new Kind("卡号", CARD, DIGITS, DIGITS),
            new Kind("电话", PHONE, DIGITS + "+", DIGITS),
            new Kind("邮箱", MAIL, DIGITS + LETTERS + "._%+-", "@"),
            new Kind("车牌", PLATE, PROVINCES, PROVINCES),
            new Kind("门牌", HOUSE, DIGITS + LETTERS + "一二三四五六七八九十百", "楼栋幢座元室"));

    /** From so many characters on it takes some milliseconds. */
    private static final int LONG = 2000;

    private static final int REMEMBERED_CHARACTERS = 4_000_000;

    private record Key(String digest, List<String> known) {}

    private final Names names = new Names();
    private final Cache<Key, String> redacted = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED_CHARACTERS)
            .weigher((Key key, String text) -> text.length())
            .build();

    private record Found(int start, int end, String label) {}

    /**
     * @param text may be {@code null}
     * @param known names that are known to belong to somebody, for example of the one whom to call; {@code null}s are
     *     passed over
     * @return the text with {@code ‹电话›} and the like in place of what was found
     */
    public String redact(String text, String... known) {
        if (text == null || text.isBlank()) {
            return text;
        }
        if (text.length() < LONG) {
            return find(text, known);
        }
        // Read again and again, by everybody who may see it masked.
        Key key = new Key(DigestUtils.sha256Hex(text), Arrays.asList(known));
        String read = redacted.getIfPresent(key);
        if (read == null) {
            read = HeavyWork.inTurn(() -> find(text, known));
            redacted.put(key, read);
        }
        return read;
    }

    /** What {@link #redact} gives, not waiting for anything and not remembered. */
    String find(String text, String... known) {
        // One character each, so that places stay where they are.
        String plain = plain(text);
        List<Found> found = new ArrayList<>();
        for (Kind kind : KINDS) {
            if (!kind.mayStandIn(plain)) {
                continue;
            }
            kind.form().each(plain, one -> found.add(new Found(one.start(), one.end(), kind.label())));
        }
        for (String name : known) {
            for (int at = name == null || name.isBlank() ? -1 : text.indexOf(name);
                    at >= 0;
                    at = text.indexOf(name, at + name.length())) {
                found.add(new Found(at, at + name.length(), NAME));
            }
        }
        names.find(text).forEach(name -> found.add(new Found(name.start(), name.end(), NAME)));
        return replaced(text, found);
    }

    /** Whether a few characters may be somebody's name: those that look for people type no more. */
    public boolean mayBeName(String text) {
        return names.isName(text.strip());
    }

    @Override
    public String masked(String text) {
        return redact(text);
    }

    /** Chinese and full-width digits as plain ones. */
    private static String plain(String text) {
        char[] plain = text.toCharArray();
        for (int i = 0; i < plain.length; i++) {
            char one = plain[i];
            int digit = one < '〇' ? -1 : NUMERALS.indexOf(one);
            if (digit >= 0) {
                plain[i] = VALUES.charAt(digit);
            }
        }
        return new String(plain);
    }

    private static String replaced(String text, List<Found> found) {
        found.sort(Comparator.comparingInt(Found::start)
                .thenComparing(Comparator.comparingInt(Found::end).reversed()));
        StringBuilder clean = new StringBuilder();
        int at = 0;
        for (Found one : found) {
            if (one.start() < at) {
                at = Math.max(at, one.end());
                continue;
            }
            clean.append(text, at, one.start()).append('‹').append(one.label()).append('›');
            at = one.end();
        }
        return clean.append(text, at, text.length()).toString();
    }
}
