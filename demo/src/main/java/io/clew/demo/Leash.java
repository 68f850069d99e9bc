package io.clew.demo;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.Arrays;

/**
 * Runs another main class in this JVM and ends the JVM, in order, as soon as standard input reaches its end. The demo
 * holds the other end of that pipe, so that no child outlives it however it dies.
 */
public final class Leash {

    private static final Duration END = Duration.ofSeconds(5);

    private Leash() {}

    /** The first argument names the main class, the others are its own. */
    public static void main(String[] args) throws ReflectiveOperationException {
        Thread.ofPlatform().name("leash").daemon().start(Leash::waitForTheEnd);
        try {
            Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void waitForTheEnd() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is said over this pipe; only its end counts.
            }
        } catch (IOException e) {
            // A broken pipe is an end, too.
        }
        Thread.ofPlatform().name("leash-end").daemon().start(Leash::haltLater);
        System.exit(0);
    }

    /** An agent whose server is gone retries for a while at the end; nothing that waits for that is of use any more. */
    private static void haltLater() {
        try {
            Thread.sleep(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }
}
