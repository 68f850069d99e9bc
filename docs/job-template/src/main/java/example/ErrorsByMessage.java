package example;

import io.clew.analysis.job.Column;
import io.clew.analysis.job.Groups;
import io.clew.analysis.job.Rows;
import io.clew.analysis.job.Span;
import io.clew.analysis.job.TraceJob;
import io.clew.analysis.job.WholeTrace;
import java.util.List;

/** How often each service failed with each message: a thousand messages, and all others in one row. */
public final class ErrorsByMessage implements TraceJob.Combining<Groups<long[]>> {
    @Override
    public List<Column> columns() {
        return List.of(Column.text("service"), Column.text("message"), Column.whole("errors"));
    }

    @Override
    public Groups<long[]> start() {
        return new Groups<>(1000, () -> new long[1], (sum, other) -> sum[0] += other[0]);
    }

    @Override
    public void observe(Groups<long[]> sum, WholeTrace trace) {
        for (Span span : trace.spans()) {
            if (span.isError()) {
                sum.at(span.service(), span.statusMessage())[0]++;
            }
        }
    }

    @Override
    public void merge(Groups<long[]> sum, Groups<long[]> other) {
        sum.merge(other);
    }

    @Override
    public void finish(Groups<long[]> sum, Rows rows) {
        sum.kept().forEach((key, errors) -> rows.add(key.get(0), key.get(1), errors[0]));
        sum.other().ifPresent(errors -> rows.add("(other)", "(other)", errors[0]));
    }
}
