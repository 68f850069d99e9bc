package io.clew.store.embedded;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.TraceId;
import io.clew.store.TraceStore;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FileHandle;
import io.clew.store.files.Files;
import io.clew.store.kit.Spans;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A block that a merge replaces stays open for the work on the committer's thread that looks into it. */
class BlocksInUseTest {
    private static final TraceId TRACE = new TraceId(7, 1);

    @TempDir
    Path directory;

    private final CountDownLatch looking = new CountDownLatch(1);
    private final AtomicBoolean armed = new AtomicBoolean();
    private volatile @Nullable TraceStore opened;

    @Test
    void markingATraceWhileItsBlockIsMergedAway() throws IOException {
        StoreSettings settings = StoreSettings.of(hooked(), directory, List.of())
                .withChunk(64 << 20, Duration.ofHours(1))
                .withPageCache(1)
                .withMerging(2, 1_000_000);
        try (TraceStore store = EmbeddedStore.open(settings);
                Closeable _ = looking::countDown) {
            for (int i = 1; i <= 2; i++) {
                Spans spans = new Spans(store.newBatch(), "s").add(new TraceId(7, i), 1, 0, "op", 100, 105);
                store.append(spans.batch(), null, DecodeLimits.DEFAULT, new Refusals())
                        .join();
                store.flush();
            }
            opened = store;
            armed.set(true);
            assertThat(store.keep(TRACE, true)).isEqualTo(TraceStore.Keeping.DONE);
            assertThat(store.stats().damage()).isEmpty();
            assertThat(store.stats().blocks()).isEqualTo(1);
        }
    }

    /** The merge begins to write when the mark looks into the first block, which reads on when the merge is published. */
    private Files hooked() {
        Files real = new DiskFiles();
        return (Files) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Files.class}, (_, method, arguments) -> {
                    String file = String.valueOf(arguments[0]);
                    if (method.getName().equals("open") && file.endsWith("block-0000000000000003.clew")) {
                        looking.await();
                    }
                    Object result = call(method, real, arguments);
                    return result instanceof FileHandle handle && file.endsWith("block-0000000000000001.clew")
                            ? hooked(handle)
                            : result;
                });
    }

    private FileHandle hooked(FileHandle real) {
        return (FileHandle) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {FileHandle.class}, (_, method, arguments) -> {
                    if (method.getName().equals("read")
                            && Thread.currentThread().getName().equals("clew-committer")
                            && armed.getAndSet(false)) {
                        looking.countDown();
                        await().atMost(Duration.ofMinutes(2))
                                .until(() -> requireNonNull(opened).stats().blocks() == 1);
                    }
                    return call(method, real, arguments);
                });
    }

    private static @Nullable Object call(Method method, Object on, @Nullable Object[] arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }
}
