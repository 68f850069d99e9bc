package io.clew.store.log;

import java.io.IOException;

/** Takes the records of a replay, in order of sequence. */
@FunctionalInterface
public interface LogVisitor {
    /** What it throws ends the replay and comes out of {@link Log#replay}. */
    void visit(LogRecord record) throws IOException;
}
