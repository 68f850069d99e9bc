package io.clew.store.block;

/**
 * Traces in the order of the upper 32 bits of {@link io.clew.model.TraceId#mix} of their low 64 bits, unsigned, then of their
 * ordinals.
 *
 * @param prefixes the upper 32 bits of the mix
 * @param ordinals which trace
 */
record LookupPage(long[] prefixes, long[] ordinals) implements PageCache.Page {
    static final int ENTRIES = 1024;

    static LookupPage read(ByteSource in, int count, Decompression decompression) {
        return new LookupPage(Numbers.read(in, count, decompression), Numbers.read(in, count, decompression));
    }

    @Override
    public int heapBytes() {
        return 64 + 16 * prefixes.length;
    }
}
