package io.clew.traceql;

import io.clew.model.TraceId;
import io.clew.store.Position;
import java.nio.ByteBuffer;
import java.util.Base64;

/** Positions as opaque text for clients: base64url of start and trace id. Stateless. */
public final class PageCursor {
    private static final int BYTES = 24;

    private PageCursor() {}

    public static String encode(Position position) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .putLong(position.start())
                .putLong(position.id().high())
                .putLong(position.id().low());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException when the text is no cursor
     */
    public static Position decode(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException("not a cursor of an earlier answer", notBase64);
        }
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("not a cursor of an earlier answer");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new Position(in.getLong(), new TraceId(in.getLong(), in.getLong()));
    }
}
