package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.AttributeTable;
import io.clew.model.SourceProtocol;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.model.ValueType;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worked examples in the documents are what the code writes: the format is frozen. */
class BlockFormatTest {
    /** A place, or none when the bytes stand behind those of the line before; then bytes, and perhaps words. */
    private static final Pattern DUMP =
            Pattern.compile("(?m)^(?: \\* )?([0-9a-f]{4}|    )  ([0-9a-f]{2}(?: {1,2}[0-9a-f]{2}\\b)+)");

    private static final long T = 1_704_153_600_000_000_000L;
    private static final long MILLISECOND = 1_000_000;
    private static final long RECEIVED = T + 200 * MILLISECOND;

    @TempDir
    Path directory = Path.of("");

    @Test
    void theExamplesAreWhatIsWritten() throws IOException {
        byte[] written = write();
        Path page = Path.of("../docs/formats/block.md");
        assertThat(dumped(page, written)).isGreaterThan(120);
        assertThat(dumped(Path.of("src/main/java/io/clew/store/block/BlockWriter.java"), written))
                .isGreaterThan(50);
        int tail = written.length - Footer.TAIL;
        int footer = (int) ByteSink.INT.get(written, tail);
        String said = Files.readString(page).replaceAll("\\s+", " ");
        assertThat(said)
                .contains(written.length + " bytes: `GET /cart`")
                .contains("`" + HexFormat.ofDelimiter(" ").formatHex(written, tail, tail + 4) + "` (footer of " + footer
                        + " bytes), `" + HexFormat.ofDelimiter(" ").formatHex(written, tail + 4, tail + 8) + "`");
    }

    private byte[] write() throws IOException {
        SpanBatch batch = new SpanBatch();
        int resource = batch.beginResource();
        text(batch, batch.resourceAttributes(), "service.name", "cart");
        int scope = batch.beginScope();
        batch.setScopeName(scope, batch.dictionary().intern("http"));
        span(batch, resource, scope, 0x1111111111111111L, 0, "GET /cart", 2, 0, 100);
        text(batch, batch.spanAttributes(), "http.method", "GET");
        span(batch, resource, scope, 0x2222222222222222L, 0x1111111111111111L, "SELECT", 3, 10, 30);
        batch.spanAttributes().add(batch.dictionary().intern("rows"), ValueType.INT, 7);
        Path file = directory.resolve("block");
        Blocks.write(new DiskFiles(), file, BlockSettings.DEFAULT, Blocks.traces(List.of(batch)));
        return Files.readAllBytes(file);
    }

    private static void text(SpanBatch batch, AttributeTable table, String key, String value) {
        table.add(
                batch.dictionary().intern(key),
                ValueType.STRING,
                batch.dictionary().intern(value));
    }

    private static void span(
            SpanBatch batch,
            int resource,
            int scope,
            long id,
            long parent,
            String name,
            int kind,
            int from,
            int length) {
        int row = batch.beginSpan(resource, scope, RECEIVED, SourceProtocol.OTLP_PROTOBUF);
        TraceId trace = new TraceId(0x0123456789ABCDEFL, 0xFEDCBA9876543210L);
        batch.setTraceId(row, trace.high(), trace.low());
        batch.setSpanId(row, id);
        batch.setParentSpanId(row, parent);
        batch.setName(row, batch.dictionary().intern(name));
        batch.setKind(row, kind);
        batch.setStart(row, T + from * MILLISECOND);
        batch.setEnd(row, T + (from + length) * MILLISECOND);
    }

    /** Holds each line of a document's dump against the file; returns how many bytes there were. */
    private static int dumped(Path document, byte[] file) throws IOException {
        Matcher lines = DUMP.matcher(Files.readString(document));
        int bytes = 0;
        int at = 0;
        while (lines.find()) {
            byte[] said = HexFormat.of().parseHex(lines.group(2).replace(" ", ""));
            at = lines.group(1).isBlank() ? at : HexFormat.fromHexDigits(lines.group(1));
            assertThat(HexFormat.ofDelimiter(" ").formatHex(file, at, at + said.length))
                    .as("%s, %s", document, lines.group())
                    .isEqualTo(HexFormat.ofDelimiter(" ").formatHex(said));
            at += said.length;
            bytes += said.length;
        }
        return bytes;
    }
}
