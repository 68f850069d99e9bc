package io.clew.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.clew.model.ContentEncoding;
import io.clew.model.MalformedRequestException;
import io.clew.model.MalformedRequestException.Reason;
import io.clew.model.SourceRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies unfold exactly, to the limit and no further, within the budget, and damage is named. */
class DecompressorTest {
    private static final int LIMIT = 3 << 20;

    private final ByteBudget budget = new ByteBudget(16 << 20);
    private final Decompressor decompressor = new Decompressor();

    @ParameterizedTest
    @EnumSource(ContentEncoding.class)
    void bodiesComeBackAsTheyWere(ContentEncoding encoding) throws Exception {
        Random random = new Random(1);
        for (int size : new int[] {0, 1, 100, 65_536, 65_537, 1 << 20, LIMIT}) {
            byte[] body = new byte[size];
            for (int i = 0; i < size; i++) {
                body[i] = (byte) random.nextInt(4);
            }
            assertThat(open(encoding, compress(encoding, body, false))).isEqualTo(body);
            assertThat(open(encoding, compress(encoding, body, true))).isEqualTo(body);
        }
        assertThat(budget.used()).isZero();
    }

    @ParameterizedTest
    @EnumSource(ContentEncoding.class)
    void oneByteMoreThanTheLimitIsTooLarge(ContentEncoding encoding) throws Exception {
        for (boolean streamed : new boolean[] {false, true}) {
            byte[] body = compress(encoding, new byte[LIMIT + 1], streamed);
            assertThatThrownBy(() -> open(encoding, body))
                    .isInstanceOfSatisfying(
                            MalformedRequestException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE))
                    .hasMessageContaining("the limit is " + LIMIT);
        }
        assertThat(budget.used()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = ContentEncoding.class,
            names = {"GZIP", "ZSTD"})
    void aBombTakesNoMoreThanTheBudget(ContentEncoding encoding) throws Exception {
        byte[] bomb = compress(encoding, new byte[70 << 20], true);
        ByteBudget small = new ByteBudget(1 << 20);
        try (ByteBudget.Claim claim = small.claim()) {
            assertThatThrownBy(() -> decompressor.open(request(encoding, bomb), 64 << 20, claim))
                    .isInstanceOfSatisfying(
                            MalformedRequestException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE))
                    .hasMessageContaining("more than the 1048576 bytes of memory");
        }
        assertThat(small.tryAcquire(1 << 20)).isTrue();
        small.release(500_000);
        decompressor.close();
        byte[] body = compress(encoding, new byte[500_000], true);
        try (ByteBudget.Claim claim = small.claim()) {
            assertThatThrownBy(() -> new Decompressor().open(request(encoding, body), 64 << 20, claim))
                    .as("others use most of the budget")
                    .isInstanceOf(BusyException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ContentEncoding.class,
            names = {"GZIP", "ZSTD"})
    void everyTruncationIsFound(ContentEncoding encoding) throws Exception {
        byte[] content = new byte[700];
        new Random(2).nextBytes(content);
        byte[] body = compress(encoding, content, true);
        for (int length = 0; length < body.length; length++) {
            byte[] cut = Arrays.copyOf(body, length);
            assertThatThrownBy(() -> open(encoding, cut))
                    .as("%s bytes of %s", length, body.length)
                    .isInstanceOfSatisfying(
                            MalformedRequestException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.UNDECODABLE))
                    .hasMessageContaining("not valid " + encoding.name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    @Test
    void gzipMembersFollowEachOtherAndZerosPadTheLast() throws Exception {
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.writeBytes(compress(ContentEncoding.GZIP, "ab".repeat(50_000).getBytes(UTF_8), true));
        two.writeBytes(compress(ContentEncoding.GZIP, new byte[0], true));
        two.writeBytes(compress(ContentEncoding.GZIP, "cd".getBytes(UTF_8), true));
        assertThat(new String(open(ContentEncoding.GZIP, two.toByteArray()), UTF_8))
                .isEqualTo("ab".repeat(50_000) + "cd");
        two.writeBytes(new byte[100]);
        assertThat(open(ContentEncoding.GZIP, two.toByteArray())).hasSize(100_002);
        two.write(1);
        assertThatThrownBy(() -> open(ContentEncoding.GZIP, two.toByteArray()))
                .hasMessageEndingWith("it does not begin with 1f 8b");
    }

    @Test
    void zstdFramesFollowEachOther() throws Exception {
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.writeBytes(Zstd.compress("ab".repeat(50_000).getBytes(UTF_8)));
        two.writeBytes(compress(ContentEncoding.ZSTD, "cd".repeat(100_000).getBytes(UTF_8), true));
        assertThat(new String(open(ContentEncoding.ZSTD, two.toByteArray()), UTF_8))
                .isEqualTo("ab".repeat(50_000) + "cd".repeat(100_000));
    }

    @Test
    void gzipHeadersMayCarryEverythingTheRfcDefines() throws Exception {
        byte[] plain = compress(ContentEncoding.GZIP, "x".getBytes(UTF_8), true);
        ByteArrayOutputStream full = new ByteArrayOutputStream();
        full.writeBytes(new byte[] {0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 0});
        full.writeBytes(new byte[] {3, 0, 1, 2, 3});
        full.writeBytes("name\0comment\0".getBytes(UTF_8));
        full.writeBytes(new byte[] {0, 0});
        full.write(plain, 10, plain.length - 10);
        assertThat(open(ContentEncoding.GZIP, full.toByteArray())).containsExactly('x');
    }

    @Test
    void checkSumsAreChecked() throws Exception {
        byte[] body = compress(ContentEncoding.GZIP, "hello".getBytes(UTF_8), true);
        byte[] wrong = body.clone();
        wrong[body.length - 8] ^= 1;
        assertThatThrownBy(() -> open(ContentEncoding.GZIP, wrong)).hasMessageContaining("check sum");
        byte[] longer = body.clone();
        longer[body.length - 4] ^= 1;
        assertThatThrownBy(() -> open(ContentEncoding.GZIP, longer)).hasMessageContaining("length");
    }

    private byte[] open(ContentEncoding encoding, byte[] body) throws MalformedRequestException {
        try (ByteBudget.Claim claim = budget.claim()) {
            decompressor.open(request(encoding, body), LIMIT, claim);
            return Arrays.copyOfRange(
                    decompressor.bytes(), decompressor.offset(), decompressor.offset() + decompressor.length());
        } finally {
            decompressor.close();
        }
    }

    /** The body stands between other bytes, which must not be read. */
    private static SourceRequest request(ContentEncoding encoding, byte[] body) {
        byte[] around = new byte[body.length + 20];
        Arrays.fill(around, (byte) 0x1F);
        System.arraycopy(body, 0, around, 10, body.length);
        return new SourceRequest(1, encoding, around, 10, body.length, 0);
    }

    /** @param streamed without the size of the content up front, where the format has it */
    private static byte[] compress(ContentEncoding encoding, byte[] body, boolean streamed) throws IOException {
        if (encoding == ContentEncoding.IDENTITY) {
            return body;
        }
        if (encoding == ContentEncoding.ZSTD && !streamed) {
            return Zstd.compress(body);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = encoding == ContentEncoding.GZIP
                ? new GZIPOutputStream(bytes)
                : new ZstdOutputStreamNoFinalizer(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }
}
