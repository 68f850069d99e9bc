package io.clew.store.embedded;

import io.clew.store.Damage;
import io.clew.store.manifest.BlockEntry;

/** A block that the manifest names and that cannot be opened; {@code clew store repair} sets it aside. */
record MissingBlock(BlockEntry entry, Damage damage) {}
