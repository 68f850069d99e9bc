package io.clew.store.embedded;

import io.clew.store.manifest.BlockEntry;

/** A block written and opened but not yet published. */
record NewBlock(OpenBlock file, BlockEntry entry) {}
