package example;

import io.clew.analysis.job.Column;
import io.clew.analysis.job.Rows;
import io.clew.analysis.job.Span;
import io.clew.analysis.job.TraceJob;
import io.clew.analysis.job.WholeTrace;
import java.util.List;

/** A row for each trace: where it entered, how long it took, how much went wrong in it. */
public final class SlowestRequest implements TraceJob.PerTrace {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.text("trace"), Column.text("service"), Column.text("operation"), Column.real("ms"), Column.whole("errors"));
    }

    @Override
    public void visit(WholeTrace trace, Rows rows) {
        Span root = trace.root();
        long errors = trace.spans().stream().filter(Span::isError).count();
        rows.add(trace.id(), root.service(), root.name(), root.duration() / 1e6, errors);
    }
}
