package io.liudan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    @Test
    void what_is_kept_can_be_read_and_a_long_answers_file_has_no_name(@TempDir Path directory) throws IOException {
        for (int length : new int[] {0, 1000, 500_000}) {
            byte[] bytes = new byte[length];
            new Random(length).nextBytes(bytes);
            try (Spool spool = new Spool(directory)) {
                spool.write(bytes, 0, length / 2);
                spool.write(bytes, length / 2, length - length / 2);
                assertThat(directory).isEmptyDirectory();
                assertThat(spool.size()).isEqualTo(length);
                assertThat(spool.read().readAllBytes()).isEqualTo(bytes);
            }
            assertThat(directory).isEmptyDirectory();
        }
    }
}
