package io.clew.store.kit;

import io.clew.store.TraceStore;

/** The naive store passes its own kit. */
class NaiveTraceStoreTest extends TraceStoreContract {
    @Override
    protected TraceStore open() {
        return new NaiveTraceStore();
    }

    @Override
    protected boolean isDurable() {
        return false;
    }
}
