package io.clew.quality.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * The bench's command line.
 *
 * @param spans stored before the questions are asked
 * @param warmUp seconds of load before steady state is measured
 * @param seconds seconds of steady state measured
 * @param zipkin whether Zipkin is measured too
 * @param jvmFlags further flags for the server's JVM
 */
record Options(long spans, int warmUp, int seconds, boolean zipkin, long seed, List<String> jvmFlags) {
    static final String USAGE = """
            ./clew bench [--spans N] [--warm-up SECONDS] [--seconds SECONDS] [--seed N] [--no-zipkin] [--quick]
              --spans N       spans stored when the questions are asked (default 1000000)
              --warm-up S     seconds of load before the steady state is measured (default 60)
              --seconds S     seconds of steady state (default 60)
              --seed N        seed of the load (default 1)
              --no-zipkin     do not measure Zipkin beside it
              --quick         300000 spans, 10 s and 15 s: for trying, not for figures""";

    /** @throws IllegalArgumentException naming what is wrong */
    static Options of(String[] arguments) {
        long spans = 1_000_000;
        int warmUp = 60;
        int seconds = 60;
        long seed = 1;
        boolean zipkin = true;
        List<String> jvmFlags = new ArrayList<>(System.getenv()
                .getOrDefault("CLEW_JVM_FLAGS", "")
                .lines()
                .flatMap(line -> java.util.regex.Pattern.compile("\\s+").splitAsStream(line))
                .filter(flag -> !flag.isEmpty())
                .toList());
        for (int i = 0; i < arguments.length; i++) {
            String flag = arguments[i];
            switch (flag) {
                case "--no-zipkin" -> zipkin = false;
                case "--quick" -> {
                    spans = 300_000;
                    warmUp = 10;
                    seconds = 15;
                }
                case "--spans" -> spans = number(arguments, ++i, flag);
                case "--warm-up" -> warmUp = (int) number(arguments, ++i, flag);
                case "--seconds" -> seconds = (int) number(arguments, ++i, flag);
                case "--seed" -> seed = number(arguments, ++i, flag);
                default -> throw new IllegalArgumentException("unknown flag '" + flag + "'");
            }
        }
        return new Options(spans, warmUp, seconds, zipkin, seed, jvmFlags);
    }

    private static long number(String[] arguments, int at, String flag) {
        try {
            long value = Long.parseLong(arguments[at]);
            if (value >= 1) {
                return value;
            }
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
            // Said below, as for a number that is too small.
        }
        throw new IllegalArgumentException(flag + " takes a number of 1 or more");
    }
}
