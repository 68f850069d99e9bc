package io.clew.traceql.ast;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What every span, trace, event or link has without an attribute saying so. Texts that are absent read as empty. */
public enum Intrinsic implements Reference {
    NAME("span", "name", "name", Type.STRING),
    KIND("span", "kind", "kind", Type.KIND),
    STATUS("span", "status", "status", Type.STATUS),
    STATUS_MESSAGE("span", "statusMessage", "statusMessage", Type.STRING),
    DURATION("span", "duration", "duration", Type.DURATION),
    /** 16 hexadecimal digits. */
    SPAN_ID("span", "id", null, Type.STRING),
    /** 16 hexadecimal digits, empty when the span has no parent. */
    PARENT_ID("span", "parentID", null, Type.STRING),
    /** Spans of the trace, other than this one, whose parent id is this span's id. */
    CHILD_COUNT("span", "childCount", null, Type.INT),
    /** 32 hexadecimal digits. */
    TRACE_ID("trace", "id", null, Type.STRING),
    TRACE_DURATION("trace", "duration", "traceDuration", Type.DURATION),
    /** Empty when no root has arrived. */
    ROOT_NAME("trace", "rootName", "rootName", Type.STRING),
    /** The root's {@code service.name}; empty when no root has arrived or it has none. */
    ROOT_SERVICE("trace", "rootService", "rootServiceName", Type.STRING),
    EVENT_NAME("event", "name", null, Type.STRING),
    /** From the span's start to the event; nil when either time is not valid. */
    EVENT_TIME_SINCE_START("event", "timeSinceStart", null, Type.DURATION),
    /** 32 hexadecimal digits, empty when the link has none. */
    LINK_TRACE_ID("link", "traceID", null, Type.STRING),
    /** 16 hexadecimal digits. */
    LINK_SPAN_ID("link", "spanID", null, Type.STRING),
    SCOPE_NAME("instrumentation", "name", null, Type.STRING),
    SCOPE_VERSION("instrumentation", "version", null, Type.STRING);

    private final String scope;
    private final String scopedName;
    private final @Nullable String bareName;
    private final Type type;

    Intrinsic(String scope, String scopedName, @Nullable String bareName, Type type) {
        this.scope = scope;
        this.scopedName = scopedName;
        this.bareName = bareName;
        this.type = type;
    }

    /** The intrinsic written without scope, as in {@code duration}. */
    public static Optional<Intrinsic> ofBareName(String name) {
        return Arrays.stream(values()).filter(i -> name.equals(i.bareName)).findFirst();
    }

    /** The intrinsic written with its scope, as in {@code trace:duration}. */
    public static Optional<Intrinsic> ofScopedName(String scope, String name) {
        return Arrays.stream(values())
                .filter(i -> i.scope.equals(scope) && i.scopedName.equals(name))
                .findFirst();
    }

    /** All ways to write intrinsics, for hints. */
    public static List<String> spellings() {
        return Arrays.stream(values())
                .flatMap(i -> i.bareName == null ? Stream.of(i.text()) : Stream.of(i.bareName, i.text()))
                .toList();
    }

    public Type type() {
        return type;
    }

    /** The scoped form. */
    public String text() {
        return scope + ":" + scopedName;
    }

    public boolean isOfEvent() {
        return scope.equals("event");
    }

    public boolean isOfLink() {
        return scope.equals("link");
    }

    /** Whether it is the same for all spans of a trace. */
    public boolean isOfTrace() {
        return scope.equals("trace");
    }
}
