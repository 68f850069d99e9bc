package io.clew.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.traceql.ast.Conditions;
import io.clew.traceql.ast.Expression;
import io.clew.traceql.eval.TraceMatcher;
import io.clew.traceql.kit.TraceBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Intrinsics, filters joined, and conditions built from code, on one small trace. */
class IntrinsicsTest {
    private static final TraceId ID = new TraceId(0, 0xABCDEF);

    private final Trace trace = new TraceBuilder(ID)
            .span(0x0A, 0, "GET /", 1_000, 5_000)
            .service("front")
            .kind(SpanKind.SERVER)
            .status(StatusCode.OK, "")
            .scope("http", "1.2")
            .with("http.status_code", 200)
            .with("ratio", 0.5)
            .with("tags", new Object[] {"a", 1})
            .span(0x0B, 0x0A, "SELECT", 2_000, 3_000)
            .service("db")
            .kind(SpanKind.CLIENT)
            .status(StatusCode.ERROR, "no such table")
            .event("exception", 2_500)
            .eventAttribute("exception.type", "SQLException")
            .link(new TraceId(1, 2), 3)
            .with("error.code", 42)
            .span(0x0C, 0x0A, "render", 4_000, 3_000)
            .service("front")
            .resource("host", "h1")
            .build();

    private int count(String query) {
        return TraceMatcher.of(Traceql.parse(query)).match(trace);
    }

    private int count(Expression... conditions) {
        return TraceMatcher.of(Conditions.filter(List.of(conditions))).match(trace);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ span:name = \"SELECT\" }",
                "{ name =~ \"SEL.*\" }",
                "{ kind = client }",
                "{ kind != server && kind != unspecified }",
                "{ status = error }",
                "{ statusMessage = \"no such table\" }",
                "{ span:statusMessage =~ \".*table\" }",
                "{ duration = 1us }",
                "{ duration > 0 && duration < 2us }",
                "{ span:id = \"000000000000000b\" }",
                "{ span:id = \"B\" }",
                "{ span:id =~ \"0+b\" }",
                "{ span:parentID = \"a\" && kind = client }",
                "{ span:childCount = 2 && span:parentID = \"\" }",
                "{ event:name = \"exception\" }",
                "{ event:timeSinceStart = 500ns }",
                "{ link:traceID = \"10000000000000002\" }",
                "{ link:spanID = \"3\" }",
                "{ instrumentation:name = \"http\" }",
                "{ instrumentation:version = \"1.2\" }",
                "{ .exception.type = \"SQLException\" }",
                "{ trace:duration = 4us && name = \"render\" }",
                "{ rootName = \"GET /\" && .host = \"h1\" }",
                "{ duration / trace:duration = 1 }",
                "{ duration / trace:duration = 0.25 }",
            })
    void oneSpan(String query) {
        assertThat(count(query)).as(query).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{ trace:id = \"abcdef\" }",
                "{ trace:id = \"00000000000000000000000000ABCDEF\" }",
                "{ trace:rootName = \"GET /\" }",
                "{ rootServiceName = \"front\" }",
                "{ traceDuration >= 4us }",
                "{ span:childCount >= 0 }",
                "{ trace:id != \"zz\" }",
            })
    void allSpans(String query) {
        assertThat(count(query)).as(query).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ trace:id = \"abcdee\" }",
                "{ trace:id = \"zz\" }",
                "{ span:id = \"10000000000000000000b\" }",
                "{ name = \"select\" }",
                "{ name =~ \"SEL\" }",
                "{ kind = producer }",
                "{ event:name = \"other\" }",
                "{ false }",
                "{ name = \"SELECT\" } && { name = \"none\" }",
            })
    void none(String query) {
        assertThat(count(query)).as(query).isZero();
    }

    @Test
    void filtersJoined() {
        assertThat(count("{ name = \"SELECT\" } && { name = \"render\" }")).isEqualTo(2);
        assertThat(count("{ name = \"SELECT\" } && { kind = client }")).isEqualTo(1);
        assertThat(count("{ name = \"none\" } || { kind = client }")).isEqualTo(1);
        assertThat(count("{ name = \"none\" } && { kind = client } || { kind = server }"))
                .isEqualTo(1);
        assertThat(count("{ kind = server } || { name = \"none\" } && { kind = client }"))
                .isEqualTo(2);
        assertThat(count("{ name = \"none\" } && ({ kind = client } || { kind = server })"))
                .isZero();
    }

    @Test
    void withoutARootItsTextsAreEmpty() {
        Trace orphan = TraceBuilder.trace(1)
                .span(2, 1, "child", 1, 2)
                .service("s")
                .span(3, 2, "grandchild", 1, 2)
                .span(4, 4, "own parent", 1, 2)
                .build();
        assertThat(TraceMatcher.of(Traceql.parse("{ rootName = \"\" && rootServiceName = \"\" }"))
                        .match(orphan))
                .isEqualTo(3);
        assertThat(TraceMatcher.of(Traceql.parse("{ span:childCount > 0 }")).match(orphan))
                .isEqualTo(1);
    }

    @Test
    void conditionsFromCode() {
        assertThat(count()).isEqualTo(3);
        assertThat(count(Conditions.service("front"))).isEqualTo(2);
        assertThat(count(Conditions.service("front"), Conditions.name("GET /"))).isEqualTo(1);
        assertThat(count(Conditions.minDuration(1_000), Conditions.maxDuration(1_000)))
                .isEqualTo(1);
        assertThat(count(Conditions.tag("http.status_code", "200"))).isEqualTo(1);
        assertThat(count(Conditions.tag("http.status_code", "0200"))).isZero();
        assertThat(count(Conditions.tag("ratio", "0.5"))).isEqualTo(1);
        assertThat(count(Conditions.tag("ratio", "5e-1"))).isEqualTo(1);
        assertThat(count(Conditions.tag("tags", "[\"a\",1]"))).isEqualTo(1);
        assertThat(count(Conditions.tag("exception.type", "SQLException"))).isEqualTo(1);
        assertThat(count(Conditions.tag("host", "h1"))).isEqualTo(1);
        assertThat(count(Conditions.tag("error", "true"))).isEqualTo(1);
        assertThat(count(Conditions.tag("error", "false"))).isEqualTo(2);
        assertThat(count(Conditions.tag("span.kind", "client"))).isEqualTo(1);
        assertThat(count(Conditions.tag("span.kind", "unspecified"))).isZero();
        assertThat(count(Conditions.tag("otel.status_code", "OK"))).isEqualTo(1);
        assertThat(count(Conditions.tag("otel.status_description", "no such table")))
                .isEqualTo(1);
        assertThat(count(Conditions.tag("otel.scope.name", "http"))).isEqualTo(1);
        assertThat(count(Conditions.tag("event", "exception"))).isEqualTo(1);
        // All conditions are about one span.
        assertThat(count(Conditions.service("front"), Conditions.tag("error.code", "42")))
                .isZero();
    }
}
