package io.clew.server.otlp;

import io.clew.ingest.BusyException;
import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.RecordCounter;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.SourceRequest;
import io.clew.server.intake.Intake;
import io.clew.server.intake.Outcome;
import io.clew.server.telemetry.Counters;

/** Logs and metrics: read as far as counting them needs, and answered as a partial success without any record taken. */
public final class NotTaken {
    private final ByteBudget budget;
    private final Counters counters;

    public NotTaken(ByteBudget budget, Counters counters) {
        this.budget = budget;
        this.counters = counters;
    }

    Outcome count(Signal signal, Encoding encoding, SourceRequest request, DecodeLimits limits) {
        try {
            long records =
                    new RecordCounter(signal.answered(), encoding == Encoding.JSON, budget).count(request, limits);
            counters.notTaken(signal.label(), records);
            return new Outcome.Kept(
                    records, records == 0 ? null : "Clew keeps traces; " + signal.label() + " are not taken yet");
        } catch (MalformedRequestException e) {
            return new Outcome.Unreadable(e.reason(), String.valueOf(e.getMessage()));
        } catch (BusyException e) {
            return new Outcome.TryLater(String.valueOf(e.getMessage()), Intake.SOON);
        }
    }
}
