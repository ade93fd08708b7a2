package io.liudan.identity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * How many of the names that people write {@link Redactor} finds: made-up names of the country's and the region's
 * kinds, put where people of 1,505 real messages have theirs, in sentences of our own. {@code ./mvnw -q -Pbenchmark
 * -Dparts=names}
 */
public final class NameRecall {

    private static final int NAMES = 600;
    private static final long SEED = 622901;
    private static final String HAN =
            "王李张刘陈杨黄赵吴周徐孙朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董袁潘蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范廖贾夏韦付邹孟熊秦邱江尹薛闫段雷侯陶黎贺毛郝龚邵万钱严";
    private static final String LOCAL = "马祁妥哈喇鲜敏穆撒沙铁冶拜虎牟包康鲁";
    private static final String[] GIVEN =
            ("伟,芳,娜,敏,静,丽,强,磊,军,洋,勇,艳,杰,娟,涛,明,超,霞,平,刚,桂英,秀兰,玉珍,建国,建华,志强,志明,海燕,雪梅,春生,秋菊,文博,子轩,梓涵,浩然,雨桐,欣怡,俊杰,嘉豪,思远,永福,成林,国栋,丽娟,晓梅,小芳,生辉,月华,明哲,红霞,"
                            + "德胜,万里,福来,得财,学文,进财,尕娃,英兰,玉梅,桂花")
                    .split(",");
    private static final String[] MUSLIM =
            "哈麦,尔沙,尤素,阿布都,索菲娅,赛里麦,海比巴,古白,者麦,一不拉,麦燕,阿丹,努海,舍木,哈给,主麻,法土麦,艾米娜,伊斯麻,拜克".split(",");
    private static final Map<String, List<String>> PLACES = new LinkedHashMap<>();

    static {
        PLACES.put(
                "introduced",
                List.of("我叫@，家住青年社区，下水道堵了半个月", "本人@，今年六十岁，想问低保的事", "我是@，家里暖气不热", "联系人：@，电话一直打不通", "反映人@，请尽快处理"));
        PLACES.put(
                "of the family",
                List.of("我父亲@去年瘫痪在床，没有人管", "我爱人@在工地摔伤，老板不管", "孩子@今年六岁，上不了学", "户主@的低保被取消了", "我奶奶@八十多岁，楼道没有灯"));
        PLACES.put(
                "complained of",
                List.of(
                        "隔壁@天天半夜放音响",
                        "村民@占了公共通道盖房",
                        "楼上住户@养狗扰民",
                        "老板@拖欠我们三个月工资",
                        "包工头@欠我三万块不给",
                        "房东@不退押金",
                        "邻居@把垃圾倒在门口"));
        PLACES.put(
                "of an office",
                List.of("社区干部@态度很不好", "网格员@让我们等通知", "村主任@不给开证明", "医生@说没有床位", "工作人员@让我下周再来", "物业经理@说修不了"));
        PLACES.put("told of", List.of("当时@也在场，可以作证", "这件事@最清楚", "已经找过@三次了，没有结果", "后来@打电话来说不管", "听@说要拆这条路"));
        PLACES.put("first or with 's", List.of("@反映楼道里堆满杂物", "@家的房子漏雨严重", "@和@因为宅基地吵了起来", "@、@、@三户都没有水"));
    }

    private NameRecall() {}

    public static void main(String[] args) {
        Redactor redactor = new Redactor();
        Random random = new Random(SEED);
        System.out.printf(
                "%n  Names found of %d in each row, made up, in sentences of our own (seed %d)%n    %-20s %10s %10s%n",
                NAMES, SEED, "where", "Han", "Hui and others");
        for (Map.Entry<String, List<String>> place : PLACES.entrySet()) {
            System.out.printf(
                    "    %-20s %9.1f%% %9.1f%%%n",
                    place.getKey(),
                    found(redactor, random, place.getValue(), false),
                    found(redactor, random, place.getValue(), true));
        }
    }

    /** In percent. */
    private static double found(Redactor redactor, Random random, List<String> sentences, boolean local) {
        int found = 0;
        int put = 0;
        while (put < NAMES) {
            String sentence = sentences.get(put % sentences.size());
            int holes = (int) sentence.chars().filter(c -> c == '@').count();
            List<String> names =
                    IntStream.range(0, holes).mapToObj(i -> name(random, local)).toList();
            String text = sentence;
            for (String name : names) {
                text = text.replaceFirst("@", name);
            }
            String clean = redactor.redact(text);
            found += (int) names.stream()
                    .filter(name ->
                            !Pattern.compile(Pattern.quote(name)).matcher(clean).find())
                    .count();
            put += holes;
        }
        return 100.0 * found / put;
    }

    private static String name(Random random, boolean local) {
        String surnames = local ? LOCAL : HAN;
        String[] given = local && random.nextBoolean() ? MUSLIM : GIVEN;
        return surnames.charAt(random.nextInt(surnames.length())) + given[random.nextInt(given.length)];
    }
}
