package io.clew.store.block;

import io.clew.model.ByteDictionary;
import io.clew.model.ValueType;
import io.clew.store.FirstNames;
import io.clew.store.Snapshot.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The distinct (service, name, kind) of a block's spans; a span whose resource has no text {@code service.name} counts
 * under none, one whose resource has several under each. Beyond {@link #MOST} the block keeps no summary and readers
 * work it out from the row groups.
 */
final class OperationSummary implements PageCache.Page {
    static final int MOST = 10_000;
    static final String SERVICE_NAME = "service.name";

    private record Entry(@Nullable String service, Operation operation) {}

    private final Set<Entry> entries = new HashSet<>();
    private boolean complete = true;

    /** Whether nothing was left out. */
    boolean complete() {
        return complete;
    }

    /** Adds an operation under each of the services, or under none. */
    void add(List<String> services, String name, int kind) {
        Operation operation = new Operation(name, kind);
        if (services.isEmpty()) {
            entries.add(new Entry(null, operation));
        }
        for (String service : services) {
            entries.add(new Entry(service, operation));
        }
    }

    /**
     * Adds what the row group being written holds.
     *
     * @param pairs its templates with their resources: template in the upper half, resource in the lower
     */
    void add(OpenRowGroup group, LongIndex pairs) {
        if (!complete) {
            return;
        }
        IntLists distinct = new IntLists();
        IntLists templates = group.templates[RowGroup.SPAN];
        int[] list = new int[3];
        for (int pair = 0; pair < pairs.size() && complete; pair++) {
            int template = templates.from((int) (pairs.key(pair) >>> 32));
            list[0] = (int) pairs.key(pair);
            list[1] = templates.item(template + RowGroup.SPAN_NAME);
            list[2] = templates.item(template + RowGroup.SPAN_KIND);
            int _ = distinct.intern(list, 3);
            complete = distinct.size() <= 4 * MOST;
        }
        List<List<String>> services = new ArrayList<>();
        for (int resource = 0; resource < group.resources.size() && complete; resource++) {
            services.add(services(group, resource));
        }
        for (int id = 0; id < distinct.size() && complete; id++) {
            int at = distinct.from(id);
            add(services.get(distinct.item(at)), group.words.text(distinct.item(at + 1)), distinct.item(at + 2));
        }
        giveUpBeyondMost();
    }

    private void giveUpBeyondMost() {
        complete &= entries.size() <= MOST;
        if (!complete) {
            entries.clear();
        }
    }

    private static List<String> services(OpenRowGroup group, int resource) {
        List<String> services = new ArrayList<>(1);
        int key = group.words.find(SERVICE_NAME.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        IntLists lists = group.resources;
        for (int at = lists.from(resource) + Owners.RESOURCE_FIELDS;
                at < lists.to(resource);
                at += Owners.ATTRIBUTE_FIELDS) {
            if (Owners.key(lists, at) == key && Owners.type(lists, at) == ValueType.STRING) {
                services.add(group.words.text((int) Owners.value(lists, at)));
            }
        }
        return services;
    }

    /** Adds what a row group read back holds. */
    void addUpToMost(RowGroup group) {
        if (complete) {
            visit(group, null, this::add);
            giveUpBeyondMost();
        }
    }

    /** Takes the operations of a row group, each at least once. */
    interface Visitor {
        /** An operation, and the services it is of. */
        void operation(List<String> services, String name, int kind);
    }

    /**
     * Gives the operations of a row group.
     *
     * @param wanted only those of this service, which then is the only one told; null for all
     */
    static void visit(RowGroup group, @Nullable String wanted, Visitor visitor) {
        List<List<String>> services = services(group, wanted);
        if (wanted != null && services.stream().allMatch(List::isEmpty)) {
            return;
        }
        long[] names = group.templates[RowGroup.SPAN][RowGroup.SPAN_NAME];
        long[] kinds = group.templates[RowGroup.SPAN][RowGroup.SPAN_KIND];
        Column nameColumn = group.intrinsic(RowGroup.SPAN, RowGroup.NAME);
        if (nameColumn == null) {
            for (int template = 0; template < names.length; template++) {
                for (int resource : group.candidates[template]) {
                    if (wanted == null || !services.get(resource).isEmpty()) {
                        visitor.operation(
                                services.get(resource), group.words.text((int) names[template]), (int) kinds[template]);
                    }
                }
            }
            return;
        }
        for (int page = 0; page < group.pages(); page++) {
            PageRows rows = group.pageRows(page);
            TextPage texts = nameColumn.texts(page);
            for (int row = 0; row < rows.template().length; row++) {
                if (wanted == null || !services.get(rows.resource()[row]).isEmpty()) {
                    visitor.operation(
                            services.get(rows.resource()[row]), texts.texts().text(texts.id(row)), (int)
                                    kinds[rows.template()[row]]);
                }
            }
        }
    }

    /**
     * The values of {@code service.name} of each resource, which is of some span.
     *
     * @param wanted only this one; null for all
     */
    static List<List<String>> services(RowGroup group, @Nullable String wanted) {
        List<List<String>> services = new ArrayList<>();
        byte[] key = SERVICE_NAME.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] value = wanted == null ? null : wanted.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        OwnerTable table = group.resources;
        for (int resource = 0; resource < table.size(); resource++) {
            List<String> names = new ArrayList<>(1);
            for (int at = table.first()[resource]; at < table.first()[resource + 1]; at++) {
                if (table.types()[at] == ValueType.STRING
                        && group.words.equal(table.keys()[at], key)
                        && (value == null || group.words.equal((int) table.values()[at], value))) {
                    names.add(group.words.text((int) table.values()[at]));
                }
            }
            services.add(names);
        }
        return services;
    }

    FirstNames<String> services() {
        FirstNames<String> services = new FirstNames<>();
        for (Entry entry : entries) {
            if (entry.service != null) {
                services.add(entry.service);
            }
        }
        return services;
    }

    /** @param service null for all spans */
    FirstNames<Operation> operations(@Nullable String service) {
        FirstNames<Operation> operations = new FirstNames<>();
        for (Entry entry : entries) {
            if (service == null || service.equals(entry.service)) {
                operations.add(entry.operation);
            }
        }
        return operations;
    }

    /** {@code varint(words)}, the words, {@code varint(entries)}, each {@code varint(service word + 1, or 0), varint(name word), zigzag(kind)}. */
    void write(LongCodec longs, Compression compression, ByteSink out) {
        ByteDictionary words = new ByteDictionary();
        ByteSink body = new ByteSink();
        body.varint(entries.size());
        entries.stream()
                .sorted(java.util.Comparator.comparing(
                                (Entry entry) -> entry.service == null ? "" : " " + entry.service)
                        .thenComparing(Entry::operation))
                .forEach(entry -> {
                    body.varint(entry.service == null ? 0 : words.intern(entry.service) + 1);
                    body.varint(words.intern(entry.operation.name()));
                    body.zigzag(entry.operation.kind());
                });
        Texts.Builder builder = new Texts.Builder();
        for (int id = 0; id < words.size(); id++) {
            builder.add(words, id);
        }
        out.varint(words.size());
        builder.write(longs, compression, out);
        out.varint(body.length);
        compression.section(body.array, 0, body.length, Compression.DENSE, out);
    }

    static OperationSummary read(ByteSource in, Decompression decompression) {
        Texts words = Texts.read(in, in.count(4 * MOST), decompression);
        int length = in.count(Integer.MAX_VALUE / 2);
        ByteSource body = new ByteSource(decompression.section(in, length), 0, length);
        OperationSummary summary = new OperationSummary();
        for (int i = body.count(MOST); i > 0; i--) {
            int service = body.count(words.size());
            Operation operation = new Operation(words.text(body.count(words.size() - 1L)), (int) body.zigzag());
            summary.entries.add(new Entry(service == 0 ? null : words.text(service - 1), operation));
        }
        return summary;
    }

    @Override
    public int heapBytes() {
        return 100 + 200 * entries.size();
    }
}
