package io.clew.store.cells;

import io.clew.store.DamagedException;
import io.clew.store.KeptCells.Account;
import io.clew.store.Moment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the file {@code ledger} holds: the account, and which minutes are frozen; {@code docs/formats/kept-cells.md} has it
 * byte by byte.
 *
 * @param frozen by hour, bit {@code n} is minute {@code n}
 */
record Ledger(@Nullable Account account, Map<Long, Long> frozen) {
    static final Ledger EMPTY = new Ledger(null, Map.of());

    private static final long MAGIC = 0x0A44454C_57454C43L;
    private static final int VERSION = 1;
    private static final int HEAD = 56;

    Ledger {
        frozen = Map.copyOf(frozen);
    }

    ByteBuffer encode() {
        List<Long> open = account == null ? List.of() : account.open();
        ByteBuffer bytes = ByteBuffer.allocate(HEAD + frozen.size() * 16 + open.size() * 8 + 4)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(account == null ? 0 : 1);
        bytes.putLong(account == null ? 0 : account.moment().sequence());
        bytes.putLong(account == null ? 0 : account.moment().nextBlock());
        bytes.putLong(account == null ? 0 : account.from());
        bytes.putLong(account == null ? 0 : account.to());
        bytes.putInt(frozen.size()).putInt(open.size());
        new TreeMap<>(frozen).forEach((hour, mask) -> bytes.putLong(hour).putLong(mask));
        open.forEach(bytes::putLong);
        bytes.putInt(HourFile.crc(bytes.array(), bytes.position()));
        return bytes.flip();
    }

    static Ledger decode(Path file, byte[] content) {
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        int end = content.length - 4;
        if (end < HEAD || bytes.getLong(0) != MAGIC || bytes.getInt(8) != VERSION) {
            throw new DamagedException(file, 0, "what is kept of cells: it does not begin as a file of version 1");
        }
        if (HourFile.crc(content, end) != bytes.getInt(end)) {
            throw new DamagedException(file, 0, "what is kept of cells: the checksum is wrong");
        }
        long hours = bytes.getInt(48);
        long minutes = bytes.getInt(52);
        if (hours < 0 || minutes < 0 || HEAD + hours * 16 + minutes * 8 != end) {
            throw new DamagedException(file, 48, "what is kept of cells: the lengths are wrong");
        }
        bytes.position(HEAD);
        Map<Long, Long> frozen = new TreeMap<>();
        for (int i = 0; i < hours; i++) {
            frozen.put(bytes.getLong(), bytes.getLong());
        }
        List<Long> open = new ArrayList<>();
        for (int i = 0; i < minutes; i++) {
            open.add(bytes.getLong());
        }
        Account account = bytes.getInt(12) == 0
                ? null
                : new Account(
                        new Moment(bytes.getLong(16), bytes.getLong(24)), bytes.getLong(32), bytes.getLong(40), open);
        return new Ledger(account, frozen);
    }
}
