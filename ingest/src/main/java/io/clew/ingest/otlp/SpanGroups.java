package io.clew.ingest.otlp;

import io.clew.model.AttributeTable;
import io.clew.model.SpanBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Spans of a batch grouped as OTLP nests them: by the content of their resource, then of their scope, both in the order
 * of first appearance. Equal content in several rows makes one group.
 */
record SpanGroups(List<ResourceGroup> resources) {
    record ResourceGroup(int resource, List<ScopeGroup> scopes) {}

    /** @param spans rows, of which the first {@code count} count */
    record ScopeGroup(int scope, IntRows spans) {}

    /** A growing list of row numbers. */
    static final class IntRows {
        private int[] rows = new int[8];
        private int count;

        private void add(int row) {
            if (count == rows.length) {
                rows = Arrays.copyOf(rows, count * 2);
            }
            rows[count++] = row;
        }

        int count() {
            return count;
        }

        int get(int i) {
            return rows[i];
        }
    }

    /** @param order the spans to group, in the order wanted within a group */
    static SpanGroups of(SpanBatch batch, int[] order) {
        int[] resourceGroup = new int[batch.resourceCount()];
        int[] scopeGroup = new int[batch.scopeCount()];
        Map<Content, Integer> resources = new LinkedHashMap<>();
        Map<Content, Integer> scopes = new LinkedHashMap<>();
        Map<Long, ScopeGroup> groups = new LinkedHashMap<>();
        List<ResourceGroup> out = new ArrayList<>();
        for (int span : order) {
            int resource = batch.resource(span);
            if (resourceGroup[resource] == 0) {
                Integer known = resources.putIfAbsent(Content.ofResource(batch, resource), out.size());
                if (known == null) {
                    out.add(new ResourceGroup(resource, new ArrayList<>()));
                }
                resourceGroup[resource] = (known == null ? out.size() - 1 : known) + 1;
            }
            int scope = batch.scope(span);
            if (scopeGroup[scope] == 0) {
                Integer known = scopes.putIfAbsent(Content.ofScope(batch, scope), scopes.size());
                scopeGroup[scope] = (known == null ? scopes.size() - 1 : known) + 1;
            }
            long key = (long) resourceGroup[resource] << 32 | scopeGroup[scope];
            ScopeGroup group = groups.get(key);
            if (group == null) {
                group = new ScopeGroup(scope, new IntRows());
                groups.put(key, group);
                out.get(resourceGroup[resource] - 1).scopes().add(group);
            }
            group.spans().add(span);
        }
        return new SpanGroups(out);
    }

    /** What a resource or scope row holds; rows of one batch are equal when these numbers are. */
    private record Content(long[] numbers) {
        static Content ofResource(SpanBatch batch, int row) {
            return of(batch.resourceAttributes(), row, batch.resourceSchemaUrl(row), batch.resourceDropped(row));
        }

        static Content ofScope(SpanBatch batch, int row) {
            return of(
                    batch.scopeAttributes(),
                    row,
                    batch.scopeSchemaUrl(row),
                    batch.scopeDropped(row),
                    batch.scopeName(row),
                    batch.scopeVersion(row));
        }

        private static Content of(AttributeTable table, int owner, long... fields) {
            long[] numbers = Arrays.copyOf(fields, fields.length + 2 * table.count(owner));
            int at = fields.length;
            for (int entry = table.from(owner); entry < table.to(owner); entry++) {
                numbers[at++] = (long) table.key(entry) << 8 | table.type(entry);
                numbers[at++] = table.value(entry);
            }
            return new Content(numbers);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Content that && Arrays.equals(numbers, that.numbers);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(numbers);
        }
    }
}
