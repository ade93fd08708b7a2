package io.liudan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tells who somebody is, as people type it. */
class RedactorTest {

    @Test
    void texts_of_repeated_pieces_take_no_longer_than_others() {
        double[] millis = RedactorFuzz.run(300, 1);
        // A pattern that tries each place anew for each other one takes seconds; the figures are the benchmark's
        // (siege).
        assertThat(millis[millis.length - 1]).isLessThan(500);
    }

    private final Redactor redactor = new Redactor();

    @ParameterizedTest
    @CsvSource({
        "电话13900001111打不通,电话‹电话›打不通",
        "联系 139-0000-1111,联系 ‹电话›",
        "１３９０００１１１１１,‹电话›",
        "请联系+8613900001111,请联系‹电话›",
        "008613900001111,‹电话›",
        "86 139 0000 1111,‹电话›",
        "139.0000.1111,‹电话›",
        "（0930）6212345,（‹电话›",
        "622901 19800101 1234,‹证件号›",
        "😀１３９０００１１１１１,😀‹电话›",
        "电话幺三九零零零零一一一一,电话‹电话›",
        "座机0930-6212345,座机‹电话›",
        "身份证622901198001011234,身份证‹证件号›",
        "身份证62290119800101123X。,身份证‹证件号›。",
        "卡号6222 0211 1122 3344 556,卡号‹卡号›",
        "写信到 ma.xiaolan@example.com,写信到 ‹邮箱›",
        "车牌甘N·12345占道,车牌‹车牌›占道",
        "住在青年社区3号楼2单元501室,住在青年社区‹门牌›",
        "我叫马小兰，家里漏水,我叫‹姓名›，家里漏水",
        "联系人：王大勇,联系人：‹姓名›",
        "祁玉香家里漏水,‹姓名›家里漏水",
        "请找张师傅,请找‹姓名›",
        "我是陈淑珍的女儿,我是‹姓名›的女儿",
        "隔壁王伟天天半夜放音响,隔壁‹姓名›天天半夜放音响",
        "包工头妥尔沙欠我三万块,包工头‹姓名›欠我三万块",
        "房东祁小芳不退押金,房东‹姓名›不退押金",
        "马主麻、喇阿丹、穆海比巴三户都没有水,‹姓名›、‹姓名›、‹姓名›三户都没有水"
    })
    void is_taken_out(String text, String clean) {
        assertThat(redactor.redact(text)).isEqualTo(clean);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "暖气不热，家里只有十五度",
                "东门外三天没有清运",
                "马家庄的路坏了",
                "我们楼3单元漏水",
                "向有关部门反映多次",
                "于2026年11月1日停水",
                "城南街道青年社区东门",
                "请王书记关注",
                "12345热线打不通",
                "已经等了200天，花了15000元",
                "6路公交车",
                "邻居马上就要搬走",
                "小区居民曾多次反映",
                "业主妥协了",
                "隔壁高声吵闹",
                "村民任何时候都能进",
                "1000012 的办理情况"
            })
    void what_names_nobody_stays(String text) {
        assertThat(redactor.redact(text)).isEqualTo(text);
    }

    @Test
    void a_known_name_is_taken_out_wherever_it_stands() {
        assertThat(redactor.redact("楼下哈三古家和哈三古的店", "哈三古", null)).isEqualTo("楼下‹姓名›家和‹姓名›的店");
        assertThat(redactor.redact(null)).isNull();
        assertThat(redactor.redact(" ")).isEqualTo(" ");
        assertThat(redactor.redact("😀我叫马小兰，13900001111")).doesNotContain("马小兰", "13900001111");
    }
}
