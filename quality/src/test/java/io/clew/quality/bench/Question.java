package io.clew.quality.bench;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is asked of a full store, each time of another sample, and the bars in milliseconds that part 2 of the plan sets. */
enum Question {
    BY_ID("trace by id", 5.0, 20.0) {
        @Override
        URI ask(Clew clew, Sample sample, int turn) {
            return clew.byId(sample);
        }
    },
    SERVICE_AND_TIME("service + time, newest 20", 10.0, 30.0) {
        // The windows that people choose are short, long and none.
        @Override
        URI ask(Clew clew, Sample sample, int turn) {
            long around = 500_000_000L << 2 * (turn % 4);
            String window =
                    turn % 5 == 4 ? "" : "&start=" + (sample.start() - around) + "&end=" + (sample.start() + around);
            return clew.search("{ resource.service.name = \"" + sample.service() + "\" }", window);
        }
    },
    RARE_VALUE("rare value, all time", 20.0, 80.0) {
        @Override
        URI ask(Clew clew, Sample sample, int turn) {
            return clew.rareAttribute(sample);
        }
    },
    /** A URL of the same form; the ids in URLs are hexadecimal, so no span has it. */
    ABSENT_VALUE("absent value, all time", 10.0, null) {
        @Override
        URI ask(Clew clew, Sample sample, int turn) {
            String url = sample.url().substring(0, sample.url().length() - 14);
            return clew.search(
                    String.format(Locale.ROOT, "{ span.url.full = \"%sxyzw%04x-%05d\" }", url, turn * 31, turn * 7),
                    "");
        }
    },
    DURATION_RANGE("duration range", 50.0, 150.0) {
        @Override
        URI ask(Clew clew, Sample sample, int turn) {
            return clew.durationRange(sample);
        }
    },
    /** A part of the sample's id in the URL, 3 to 14 characters long: found often, seldom, once. */
    REGEX_WITH_LITERAL("regex with a literal of 3 to 14 characters", 300.0, null) {
        @Override
        URI ask(Clew clew, Sample sample, int turn) {
            String id = sample.url().substring(sample.url().length() - 14);
            int length = new int[] {3, 4, 6, 8, 14}[turn % 5];
            return clew.search("{ span.url.full =~ \".*" + id.substring(0, length) + ".*\" }", "");
        }
    },
    /** Matches nothing, and nothing but reading every URL tells. */
    REGEX_WITHOUT_LITERAL("regex without a literal", null, null) {
        @Override
        URI ask(Clew clew, Sample sample, int turn) {
            return clew.search("{ span.url.full =~ \"[a-z]{4}.+[0-9a-f]{8}.[0-9]{5}[x-z]{" + (1 + turn) + "}\" }", "");
        }
    },
    /** Two columns; every row group has both values, no span has both, so that nothing can be skipped. */
    COLUMN_SCAN("scan of two columns", null, null) {
        @Override
        URI ask(Clew clew, Sample sample, int turn) {
            return clew.search("{ kind = server && span.shop.items = " + turn % 50 + " }", "");
        }
    };

    private final String label;
    private final @Nullable Double p50;
    private final @Nullable Double p99;

    Question(String label, @Nullable Double p50, @Nullable Double p99) {
        this.label = label;
        this.p50 = p50;
        this.p99 = p99;
    }

    String label() {
        return label;
    }

    @Nullable
    Double p50() {
        return p50;
    }

    @Nullable
    Double p99() {
        return p99;
    }

    /** Whether the answer must name the sample's trace. */
    boolean namesSample() {
        return this == BY_ID || this == RARE_VALUE;
    }

    /** Whether the answer must be empty. */
    boolean findsNothing() {
        return this == ABSENT_VALUE || this == REGEX_WITHOUT_LITERAL || this == COLUMN_SCAN;
    }

    /** @param turn 0 for the first question asked, then 1, 2, ... */
    abstract URI ask(Clew clew, Sample sample, int turn);
}
