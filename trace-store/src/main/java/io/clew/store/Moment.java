package io.clew.store;

/**
 * A moment in the life of a store: what came up to then can be told from what came later, also after a restart.
 *
 * @param sequence number of the last request that was stored
 * @param nextBlock blocks made later have this number or a larger one
 */
public record Moment(long sequence, long nextBlock) {}
