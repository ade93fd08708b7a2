package io.liudan.identity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.hankcs.hanlp.HanLP;
import com.hankcs.hanlp.seg.Segment;
import com.hankcs.hanlp.seg.common.Term;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/**
 * Finds what tells who somebody is in a text that people wrote: phone numbers, identity and bank card numbers, plates, mail addresses, house numbers and names, and puts the
 * kind of it in its place. Numbers are found by their form, also with gaps, in full-width digits or in Chinese ones; names by HanLP's role tagging, of which only what
 * begins with a surname and isn't part of a place is believed, and by the words that people are introduced with. How well: {@code RedactorTest}.
 */
@Component
public class Redactor {

    private static final String GAP = "[ \\-－—.·()（）]{0,2}";
    private static final String PHONE = "(?<!\\d)(?:(?:\\+|00)?86" + GAP + ")?1" + GAP + "[3-9](?:" + GAP + "\\d){9}(?!\\d)|(?<!\\d)0\\d{2,3}" + GAP + "[2-8]\\d{6,7}(?!\\d)|(?<!\\d)[48]00" + GAP + "\\d{3}" + GAP + "\\d{4}(?!\\d)";
    private static final String IDENTITY = "(?<!\\d)[1-8]\\d{5}" + GAP + "(?:19|20)\\d{2}" + GAP + "(?:0[1-9]|1[0-2])" + GAP + "(?:0[1-9]|[12]\\d|3[01])" + GAP + "\\d{3}[\\dXx](?![\\dXx])";
    private static final String CARD = "(?<!\\d)[3-6]\\d{3}(?: ?\\d{4}){3}(?: ?\\d{1,3})?(?!\\d)";
    private static final String MAIL = "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}";
    private static final String PLATE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·• ]?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])";
    private static final String NUMERAL = "[0-9A-Za-z一二三四五六七八九十百]";
    /** From the building on: the road or the estate is where help is needed. */
    private static final String HOUSE = "(?<![0-9A-Za-z])" + NUMERAL + "{1,5}(?:号楼|栋|幢|座)(?:" + NUMERAL + "{1,4}(?:单元|门))?(?:" + NUMERAL + "{1,3}(?:层|楼))?(?:" + NUMERAL + "{1,5}(?:室|号|户|房)?)?"
            + "|(?<![0-9A-Za-z])" + NUMERAL + "{1,4}单元" + NUMERAL + "{1,5}(?:室|号|户)?|(?<![0-9A-Za-z])\\d{3,4}室";

    /** The hundred most common ones of the country, those of the region's Hui, Dongxiang, Bonan and Salar people, and the common ones of two characters. */
    private static final String SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
            + "祁妥哈喇鲜敏穆撒沙铁冶拜虎牟包康鲁乔单海仇边水樊安柴裴";
    private static final String COMPOUND = "欧阳|司马|上官|诸葛|司徒|东方|尉迟|慕容|令狐|皇甫|夏侯";
    private static final String SURNAME = "(?:" + COMPOUND + "|[" + SURNAMES + "])";
    private static final String GIVEN = "\\p{IsHan}{1,3}?";
    /** What follows a name that somebody is introduced with. */
    private static final String END = "(?=[，。,.;；:：、！？!?\\s（(0-9]|$|的|是|在|和|与|反映|电话|家|住|于|今年|男|女|因|，)";
    private static final Pattern INTRODUCED = Pattern.compile("(?:我叫|我名叫|名叫|叫做|姓名(?:是|为|[:：])?|联系人(?:是|为|[:：])?|户主(?:是|为|[:：])?|反映人[:：]?|投诉人[:：]?|申请人[:：]?|当事人[:：]?|本人(?:是)?|我是)\\s{0,2}(" + SURNAME + GIVEN + ")" + END);
    private static final Pattern ADDRESSED = Pattern.compile("(?<!\\p{IsHan}路|街|村)(" + SURNAME + "\\p{IsHan}{0,2}?)(?=先生|女士|小姐|师傅|阿姨|大爷|大妈|大娘|奶奶|爷爷|大叔|同志|老人家|阿訇)");
    /** Of whom people tell by name: those at home, next door, and those they have to do with. */
    private static final String PERSON = "父亲|母亲|爸爸|妈妈|爱人|妻子|老婆|丈夫|老公|儿子|女儿|孩子|儿媳|女婿|孙子|孙女|奶奶|爷爷|外公|外婆|姥姥|姥爷|哥哥|弟弟|姐姐|妹妹|叔叔|舅舅|隔壁|邻居|村民|居民|住户|租户|租客|房东|房主|业主|老板|老板娘|包工头|工头"
            + "|干部|网格员|队员|主任|书记|村长|社长|组长|医生|大夫|护士|老师|校长|经理|司机|工作人员|户主|当事人|肇事者|证人|学生|病人|患者";
    private static final String TOLD = "听|找过|找了|问过|问了|联系过|联系了|当时|后来|这件事";
    /** What people go on with after a name. */
    private static final String GOES_ON = "把|说|让|不|也|都|占|欠|养|拖|打|去|最|态|天|没|要|给|被|有|对|向|三|七|八|今|叫|来|一|经常|每|昨|正|从|又|才|就|还|很|去年|反映|家|的|和|与|在|因";
    private static final Pattern TOLD_OF = Pattern.compile("(?:" + PERSON + "|" + TOLD + ")(" + SURNAME + GIVEN + ")(?=[，。,.;；:：、！？!?\\s（(0-9]|$|" + GOES_ON + ")");
    private static final Pattern LISTED = Pattern.compile("(?<!\\p{IsHan})(" + SURNAME + "\\p{IsHan}{1,3})(?=、)|(?<=、)(" + SURNAME + "\\p{IsHan}{1,3}?)(?=[、，。\\s]|等|[两二三四五六七八九十]户|[两二三四五六七八九十]人|[两二三四五六七八九十]家|$)");
    private static final Pattern PERSON_BEFORE = Pattern.compile(".*(?:" + PERSON + "|" + TOLD + "|[、，。！？]|^)$", Pattern.DOTALL);
    private static final Pattern GOING_ON_AFTER = Pattern.compile("^(?:" + GOES_ON + "|、).*", Pattern.DOTALL);
    /** Words that begin like a name. */
    private static final Pattern NO_NAME = Pattern.compile("^(?:马上|马路|马桶|严[重格字密查肃厉]|周边|周围|周末|周到|周期|周[一二三四五六日]|任[何意其然人]|许[多可都]|余[下额天]|康[复养]|沙[子发石盘]|铁[门皮路板建]|拜[年访]|包[括工干地]|鲜花|孔雀|段[时确]|毛[坯病]|陶瓷|龙头|方[便面]|付[款钱出]|程[序度]|钟[头点]|林[木地]|夏[天季]|田[地间]|范围|谢[谢绝]|郑重|何[时地况]"
            + "|胡[同乱闹]|孙[子女]|杨树|陈[旧年]|张[贴口]|路[灯面口边]|牛羊|叶子|汤|单[位元方]|时[间候常]|水[费管电表木]|安[装全置排]|海鲜|白天|黄[色土]|金额|石[头料]|高[空层温声低]|温|江|常|万[一家多达元]|汪|祁连|撒[谎泼]|鲁莽|乔[装木亩]|仇人|边[上住打过走]|樊笼|柴[火味]|曾[经多于向拨在被]|莫[再用要名]|陆续|董事|断水|梁[底和柱]|车子|妥[协善当]|向[社市有上相政]|戴[眼口着]|白沙|石岭).*", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile(SURNAME + "\\p{IsHan}{1,3}");
    private static final Pattern OF_A_PLACE = Pattern.compile(".*[省市县区镇乡村路街巷道苑园城桥湾山河湖江庄坪院局厂店家楼寺滩沟川堡台站校队组社广场府邸]");
    private static final Pattern PLACE_AFTER = Pattern.compile("^(?:[省市县区镇乡村路街巷道苑园城桥湾山河湖江庄坪院局厂店楼寺滩沟川堡台站校队组社府]|小区|社区|花园|广场|大道|公寓|新村|小学|中学|医院|公司|集团|物业|国际).*", Pattern.DOTALL);
    private static final Pattern PLACE_BEFORE = Pattern.compile(".*[省市县区镇乡村路街道A-Za-z0-9]$", Pattern.DOTALL);
    private static final String AMBIGUOUS = "于向方高钱金石田安水单时海江白黄万和成何顾";
    private static final String BOUNDARY = "，。、；：！？,.;:!?（）()“”\"' \t\n";
    private static final Set<String> TITLES = Set.of("书记", "局长", "主任", "县长", "市长", "区长", "镇长", "所长", "科长", "队长", "经理", "总");

    private record Kind(String label, Pattern form) {
    }

    /** In this order: a longer number isn't to be taken for a shorter one. */
    private static final List<Kind> KINDS = List.of(new Kind("证件号", Pattern.compile(IDENTITY)), new Kind("卡号", Pattern.compile(CARD)), new Kind("电话", Pattern.compile(PHONE)),
            new Kind("邮箱", Pattern.compile(MAIL)), new Kind("车牌", Pattern.compile(PLATE)), new Kind("门牌", Pattern.compile(HOUSE)));

    /** Its dictionaries take a moment and some 45 MB: only where there are texts. */
    private final Supplier<Segment> words = SingletonSupplier.of(() -> HanLP.newSegment().enableNameRecognize(true).enableTranslatedNameRecognize(true));

    private record Found(int start, int end, String label) {
    }

    /**
     * @param text  may be {@code null}
     * @param known names that are known to belong to somebody, for example of the one whom to call; {@code null}s are passed over
     * @return the text with {@code ‹电话›} and the like in place of what was found
     */
    public String redact(String text, String... known) {
        if (text == null || text.isBlank()) {
            return text;
        }
        // One character each, so that places stay where they are.
        String plain = plain(text);
        List<Found> found = new ArrayList<>();
        for (Kind kind : KINDS) {
            Matcher matcher = kind.form().matcher(plain);
            while (matcher.find()) {
                found.add(new Found(matcher.start(), matcher.end(), kind.label()));
            }
        }
        for (String name : known) {
            for (int at = name == null || name.isBlank() ? -1 : text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length())) {
                found.add(new Found(at, at + name.length(), "姓名"));
            }
        }
        names(text, found);
        return replaced(text, found);
    }

    private void names(String text, List<Found> found) {
        Stream.of(INTRODUCED, ADDRESSED, TOLD_OF, LISTED).map(pattern -> pattern.matcher(text)).forEach(matcher -> {
            while (matcher.find()) {
                int group = matcher.group(1) == null ? 2 : 1;
                String name = matcher.group(group);
                if (matcher.pattern() != TOLD_OF && matcher.pattern() != LISTED || AMBIGUOUS.indexOf(name.charAt(0)) < 0 && !NO_NAME.matcher(name).matches() && !OF_A_PLACE.matcher(name).matches()) {
                    found.add(new Found(matcher.start(group), matcher.end(group), "姓名"));
                }
            }
        });
        int at = 0;
        for (Term term : words.get().seg(text)) {
            int start = text.indexOf(term.word, at);
            if (start < 0) {
                continue;
            }
            at = start + term.word.length();
            if (String.valueOf(term.nature).startsWith("nr") && believed(text, term.word, start, at)) {
                found.add(new Found(start, at, "姓名"));
            }
        }
    }

    /**
     * The role tagger takes many a place and many a phrase for a person. What is short, or begins with a character that is more often a word than a surname, has to
     * stand by itself or where people are told of; a surname with a title alone names an office.
     */
    private static boolean believed(String text, String word, int start, int end) {
        boolean alone = (start == 0 || BOUNDARY.indexOf(text.charAt(start - 1)) >= 0) && (end == text.length() || BOUNDARY.indexOf(text.charAt(end)) >= 0);
        boolean plain = AMBIGUOUS.indexOf(word.charAt(0)) < 0;
        boolean told = PERSON_BEFORE.matcher(text.substring(0, start)).matches();
        return NAME.matcher(word).matches() && !NO_NAME.matcher(word).matches() && (alone || plain && (word.length() > 2 || told || GOING_ON_AFTER.matcher(text.substring(end)).matches()) || told && word.length() > 2)
                && !OF_A_PLACE.matcher(word).matches() && !PLACE_AFTER.matcher(text.substring(end)).matches()
                && !PLACE_BEFORE.matcher(text.substring(0, start)).matches() && TITLES.stream().noneMatch(word.substring(1)::equals);
    }

    private static String plain(String text) {
        return text.chars().mapToObj(point -> {
            String chinese = "〇一二三四五六七八九";
            int digit = chinese.indexOf(point);
            return digit >= 0 || point == '零' ? String.valueOf(Math.max(digit, 0)) : point == '幺' ? "1" : point == '两' ? "2"
                    : point >= '０' && point <= '９' ? String.valueOf((char) (point - '０' + '0')) : String.valueOf((char) point);
        }).collect(Collectors.joining());
    }

    private static String replaced(String text, List<Found> found) {
        found.sort(Comparator.comparing(Found::start).thenComparing(Found::end, Comparator.reverseOrder()));
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
