package io.liudan.matter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code matter.yaml} may say, and in which sentence each mistake is told. */
class ManifestsTest {

    private static String visit() throws IOException {
        try (var in = ManifestsTest.class.getResourceAsStream("/kinds/visit/matter.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_manifest_says_all_about_a_kind() throws IOException {
        Kind kind = Manifests.read(visit());
        assertThat(kind.key()).isEqualTo("visit");
        assertThat(kind.status("PLANNED").zh()).isEqualTo("待走访");
        assertThat(kind.fields().get("urgent").declared().words()).containsEntry("LATER", "不急，下周");
        assertThat(kind.see()).containsKeys(Kind.Relation.DESK, Kind.Relation.REPORTER);
        assertThat(kind.moves().get("answer").from()).containsExactly("ASKED");
        assertThat(kind.begun()).as("what the engine may know").containsExactly("times", "urgent");
        assertThat(kind.variables()).containsExactly("times", "urgent", "yes");
    }

    @Test
    void a_kind_is_retired_by_a_manifest_that_lets_nobody_begin_one() throws IOException {
        String text = visit().replaceFirst("start: \\[.*\\]", "start: []");
        assertThat(Manifests.read(text).start()).isEmpty();
        assertThatExceptionOfType(Manifests.Unreadable.class)
                .isThrownBy(() -> Manifests.read(visit().replaceFirst("start: \\[.*\\]\n", "")))
                .withMessageContaining("start: 没有写是谁");
    }

    @ParameterizedTest(name = "{0} → {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            kind: visit                 | kind: Visit                  | kind: 只能用小写字母
            kind: visit                 | kid: visit                   | 不认识的属性 unknown property 'kid'，是否指 did you mean 'kind'?
            , CLOSED: 已结束            |                              | statuses: 缺少 CLOSED
            CLOSED: 已结束              | closed: 已结束               | 代码只能用大写字母
            endings: [NOBODY]           | endings: [NOBODI]            | endings: 'NOBODI' 不在允许的取值中 is none of VISITED, NOBODY，是否指 did you mean 'NOBODY'?
            type: NUMBER                | type: NUMBR                  | fields.times: 没有这种类型 there is no type 'NUMBR'，是否指 did you mean 'NUMBER'?
            range: 1..9                 | range: 9..1                  | fields.times: 范围前大后小
            range: 1..9                 | range: some                  | fields.times: 范围写成 a range is written as 1..10
            range: 1..9                 | words: {A: a}                | is no whole number: 'A'
            class: contact              | class: private               | fields.secret.class: 只能是 has to be contact, words
            class: contact              | find: true                   | fields.secret.find: 这种类型不能检索
            title: subject              | title: subjekt               | title: 须是一个文字字段 has to be a text field: 'subjekt'，是否指 did you mean 'subject'?
            title: subject              | title: times                 | title: 须是一个文字字段
            [resident,                  | [residents,                  | start: 没有这个角色 there is no role 'residents'，是否指 did you mean 'resident'?
            desk: all                   | desc: all                    | see: 'desc' 不在允许的取值中 is none of desk, reporter, kept, supervision, follower，是否指 did you mean 'desk'?
            desk: all                   | desk: some                   | see.desk: 'some' 不在允许的取值中 is none of all, masked, headline
            desk: all,                  |                              | see: 办理的岗位必须能看到
            contact: P30D               | contact: 30 days             | keep.contact: 期限写成 P180D
            contact: P30D               | contact: P0D                 | keep.contact: 期限写成 P180D
            contact: P30D               | photos: P30D                 | keep: 没有这一类资料
            who: reporter               | who: stranger                | moves.answer.who: 'stranger' 不在允许的取值中
            from: [ASKED]               | from: [ASKD]                 | moves.answer.from: 'ASKD' 不在允许的取值中
            type: BOOLEAN               | type: PLACE                  | moves.answer.fields.yes: 这里不能用这种类型 this type can't stand here: PLACE
            answer:                     | urge:                        | moves.urge: 名称只用小写字母
            label: 次数                 | label: ''                    | fields.times.label: 没有名称
            name: {zh: 上门走访         | name: {zz: 上门走访          | name: 不认识的属性 unknown property 'zz'
            kind: visit                 | kind: [                      | 不是有效的 YAML
            type: PLACE, label: 地点    | type: CONTACT, label: 地点   | fields: 只能有一个 CONTACT 字段
            register: homes             | register: houses             | fields.at.register: 没有这个台账 there is no register 'houses'，是否指 did you mean 'homes'?
            ENTRY, register: homes      | ENTRY                        | fields.at.register: 没有写是哪个台账的
            type: NUMBER                | register: homes, type: NUMBER | fields.times.register: 只用于 ENTRY 类型
            title: home                 | title: house                 | registers.homes.title: 须是一个必填的 TEXT 字段 has to be a required field of the type TEXT: 'house'，是否指 did you mean 'home'?
            by: sort                    | by: home                     | registers.homes.plan.by: 须是一个必填的 WORD 字段
            {ALONE: P7D, FAMILY: P1M}   | {ALONE: P7D}                 | registers.homes.plan.every: 没有写多久一次 doesn't say how often: FAMILY
            FAMILY: P1M                 | FAMILIE: P1M                 | registers.homes.plan.every: 'FAMILIE' 不在允许的取值中 is none of ALONE, FAMILY，是否指 did you mean 'FAMILY'?
            FAMILY: P1M                 | FAMILY: monthly              | registers.homes.plan.every.FAMILY: 期限写成 P180D
            [community-officer]         | [community-offiser]          | registers.homes.keepers: 没有这个角色 there is no role 'community-offiser'，是否指 did you mean 'community-officer'?
            neighbour: {type: TEXT      | neighbour: {type: PERSON     | registers.homes.fields.neighbour: 这里不能用这种类型
            homes:                      | Homes:                       | registers.Homes: 名称只用小写字母
            subject: {                  | Subject: {                   | fields.Subject: 字段名以小写字母开头
            """)
    void a_wrong_one_is_told_with_its_place(String right, String wrong, String sentence) throws IOException {
        String text = visit().replace(right, wrong == null ? "" : wrong);
        assertThat(text).as("the mistake is there").isNotEqualTo(visit());
        assertThatExceptionOfType(Manifests.Unreadable.class)
                .isThrownBy(() -> Manifests.read(text))
                .satisfies(told -> assertThat(told.faults())
                        .anySatisfy(fault -> assertThat(fault).contains(sentence)));
    }
}
