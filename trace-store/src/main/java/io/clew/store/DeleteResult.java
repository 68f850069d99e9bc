package io.clew.store;

import java.util.List;

/**
 * What became of a deletion.
 *
 * @param traces how many of the traces were there and are gone from every answer
 * @param left places of damaged files that may hold spans of the traces still: blocks that cannot be opened, or whose
 *     directory cannot be read, or that cannot be written anew without the traces; empty when nothing can be left
 */
public record DeleteResult(long traces, List<Damage> left) {
    public DeleteResult {
        left = List.copyOf(left);
    }
}
