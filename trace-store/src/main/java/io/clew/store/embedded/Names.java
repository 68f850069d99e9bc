package io.clew.store.embedded;

import io.clew.model.AttributeTable;
import io.clew.model.SpanBatch;
import io.clew.model.ValueType;
import io.clew.store.Snapshot.Operation;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Service and operation names among the rows of a batch. Stateless. */
final class Names {
    static final byte[] SERVICE_NAME = "service.name".getBytes(StandardCharsets.UTF_8);

    private Names() {}

    /**
     * Collects from the rows that {@code rows} yields.
     *
     * @param service operations of this service only, or of all when null
     * @param services gets the services, null when they are not wanted; the same for {@code operations}
     */
    static void collect(
            SpanBatch batch,
            RowSource rows,
            @Nullable String service,
            @Nullable Collection<String> services,
            @Nullable Collection<Operation> operations) {
        int[] serviceOf = new int[batch.resourceCount()];
        int key = batch.dictionary().find(SERVICE_NAME);
        for (int resource = 0; resource < serviceOf.length; resource++) {
            serviceOf[resource] = service(batch, resource, key);
        }
        int wanted = service == null ? -1 : batch.dictionary().find(service.getBytes(StandardCharsets.UTF_8));
        boolean[] seen = new boolean[batch.dictionary().size()];
        Set<Long> seenOperations = new HashSet<>();
        for (int i = 0; i < rows.rows(); i++) {
            int row = rows.row(i);
            int text = serviceOf[batch.resource(row)];
            if (services != null && text >= 0 && !seen[text]) {
                seen[text] = true;
                services.add(batch.dictionary().text(text));
            }
            if (operations != null
                    && (service == null || text >= 0 && text == wanted)
                    && seenOperations.add((long) batch.name(row) << 32 | batch.kind(row) & 0xFFFFFFFFL)) {
                operations.add(new Operation(batch.dictionary().text(batch.name(row)), batch.kind(row)));
            }
        }
    }

    /** The first text value of {@code service.name} of the resource as a dictionary id, or -1. */
    static int service(SpanBatch batch, int resource, int key) {
        if (key < 0) {
            return -1;
        }
        AttributeTable attributes = batch.resourceAttributes();
        for (int entry = attributes.from(resource); entry < attributes.to(resource); entry++) {
            if (attributes.key(entry) == key && attributes.type(entry) == ValueType.STRING) {
                return (int) attributes.value(entry);
            }
        }
        return -1;
    }

    /** Rows of one batch. */
    interface RowSource {
        int rows();

        int row(int index);

        /** The batch's rows that are not marked. */
        static RowSource unmarked(SpanBatch batch, RowMarks marks) {
            int[] rows = IntStream.range(0, batch.spanCount())
                    .filter(row -> !marks.marked(row))
                    .toArray();
            return new RowSource() {
                @Override
                public int rows() {
                    return rows.length;
                }

                @Override
                public int row(int index) {
                    return rows[index];
                }
            };
        }
    }
}
