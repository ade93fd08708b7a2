package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class PayloadMaskTest {

    private final PayloadMask mask = new PayloadMask(new ObjectMapper());

    @Test
    void words_of_the_hub_are_shown_and_words_of_people_are_not() {
        assertThat(
                        mask.mask(
                                "{\"workOrder\": \"1-1-cgj\", \"action\": \"finish\", \"report\": \"王大勇 13900001111\", \"evidence\": [{\"content\": \"AAAA\"}], \"days\": 3, \"ok\": true}"))
                .isEqualTo(
                        "{\"workOrder\":\"1-1-cgj\",\"action\":\"finish\",\"report\":\"‹15›\",\"evidence\":[{\"content\":\"‹4›\"}],\"days\":3,\"ok\":true}");
    }

    @Test
    void a_text_in_the_place_of_a_word_and_what_is_no_json_are_masked() {
        assertThat(mask.mask("{\"action\": \"住在三楼的王大勇\"}")).doesNotContain("王大勇");
        assertThat(mask.mask("王大勇 13900001111")).isEqualTo("‹15›");
        assertThat(mask.mask("13900001111")).as("a number alone is JSON too").isEqualTo("‹11›");
        assertThat(mask.mask(null)).isEmpty();
    }
}
