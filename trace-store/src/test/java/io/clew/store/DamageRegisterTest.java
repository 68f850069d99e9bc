package io.clew.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** More damaged places than are remembered, and files that go. */
class DamageRegisterTest {
    private static final Path A = Path.of("a");
    private static final Path B = Path.of("b");

    private final DamageRegister register = new DamageRegister();

    @Test
    void tellsHowManyItDoesNotRemember() {
        note(A, 1_000);
        assertThat(register.places()).hasSize(1_000);
        note(B, 2);
        assertThat(register.places()).hasSize(1_001);
        assertThat(register.places().getLast().what()).isEqualTo("and 2 further places after this one");
    }

    @Test
    void forgetsAllWhenTheLastFileIsGone() {
        note(A, 1_001);
        register.forget(A);
        assertThat(register.places()).isEmpty();
        note(B, 1);
        assertThat(register.places()).hasSize(1);
    }

    private void note(Path file, int places) {
        for (int i = 0; i < places; i++) {
            register.note(new Damage(file, i, "page"));
        }
    }
}
