package io.clew.quality.formats;

import static io.clew.quality.formats.Bytes.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a manifest says, read as manifest.md has it.
 *
 * @param covered log records up to this sequence are in blocks
 * @param kept ids of the traces to be kept
 */
record ManifestReader(long covered, long spans, long traces, List<Id> kept, List<Block> blocks) {
    record Id(long high, long low) {}

    record Block(long number, long spans, long traces, List<Id> deleted) {}

    static ManifestReader read(byte[] file) {
        Bytes in = new Bytes(file, 0);
        check(new String(in.take(8), StandardCharsets.US_ASCII).equals("CLEWMAN\n"), "the mark of a manifest");
        check(in.i32() == 1, "the version");
        int keptCount = in.i32();
        check(in.i64() == file.length, "the length");
        in.take(16);
        long covered = in.i64();
        long spans = in.i64();
        long traces = in.i64();
        List<Id> kept = ids(in, keptCount);
        List<Block> blocks = new ArrayList<>();
        while (in.at < file.length - 4) {
            long number = in.i64();
            in.take(4);
            int deleted = in.i32();
            long blockSpans = in.i64();
            long blockTraces = in.i64();
            in.take(48);
            blocks.add(new Block(number, blockSpans, blockTraces, ids(in, deleted)));
        }
        check(in.i32() == Bytes.crc(file, 0, file.length - 4), "the checksum");
        return new ManifestReader(covered, spans, traces, kept, blocks);
    }

    private static List<Id> ids(Bytes in, int count) {
        List<Id> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(new Id(in.i64(), in.i64()));
        }
        return ids;
    }
}
