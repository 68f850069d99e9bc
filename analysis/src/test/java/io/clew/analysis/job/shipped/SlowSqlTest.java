package io.clew.analysis.job.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SourceProtocol;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.model.TraceId;
import io.clew.model.ValueType;
import io.clew.store.TraceStore;
import io.clew.store.kit.NaiveTraceStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowSqlTest {
    private static final long T0 = 1_700_000_000_000_000_000L;

    @TempDir
    Path directory;

    private final TraceStore store = new NaiveTraceStore();
    private long span;

    @Test
    void oldAndNewNamesCountTogetherSlowestInAllFirst() throws Exception {
        query(1, 0, 10, "db.system", "mysql", "db.name", "shop", "db.statement", "SELECT * FROM a WHERE id = 1");
        query(
                1,
                0,
                30,
                "db.system.name",
                "mysql",
                "db.namespace",
                "shop",
                "db.query.text",
                "select * from a where id = ?");
        query(2, 0, 20, "db.system", "mysql", "db.name", "shop", "db.statement", "select * from a where id=\"x\"");
        query(2, 0, 500, "db.system", "mysql", "db.name", "shop", "db.statement", "insert into b values (1), (2)");
        query(2, 0, 1, "db.system", "redis", "db.statement", "GET key:1");
        query(2, 0, 1, "db.statement", "db.orders.find()");
        List<Map<String, String>> rows = Jobs.rows(store, new SlowSql(), directory);
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0)).containsEntry("statement", "insert into b values (?)");
        assertThat(rows.get(1))
                .containsEntry("service", "cart")
                .containsEntry("system", "mysql")
                .containsEntry("database", "shop")
                .containsEntry("statement", "select * from a where id = ?")
                .containsEntry("calls", "3")
                .containsEntry("errors", "0")
                .containsEntry("traces", "2")
                .containsEntry("most_in_a_trace", "2")
                .containsEntry("total_ms", "60.0")
                .containsEntry("mean_ms", "20.0")
                .containsEntry("max_ms", "30.0")
                .containsEntry("slowest_trace", new TraceId(7, 1).toString())
                .containsEntry("slowest_span", "0000000000000002");
        assertThat(Double.parseDouble(rows.get(1).get("p50_ms"))).isBetween(19.8, 20.2);
    }

    @Test
    void whatStandsAroundTheSameStatementDoesNotCount() throws Exception {
        query(1, 0, 40, "db.system", "h2", "db.statement", "select 1");
        query(1, 1, 30, "db.system", "h2", "db.statement", "select 1");
        query(1, 1, 20, "db.system", "h2", "db.statement", "select 2, 3");
        assertThat(Jobs.rows(store, new SlowSql(), directory))
                .extracting(row -> row.get("statement") + " " + row.get("calls") + " " + row.get("total_ms"))
                .containsExactly("select ? 1 30.0", "select ?, ? 1 20.0");
    }

    @Test
    void aSpanWithoutATextIsKnownByItsSummaryOrName() throws Exception {
        query(1, 0, 3, "db.system.name", "postgresql", "db.query.summary", "SELECT orders");
        query(1, 0, 2, "db.system.name", "postgresql");
        query(1, 0, 1, "db.system.name", "mongodb");
        assertThat(Jobs.rows(store, new SlowSql(), directory))
                .extracting(row -> row.get("statement"))
                .containsExactly("SELECT orders", "query");
    }

    @Test
    void statementsBeyondTheLimitAreOneRowAndTotalsStayExact() throws Exception {
        int statements = 10_500;
        for (int i = 0; i < statements; i++) {
            query(1 + i % 7, 0, 1, "db.system", "mysql", "db.statement", "select c" + i + " from t");
        }
        List<Map<String, String>> rows = Jobs.rows(store, new SlowSql(), directory);
        assertThat(rows).hasSize(10_001);
        assertThat(rows.getLast()).containsEntry("statement", "(other)").containsEntry("calls", "500");
        assertThat(rows.stream()
                        .mapToLong(row -> Long.parseLong(row.get("calls")))
                        .sum())
                .isEqualTo(statements);
    }

    /** Adds a query of service cart; {@code attributes} are keys and texts in turn. */
    private void query(long trace, long parent, long millis, String... attributes) {
        SpanBatch batch = new SpanBatch();
        int resource = batch.beginResource();
        text(batch, batch.resourceAttributes(), "service.name", "cart");
        int row = batch.beginSpan(resource, batch.beginScope(), T0, SourceProtocol.NONE);
        batch.setTraceId(row, 7, trace);
        batch.setSpanId(row, ++span);
        batch.setParentSpanId(row, parent);
        batch.setName(row, batch.dictionary().intern("query"));
        batch.setKind(row, SpanKind.CLIENT.code());
        batch.setStatusCode(row, StatusCode.UNSET.code());
        batch.setStart(row, T0 + span);
        batch.setEnd(row, T0 + span + millis * 1_000_000);
        for (int i = 0; i < attributes.length; i += 2) {
            text(batch, batch.spanAttributes(), attributes[i], attributes[i + 1]);
        }
        store.append(batch, null, DecodeLimits.DEFAULT, new Refusals()).join();
    }

    private static void text(SpanBatch batch, io.clew.model.AttributeTable table, String key, String value) {
        table.add(
                batch.dictionary().intern(key),
                ValueType.STRING,
                batch.dictionary().intern(value));
    }
}
