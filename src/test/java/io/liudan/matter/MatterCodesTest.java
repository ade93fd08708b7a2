package io.liudan.matter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MatterCodesTest {

    @Test
    void every_single_wrong_digit_and_every_two_swapped_neighbours_are_caught() {
        String code = MatterCodes.of(104_729);
        assertThat(code).hasSize(7).matches(MatterCodes::valid);
        for (int i = 0; i < code.length(); i++) {
            for (char digit = '0'; digit <= '9'; digit++) {
                String wrong = code.substring(0, i) + digit + code.substring(i + 1);
                assertThat(MatterCodes.valid(wrong)).as(wrong).isEqualTo(wrong.equals(code));
            }
            if (i > 0 && code.charAt(i) != code.charAt(i - 1)) {
                String swapped = code.substring(0, i - 1) + code.charAt(i) + code.charAt(i - 1) + code.substring(i + 1);
                assertThat(MatterCodes.valid(swapped)).as(swapped).isFalse();
            }
        }
    }

    @Test
    void what_is_no_code_is_not_valid() {
        assertThat(MatterCodes.valid(null)).isFalse();
        assertThat(MatterCodes.valid("暖气")).isFalse();
        assertThat(MatterCodes.valid("")).isFalse();
    }

    @Test
    void chinese_text_is_cut_into_pairs_and_latin_words_stay_within_their_own() {
        assertThat(Bigrams.of("暖气不热，3号楼")).isEqualTo("暖气 气不 不热 3号 号楼");
        assertThat(Bigrams.of("热")).isEqualTo("热");
        assertThat(Bigrams.of("")).isEmpty();
    }
}
