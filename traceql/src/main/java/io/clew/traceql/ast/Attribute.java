package io.clew.traceql.ast;

import java.util.Optional;

/**
 * An attribute by name.
 *
 * @param name the key as sent, without quotes and escapes; never empty
 */
public record Attribute(Scope scope, String name) implements Reference {

    /**
     * The intrinsic that an unscoped name stands for: {@code .duration} is {@code duration}, whatever attributes of
     * that name there are.
     */
    public Optional<Intrinsic> shadowedBy() {
        return scope == Scope.UNSCOPED ? Intrinsic.ofBareName(name) : Optional.empty();
    }
}
