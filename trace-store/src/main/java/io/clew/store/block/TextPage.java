package io.clew.store.block;

import io.clew.model.ByteDictionary;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one page of a column.
 *
 * @param ids which text each is; null when they stand one after the other
 */
record TextPage(Texts texts, @Nullable LongPage ids) {
    int id(int index) {
        return ids == null ? index : ids.id(index);
    }

    int internTo(ByteDictionary dictionary, int index) {
        return texts.internTo(dictionary, id(index));
    }
}
