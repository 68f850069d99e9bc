package io.clew.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Distinct byte strings of one batch, numbered in the order of their first appearance; id 0 is always the empty
 * string. Open addressing over a power-of-two table, at most 2/3 full. Allocates only when it grows; {@link #clear}
 * keeps the memory. Holds at most 2 GiB less 8 bytes of content. One writer; any number of readers once it no longer changes.
 */
public final class ByteDictionary {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    private int[] ends;
    private int[] hashes;
    private int[] table;
    private int size;

    public ByteDictionary() {
        bytes = new byte[1024];
        ends = new int[64];
        hashes = new int[64];
        table = new int[128];
        clear();
    }

    /** Forgets every entry but the empty string and keeps the memory for reuse. */
    public void clear() {
        Arrays.fill(table, 0);
        ends[0] = 0;
        hashes[0] = 0;
        size = 1;
    }

    /** Entries, the empty string included. Ids run from 0 to {@code size() - 1}. */
    public int size() {
        return size;
    }

    /** The id of these bytes, new or known. */
    public int intern(byte[] source, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        int hash = hash(source, offset, length);
        int mask = table.length - 1;
        int slot = hash & mask;
        for (int id; (id = table[slot]) != 0; slot = slot + 1 & mask) {
            if (hashes[id] == hash && equal(id, source, offset, length)) {
                return id;
            }
        }
        return add(source, offset, length, hash, slot);
    }

    public int intern(byte[] source) {
        return intern(source, 0, source.length);
    }

    public int intern(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return intern(utf8, 0, utf8.length);
    }

    /** The id of these bytes, or -1 when they are not here. */
    public int find(byte[] source, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        int hash = hash(source, offset, length);
        int mask = table.length - 1;
        for (int slot = hash & mask, id; (id = table[slot]) != 0; slot = slot + 1 & mask) {
            if (hashes[id] == hash && equal(id, source, offset, length)) {
                return id;
            }
        }
        return -1;
    }

    public int find(byte[] source) {
        return find(source, 0, source.length);
    }

    /** The array in which entries stand; valid until the next {@link #intern}; only for reading. */
    public byte[] array() {
        return bytes;
    }

    /** Where entry {@code id} begins in {@link #array()}. */
    public int offset(int id) {
        return id == 0 ? 0 : ends[id - 1];
    }

    /** Length of entry {@code id} in bytes. */
    public int length(int id) {
        return ends[id] - offset(id);
    }

    public byte[] copy(int id) {
        return Arrays.copyOfRange(bytes, offset(id), ends[id]);
    }

    /** The entry decoded as UTF-8. */
    public String text(int id) {
        return id == 0 ? "" : new String(bytes, offset(id), length(id), StandardCharsets.UTF_8);
    }

    public boolean equal(int id, byte[] other, int offset, int length) {
        int from = offset(id);
        return ends[id] - from == length && Arrays.equals(bytes, from, ends[id], other, offset, offset + length);
    }

    /** Whether this entry and that entry of another dictionary hold the same bytes. */
    public boolean equal(int id, ByteDictionary other, int otherId) {
        return hashes[id] == other.hashes[otherId]
                && equal(id, other.bytes, other.offset(otherId), other.length(otherId));
    }

    /** Bytes of content, without table and offsets. */
    public int contentBytes() {
        return ends[size - 1];
    }

    /** Heap bytes held, capacity included. */
    public long heapBytes() {
        return bytes.length + 4L * (ends.length + hashes.length + table.length);
    }

    private int add(byte[] source, int offset, int length, int hash, int slot) {
        int start = ends[size - 1];
        if ((long) start + length > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("a batch cannot hold more than 2 GiB of distinct text");
        }
        if (start + length > bytes.length) {
            bytes = Arrays.copyOf(
                    bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(2L * bytes.length, start + length)));
        }
        System.arraycopy(source, offset, bytes, start, length);
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, size * 2);
            hashes = Arrays.copyOf(hashes, size * 2);
        }
        int id = size++;
        ends[id] = start + length;
        hashes[id] = hash;
        table[slot] = id;
        if (size * 3 > table.length * 2) {
            rehash();
        }
        return id;
    }

    private void rehash() {
        int[] wider = new int[table.length * 2];
        int mask = wider.length - 1;
        for (int id = 1; id < size; id++) {
            int slot = hashes[id] & mask;
            while (wider[slot] != 0) {
                slot = slot + 1 & mask;
            }
            wider[slot] = id;
        }
        table = wider;
    }

    private static int hash(byte[] a, int offset, int length) {
        long h = length * 0x9E3779B97F4A7C15L;
        int i = offset;
        int end = offset + length;
        for (; i + 8 <= end; i += 8) {
            h = (h ^ (long) LONG.get(a, i)) * 0xD6E8FEB86659FD93L;
            h ^= h >>> 32;
        }
        if (i + 4 <= end) {
            h = (h ^ (int) INT.get(a, i) & 0xFFFFFFFFL) * 0xD6E8FEB86659FD93L;
            h ^= h >>> 32;
            i += 4;
        }
        long tail = 0;
        for (; i < end; i++) {
            tail = tail << 8 | a[i] & 0xFF;
        }
        h = (h ^ tail) * 0xD6E8FEB86659FD93L;
        h ^= h >>> 32;
        return (int) (h ^ h >>> 17);
    }
}
