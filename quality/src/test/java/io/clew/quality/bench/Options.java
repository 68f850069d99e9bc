package io.clew.quality.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The bench's command line.
 *
 * @param series what is measured
 * @param sizes spans stored when start, size and queries are measured, ascending; one store grows from one to the next
 * @param warmUp seconds of load before steady state is measured
 * @param seconds seconds of steady state measured
 * @param soakMinutes length of the soak
 * @param directory where stores are made, or null for a new one below the build's
 * @param jvmFlags further flags for the server's JVM
 */
record Options(
        Set<Series> series,
        List<Long> sizes,
        int warmUp,
        int seconds,
        int soakMinutes,
        long seed,
        @Nullable Path directory,
        List<String> jvmFlags) {

    static final String USAGE = """
            ./clew bench [SERIES...] [--spans N[,N...]] [--quick | --long] [--seed N] [--dir DIR]
                         [--warm-up SECONDS] [--seconds SECONDS] [--minutes MINUTES] [--no-zipkin]

            Measures the server as a process of its own, started as ./clew up starts it. Prints a table, and keeps it with a
            machine-readable copy in target/bench/result.md and result.json. Exit code 1 when a bar is missed or something
            could not be measured. As root it drops the system's page cache before each series of questions.

            Series (all but soak when none is named; about a quarter of an hour on two cores):
            %s

              --spans N,...   spans stored for start, size and queries (default 10000000); with several numbers one store
                              grows from one to the next and everything is measured at each: the curve of cost over size
              --quick         300000 spans, short stretches: for trying, not for figures; bars that need the full load miss
              --long          all series with 1000000,10000000,100000000 spans: about an hour, 13 GB of disk
              --warm-up S     seconds of load before steady state is measured (default 60)
              --seconds S     seconds of steady state (default 45)
              --minutes M     length of the soak (default 10)
              --seed N        seed of the load (default 1)
              --dir DIR       where stores are made and removed again (default: target/bench); a real disk, fsync is on
              --no-zipkin     leave the series zipkin out""".formatted(Series.list());

    private static final Set<Series> BY_DEFAULT = EnumSet.complementOf(EnumSet.of(Series.SOAK));

    Options {
        series = Collections.unmodifiableSet(EnumSet.copyOf(series));
        sizes = List.copyOf(sizes);
        jvmFlags = List.copyOf(jvmFlags);
    }

    boolean has(Series one) {
        return series.contains(one);
    }

    /** @throws IllegalArgumentException naming what is wrong */
    static Options of(String... arguments) {
        Set<Series> named = EnumSet.noneOf(Series.class);
        Set<Series> wanted = EnumSet.copyOf(BY_DEFAULT);
        List<Long> sizes = List.of(10_000_000L);
        int warmUp = 60;
        int seconds = 45;
        int minutes = 10;
        long seed = 1;
        Path directory = null;
        boolean zipkin = true;
        String[] words = Stream.of(arguments)
                .flatMap(word -> word.startsWith("--") ? Stream.of(word.split("=", 2)) : Stream.of(word))
                .toArray(String[]::new);
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            switch (word) {
                case "--no-zipkin" -> zipkin = false;
                case "--quick" -> {
                    sizes = List.of(300_000L);
                    warmUp = 10;
                    seconds = 10;
                    minutes = 1;
                }
                case "--long" -> {
                    wanted = EnumSet.allOf(Series.class);
                    sizes = List.of(1_000_000L, 10_000_000L, 100_000_000L);
                }
                case "--spans" -> sizes = sizes(value(words, ++i, word));
                case "--warm-up" -> warmUp = (int) number(value(words, ++i, word), word);
                case "--seconds" -> seconds = (int) number(value(words, ++i, word), word);
                case "--minutes" -> minutes = (int) number(value(words, ++i, word), word);
                case "--seed" -> seed = number(value(words, ++i, word), word);
                case "--dir" -> directory = Path.of(value(words, ++i, word));
                default -> named.add(series(word));
            }
        }
        Set<Series> measured = named.isEmpty() ? wanted : named;
        if (!zipkin) {
            measured.remove(Series.ZIPKIN);
        }
        if (measured.isEmpty()) {
            throw new IllegalArgumentException("nothing is left to measure");
        }
        return new Options(measured, sizes, warmUp, seconds, minutes, seed, directory, flagsOfEnvironment());
    }

    /** What {@code ./clew up} would add too. */
    private static List<String> flagsOfEnvironment() {
        return new ArrayList<>(Pattern.compile("\\s+")
                .splitAsStream(System.getenv().getOrDefault("CLEW_JVM_FLAGS", ""))
                .filter(flag -> !flag.isEmpty())
                .toList());
    }

    private static Series series(String word) {
        return Arrays.stream(Series.values())
                .filter(one -> one.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        word.startsWith("-") ? "unknown flag '" + word + "'" : "unknown series '" + word + "'"));
    }

    private static List<Long> sizes(String text) {
        List<Long> sizes = Stream.of(text.split(",", -1))
                .map(part -> number(part.strip(), "--spans"))
                .sorted()
                .distinct()
                .toList();
        return sizes;
    }

    private static String value(String[] arguments, int at, String flag) {
        if (at >= arguments.length) {
            throw new IllegalArgumentException(flag + " needs a value");
        }
        return arguments[at];
    }

    private static long number(String text, String flag) {
        try {
            long value = Long.parseLong(text);
            if (value >= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number that is too small.
        }
        throw new IllegalArgumentException(flag + " takes a number of 1 or more, not '" + text + "'");
    }

    /** "10 M", "300,000". */
    static String spans(long count) {
        return count % 1_000_000 == 0 ? count / 1_000_000 + " M" : String.format(Locale.ROOT, "%,d", count);
    }
}
