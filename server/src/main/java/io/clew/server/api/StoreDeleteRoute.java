package io.clew.server.api;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.server.query.Missed;
import io.clew.server.query.Problem;
import io.clew.store.Damage;
import io.clew.store.DeleteResult;
import io.clew.store.Window;
import io.clew.traceql.MatchingTraces;
import io.clew.traceql.ast.Spansets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code store/delete}: deletes the traces that match a TraceQL query in a window, whole, or with {@code dryRun=true} only
 * counts them. Deletes nothing when the query does not come to its end in time. What cannot be read, and so may match too,
 * is named: as missed when it only counts, else as a problem.
 */
final class StoreDeleteRoute implements ClewApi.Route {
    private final StoreChanges changes;

    StoreDeleteRoute(StoreChanges changes) {
        this.changes = changes;
    }

    @Override
    public String pattern() {
        return "store/delete";
    }

    @Override
    public Set<HttpMethod> methods() {
        return Set.of(HttpMethod.POST);
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) throws Problem {
        ask.parameters().allowOnly(TraceqlParameter.NAME, "start", "end", "dryRun", "timeout");
        // Nobody deletes everything by leaving a parameter out.
        String _ = ask.parameters().required(TraceqlParameter.NAME, "a TraceQL query; {} means every trace");
        Spansets query = TraceqlParameter.read(ask.parameters());
        Window window = Windows.read(ask.parameters());
        boolean dryRun = ask.parameters().flag("dryRun");
        return ask.json((snapshot, control, json) -> {
            List<TraceId> matching = new ArrayList<>();
            MatchingTraces traces = new MatchingTraces(snapshot, query, window, null, control);
            for (Trace trace = traces.next(); trace != null; trace = traces.next()) {
                matching.add(trace.id());
            }
            Set<Damage> left = new LinkedHashSet<>(control.missed());
            long deleted = 0;
            if (!dryRun && !matching.isEmpty()) {
                DeleteResult result = changes.delete(matching);
                deleted = result.traces();
                left.addAll(result.left());
            }
            if (!dryRun && !left.isEmpty()) {
                throw StoreChanges.partial(deleted, List.copyOf(left));
            }
            json.writeStartObject();
            json.writeNumberField("matchedTraces", matching.size());
            json.writeNumberField("deletedTraces", deleted);
            json.writeBooleanField("dryRun", dryRun);
            Missed.write(List.copyOf(left), json);
            json.writeEndObject();
        });
    }
}
