package io.clew.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.SourceRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The worked examples in the documents are what the code writes: the format is frozen. */
class LogFormatTest {
    private static final Pattern DUMP = Pattern.compile("(?m)^(?: \\* )?[0-9a-f]{4}  ((?:[0-9a-f]{2} ){8,16})");

    @Test
    void theExamplesAreWhatIsWritten() throws IOException {
        SegmentHeader segment = new SegmentHeader(3, 1, 7, 6, 262_144);
        byte[] header = new byte[SegmentHeader.BYTES];
        segment.encode().get(header);
        byte[] record = new byte[RecordHeader.BYTES];
        SourceRequest hi = new SourceRequest(1, ContentEncoding.IDENTITY, new byte[] {'h', 'i'}, 0, 2, 123_456_789);
        new RecordHeader().encode(record, segment, 7, 6, Log.SPANS, hi, 1, DecodeLimits.DEFAULT, new int[0]);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(header);
        bytes.writeBytes(record);
        bytes.writeBytes(new byte[] {'h', 'i', 0, 0, 0, 0, 0, 0});
        String written = HexFormat.ofDelimiter(" ").formatHex(bytes.toByteArray());
        assertThat(dump(Path.of("../docs/formats/log.md"))).isEqualTo(written);
        assertThat(dump(Path.of("src/main/java/io/clew/store/log/Log.java"))).isEqualTo(written);
    }

    private static String dump(Path document) throws IOException {
        StringBuilder hex = new StringBuilder();
        Matcher lines = DUMP.matcher(Files.readString(document));
        while (lines.find()) {
            hex.append(lines.group(1));
        }
        return hex.toString().strip();
    }
}
