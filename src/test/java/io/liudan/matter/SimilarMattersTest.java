package io.liudan.matter;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.HubTest;
import io.liudan.identity.Actor;
import io.liudan.request.Submission;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Forty messages from one grid, and the same matters in other people's words. */
class SimilarMattersTest extends HubTest {

    private static final String QUIET_GRID = "622901103209-01";
    private static final Actor NEIGHBOUR = new Actor("neighbour", "邻居", Set.of(Actor.Role.RESIDENT), Set.of());
    private static final Map<String, String> SAID_AGAIN = Map.of(
            "家里暖气不热，室内只有十几度", "家里暖气一直不热",
            "垃圾桶满了两天没有清运", "小区门口垃圾桶满溢",
            "消防通道停满了私家车，物业不管", "消防通道被私家车占了",
            "自来水是黄的，能不能喝", "自来水发黄",
            "工地夜间施工到凌晨，孩子没法睡觉", "夜间施工噪音",
            "电梯经常停运，老人被关在里面", "电梯经常停运",
            "下水道堵了，污水流到院子里", "污水外溢",
            "楼道的声控灯不亮，老人下楼不安全", "楼道灯坏了半个月");
    private static final List<String> NEW_MATTERS = List.of("图书馆周末能不能延长开放时间", "希望在广场上增设饮水机", "退休证丢失如何补办", "想给孩子报名学游泳");

    @Autowired
    private Intake intake;

    @Autowired
    private SimilarMatters similar;

    @Test
    void the_same_matter_in_other_words_comes_first_and_a_new_matter_finds_next_to_nothing() throws IOException {
        for (CSVRecord message : messages()) {
            Submission submission = new Submission(
                    null,
                    message.get("title"),
                    message.get("text"),
                    null,
                    null,
                    QUIET_GRID,
                    null,
                    false,
                    List.of(),
                    null);
            intake.once(
                    new Intake.Call(NEIGHBOUR, "test", UUID.randomUUID().toString()),
                    submission,
                    submission.draft(),
                    code -> Map.of());
        }
        List<String> missed = new ArrayList<>();
        SAID_AGAIN.forEach((words, title) -> {
            List<SimilarMatters.Similar> found = similar.find("six-orders", words, null, QUIET_GRID, null, null, null);
            if (found.isEmpty() || !found.getFirst().title().equals(title)) {
                missed.add(words + " → "
                        + found.stream()
                                .map(one -> one.title() + " " + one.likeness())
                                .toList());
            }
        });
        assertThat(missed).isEmpty();
        assertThat(NEW_MATTERS)
                .allSatisfy(words -> assertThat(similar.find("six-orders", words, null, QUIET_GRID, null, null, null))
                        .isEmpty());
    }

    private static List<CSVRecord> messages() throws IOException {
        try (Reader reader = new InputStreamReader(
                SimilarMattersTest.class.getResourceAsStream("/replay/messages.csv"), StandardCharsets.UTF_8)) {
            return CSVFormat.RFC4180
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .get()
                    .parse(reader)
                    .getRecords();
        }
    }
}
