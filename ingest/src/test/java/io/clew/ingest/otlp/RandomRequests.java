package io.clew.ingest.otlp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Random trace requests as no encoder would write them but every parser must read them: fields in any order, scalars
 * repeated, messages in pieces, varints longer than needed, unknown fields of every wire type with groups in groups,
 * known numbers with a wrong wire type.
 */
final class RandomRequests {
    private static final String[] WORDS = {"", "a", "GET /cart", "线索", "x".repeat(200), "service.name", "\u0000", "😀"};

    private final Random random;

    RandomRequests(long seed) {
        random = new Random(seed);
    }

    byte[] request() {
        return message(Message.REQUEST, 0);
    }

    /** The message's fields, each with its tag, in random order. */
    private byte[] message(Message message, int depth) {
        List<byte[]> parts = new ArrayList<>();
        for (int number = 1; number < Message.MAX_FIELDS; number++) {
            Message.Field field = message.field(number);
            if (field == null) {
                continue;
            }
            for (int n = occurrences(message, field, depth); n > 0; n--) {
                parts.add(field(field, depth));
            }
        }
        if (chance(0.1)) {
            parts.add(unknown(0));
        }
        Collections.shuffle(parts, random);
        return join(parts);
    }

    private int occurrences(Message message, Message.Field field, int depth) {
        if (field.type() == Message.Type.ID) {
            return chance(0.97) ? chance(0.05) ? 2 : 1 : 0;
        }
        if (field.repeated()) {
            return depth > 8 ? 0 : random.nextInt(3);
        }
        if (message == Message.ANY_VALUE) {
            return chance(depth > 8 && field.type() == Message.Type.MESSAGE ? 0 : 0.2) ? 1 + random.nextInt(2) : 0;
        }
        return chance(0.6) ? chance(0.15) ? 2 : 1 : 0;
    }

    private byte[] field(Message.Field field, int depth) {
        int number = field.number();
        if (chance(0.01)) {
            return wrongType(field);
        }
        return switch (field.type()) {
            case STRING -> delimited(number, WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.UTF_8));
            case BYTES -> delimited(number, bytes(random.nextInt(20)));
            case ID -> delimited(number, id(field.name().equals("trace_id") ? 16 : 8));
            case KIND, STATUS_CODE -> join(List.of(varint(number << 3), varint(random.nextInt(8) - 1)));
            case UINT32, INT64, BOOL ->
                join(List.of(varint(number << 3), varint(chance(0.5) ? random.nextInt(300) : random.nextLong())));
            case FIXED32 -> fixed(number, 5, 4);
            case FIXED64, DOUBLE -> fixed(number, 1, 8);
            case MESSAGE -> delimited(number, message(java.util.Objects.requireNonNull(field.message()), depth + 1));
        };
    }

    private byte[] id(int length) {
        if (chance(0.02)) {
            return new byte[length];
        }
        byte[] id = bytes(chance(0.03) ? random.nextInt(20) : length);
        return id;
    }

    private byte[] wrongType(Message.Field field) {
        int number = field.number();
        return switch (field.type()) {
            case STRING, BYTES, ID, MESSAGE ->
                chance(0.5) ? fixed(number, 5, 4) : join(List.of(varint(number << 3), varint(random.nextLong())));
            case FIXED32, FIXED64, DOUBLE -> join(List.of(varint(number << 3), varint(random.nextLong())));
            case KIND, STATUS_CODE, UINT32, INT64, BOOL -> fixed(number, 1, 8);
        };
    }

    private byte[] unknown(int depth) {
        int number = chance(0.5) ? 20 + random.nextInt(100) : 1 + random.nextInt((1 << 29) - 1) | 1 << 20;
        return switch (random.nextInt(depth > 5 ? 4 : 5)) {
            case 0 -> join(List.of(varint(number << 3), varint(random.nextLong())));
            case 1 -> fixed(number, 1, 8);
            case 2 -> fixed(number, 5, 4);
            case 3 -> delimited(number, bytes(random.nextInt(30)));
            default ->
                join(List.of(
                        varint(number << 3 | 3),
                        unknown(depth + 1),
                        chance(0.5) ? unknown(depth + 1) : new byte[0],
                        varint(number << 3 | 4)));
        };
    }

    private byte[] fixed(int number, int wireType, int length) {
        return join(List.of(varint(number << 3 | wireType), bytes(length)));
    }

    private byte[] delimited(int number, byte[] content) {
        return join(List.of(varint(number << 3 | 2), varint(content.length), content));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A varint; now and then with needless bytes, up to 10. Tags and lengths are 32 bits. */
    private byte[] varint(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        int more = chance(0.02) ? random.nextInt(10 - out.size()) : 0;
        if (more == 0) {
            out.write((int) rest);
            return out.toByteArray();
        }
        out.write((int) rest | 0x80);
        for (int i = 1; i < more; i++) {
            out.write(0x80);
        }
        out.write(0);
        return out.toByteArray();
    }

    private byte[] varint(int value) {
        return varint(value & 0xFFFFFFFFL);
    }

    private boolean chance(double p) {
        return random.nextDouble() < p;
    }

    private static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parts.forEach(out::writeBytes);
        return out.toByteArray();
    }
}
