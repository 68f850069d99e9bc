package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.SpanBatch;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A block of realistic spans stays small: 8 of its bytes a span are the random span id. */
class BlockSizeTest {
    private static final int SPANS = 200_000;
    private static final double BYTES_A_SPAN = 30;

    @TempDir
    Path directory = Path.of("");

    @Test
    void shopTrafficTakesFewBytesASpan() throws IOException {
        List<SpanBatch> requests = new ShopTraffic(20261123).requests(SPANS);
        DiskFiles files = new DiskFiles();
        Path file = directory.resolve("block");
        BlockMeta meta = Blocks.write(files, file, BlockSettings.DEFAULT, Blocks.traces(requests));
        try (PageCache cache = new PageCache(1 << 24);
                Block block = Block.open(files, file, cache)) {
            Map<String, Long> layout = block.layout();
            assertThat(layout.values().stream().mapToLong(Long::longValue).sum())
                    .as("all bytes of the file are accounted for: %s", layout)
                    .isEqualTo(meta.bytes());
            assertThat((double) meta.bytes() / meta.spans())
                    .as("bytes a span, of %s", layout)
                    .isLessThan(BYTES_A_SPAN);
        }
    }
}
