package io.clew.store.embedded;

import io.clew.store.block.Block;
import io.clew.store.block.PageCache;
import io.clew.store.files.Files;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

/** An open block file with counted references; closed with the last one, and deleted then if it was dropped. */
final class OpenBlock {
    private static final Logger LOG = System.getLogger(OpenBlock.class.getName());

    private final Files files;
    private final Path path;
    private final Block block;
    private int references = 1;
    private boolean dropped;

    OpenBlock(Files files, Path path, Block block) {
        this.files = files;
        this.path = path;
        this.block = block;
    }

    Block block() {
        return block;
    }

    /**
     * The same file once more, read through another cache; the caller closes it, and holds a reference to this until then.
     *
     * @throws IOException when it cannot be opened
     */
    Block again(PageCache cache) throws IOException {
        return block.again(files, cache);
    }

    Path path() {
        return path;
    }

    /** Takes a reference; only while one is held by somebody else. */
    synchronized void retain() {
        references++;
    }

    /** The file goes when nobody reads it any more. A failure to delete is logged; the next opening sweeps. */
    synchronized void drop() {
        dropped = true;
        release();
    }

    synchronized void release() {
        if (--references > 0) {
            return;
        }
        try {
            block.close();
            if (dropped) {
                block.forgetDamage();
                files.delete(path);
            }
        } catch (IOException failure) {
            LOG.log(Level.WARNING, "cannot remove " + path + ": " + failure.getMessage());
        }
    }
}
