package io.clew.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.ingest.ByteBudget;
import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.ContentEncoding;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals.Reason;
import io.clew.model.SourceProtocol;
import io.clew.model.SpanBatch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OTLP JSON may look like, and what each mistake in it costs. */
class JsonDecoderTest {
    private static final String IDS =
            "\"traceId\":\"0102030405060708090A0b0C0d0e0f10\",\"spanId\":\"00000000000000Ff\"";

    @Test
    void readsWhatTheSpecificationShows() throws Exception {
        SpanBatch batch = Requests.json("""
                {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my.service"}}]},
                 "scopeSpans":[{"scope":{"name":"my.library","version":"1.0.0"},"spans":[
                  {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","parentSpanId":"EEE19B7EC3C1B173",
                   "name":"I'm a server span","startTimeUnixNano":"1544712660000000000","endTimeUnixNano":1544712661000000000,
                   "kind":2,"status":{"code":2,"message":"no"},"flags":257,
                   "attributes":[{"key":"my.span.attr","value":{"intValue":"-7"}}]}]}]}]}""").batch();
        assertThat(batch.spanCount()).isEqualTo(1);
        assertThat(batch.traceId(0)).hasToString("5b8efff798038103d269b633813fc60c");
        assertThat(batch.spanId(0)).isEqualTo(0xEEE19B7EC3C1B174L);
        assertThat(batch.parentSpanId(0)).isEqualTo(0xEEE19B7EC3C1B173L);
        assertThat(batch.dictionary().text(batch.name(0))).isEqualTo("I'm a server span");
        assertThat(batch.start(0)).isEqualTo(1544712660000000000L);
        assertThat(batch.end(0)).isEqualTo(1544712661000000000L);
        assertThat(batch.kind(0)).isEqualTo(2);
        assertThat(batch.statusCode(0)).isEqualTo(2);
        assertThat(batch.flags(0)).isEqualTo(257);
        assertThat(batch.protocol(0)).isEqualTo(SourceProtocol.OTLP_JSON);
        assertThat(only(batch)).isEqualTo(new AttributeValue.Int(-7));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"intValue":"9223372036854775807"}    | Int[value=9223372036854775807]
            {"intValue":-9223372036854775808}     | Int[value=-9223372036854775808]
            {"intValue":1e3}                      | Int[value=1000]
            {"intValue":"1.20E+2"}                | Int[value=120]
            {"intValue":-0}                       | Int[value=0]
            {"doubleValue":1}                     | Real[value=1.0]
            {"doubleValue":"NaN"}                 | Real[value=NaN]
            {"doubleValue":"-Infinity"}           | Real[value=-Infinity]
            {"doubleValue":-0.0}                  | Real[value=-0.0]
            {"doubleValue":"2.5e-3"}              | Real[value=0.0025]
            {"boolValue":true}                    | Bool[value=true]
            {"boolValue":"false"}                 | Bool[value=false]
            {"stringValue":"\\u4f60\\n\\"\\/\\ud83d\\ude00é"} | Text[value=你\\n"/😀é]
            {"stringValue":""}                    | Text[value=]
            {}                                    | Empty[]
            {"stringValue":null}                  | Empty[]
            {"intValue":null,"boolValue":true}    | Bool[value=true]
            {"unheardOf":[{"a":[[]]},1e9,"\\u0000"],"intValue":5} | Int[value=5]
            {"int\\u0056alue":5}                  | Int[value=5]
            {"intValue":1,"intValue":2}           | Int[value=2]
            {"int_value":1}                       | Empty[]
            {"arrayValue":{"values":[{"intValue":1},{},{"stringValue":"x"}]}} | Array[elements=[Int[value=1], Empty[], Text[value=x]]]
            {"arrayValue":{}}                     | Array[elements=[]]
            {"kvlistValue":{"values":[{"key":"a","value":{"boolValue":true}},{"key":"a"}]}} | KeyValues[entries=[Entry[key=a, value=Bool[value=true]], Entry[key=a, value=Empty[]]]]
            """)
    void valuesReadAsProtoJsonSays(String json, String expected) throws Exception {
        Requests.Decoded read = Requests.json(withValue(json));
        assertThat(read.refusals().firstMessage()).isNull();
        assertThat(only(read.batch())).hasToString(expected.replace("\\n", "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"+/8AgA==", "-_8AgA", "+/8AgA", "-_8AgA==", "+\\/8AgA"})
    void bytesMayBeAnyBase64(String text) throws Exception {
        assertThat(only(Requests.json(withValue("{\"bytesValue\":\"" + text + "\"}"))
                        .batch()))
                .isEqualTo(new AttributeValue.Bytes(new byte[] {(byte) 0xFB, (byte) 0xFF, 0, (byte) 0x80}));
    }

    @Test
    void enumerationsMayComeByName() throws Exception {
        SpanBatch batch = Requests.json(
                        span(IDS + ",\"kind\":\"SPAN_KIND_CONSUMER\",\"status\":{\"code\":\"STATUS_CODE_ERROR\"}"))
                .batch();
        assertThat(batch.kind(0)).isEqualTo(5);
        assertThat(batch.statusCode(0)).isEqualTo(2);
    }

    @Test
    void ofRepeatedNamesTheLastCounts() throws Exception {
        SpanBatch batch = Requests.json(
                        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{"
                                + "\"name\":\"first\",\"attributes\":[{\"key\":\"a\"},{\"key\":\"b\"}]," + IDS
                                + ",\"attributes\":[{\"key\":\"c\"}],\"name\":\"second\",\"name\":\"third\"}]}],"
                                + "\"resource\":{\"attributes\":[{\"key\":\"x\"}]},\"resource\":{\"attributes\":[{\"key\":\"y\"}]}}]}")
                .batch();
        assertThat(batch.dictionary().text(batch.name(0))).isEqualTo("third");
        assertThat(keys(batch, batch.spanAttributes())).containsExactly("c");
        assertThat(keys(batch, batch.resourceAttributes())).containsExactly("y");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "traceId":"abc","spanId":"00000000000000ff" | TRACE_ID | resourceSpans[0].scopeSpans[0].spans[0].traceId: expected 32 hexadecimal digits, read "abc"
            "traceId":"0102030405060708","spanId":"00000000000000ff" | TRACE_ID | resourceSpans[0].scopeSpans[0].spans[0].traceId: expected 32 hexadecimal digits, read "0102030405060708"
            "traceId":"01020304050607080102030405060g08","spanId":"00000000000000ff" | TRACE_ID | resourceSpans[0].scopeSpans[0].spans[0].traceId: expected 32 hexadecimal digits, read "01020304050607080102030405060g08"
            "spanId":"00000000000000ff" | TRACE_ID | resourceSpans[0].scopeSpans[0].spans[0]: trace_id is missing, it must have 16 bytes
            "traceId":null,"spanId":"00000000000000ff" | TRACE_ID | resourceSpans[0].scopeSpans[0].spans[0]: trace_id is missing, it must have 16 bytes
            "traceId":"00000000000000000000000000000000","spanId":"00000000000000ff" | TRACE_ID | resourceSpans[0].scopeSpans[0].spans[0].traceId: trace_id is all zeros
            "traceId":"01020304050607080102030405060708","spanId":"1234567" | SPAN_ID | resourceSpans[0].scopeSpans[0].spans[0].spanId: expected 16 hexadecimal digits, read "1234567"
            "traceId":"01020304050607080102030405060708","spanId":"00000000000000ff","parentSpanId":"q" | PARENT_ID | resourceSpans[0].scopeSpans[0].spans[0].parentSpanId: expected 16 hexadecimal digits, read "q"
            "traceId":"01020304050607080102030405060708","spanId":"00000000000000ff","links":[{},{"spanId":"ff"}] | LINK_ID | resourceSpans[0].scopeSpans[0].spans[0].links[1].spanId: expected 32 or 16 hexadecimal digits, read "ff"
            "traceId":"01020304050607080102030405060708","spanId":"00000000000000ff","name":"a\\ud800b" | UTF8 | resourceSpans[0].scopeSpans[0].spans[0].name: not valid UTF-8: byte 0xed at position 1 of 5
            """)
    void badSpansAreRefusedAlone(String fields, Reason reason, String message) throws Exception {
        Requests.Decoded read = Requests.json(span(fields + "},{" + IDS));
        assertThat(read.batch().spanCount()).isEqualTo(1);
        assertThat(read.refusals().positions()).containsExactly(0);
        assertThat(read.refusals().count(reason)).isEqualTo(1);
        assertThat(read.refusals().firstMessage()).isEqualTo(message);
    }

    @Test
    void rawBytesThatAreNotUtf8RefuseTheirSpan() throws Exception {
        byte[] body = Requests.utf8(span(IDS + ",\"name\":\"a?b\"}, {" + IDS));
        for (int i = 0; i < body.length; i++) {
            if (body[i] == '?') {
                body[i] = (byte) 0xC3;
            }
        }
        Requests.Decoded read =
                Requests.decode(new OtlpJsonDecoder(ByteBudget.unlimited()), ContentEncoding.IDENTITY, body);
        assertThat(read.refusals().count(Reason.UTF8)).isEqualTo(1);
        assertThat(read.batch().spanCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101, 102, 5_000, 1_000_000})
    void nestingIsBoundedPerSpan(int depth) throws Exception {
        String value = "{\"arrayValue\":{\"values\":[".repeat(depth) + "]}}".repeat(depth);
        Requests.Decoded read = Requests.json(span(IDS + ",\"attributes\":[{\"key\":\"k\",\"value\":" + value + "}]"));
        assertThat(read.refusals().count(Reason.DEPTH)).isEqualTo(depth > 100 ? 1 : 0);
        assertThat(read.batch().spanCount()).isEqualTo(depth > 100 ? 0 : 1);
        if (depth > 100) {
            assertThat(read.refusals().firstMessage())
                    .startsWith("resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.arrayValue.")
                    .endsWith(": a value nests arrays and maps deeper than 100 levels");
        }
    }

    @Test
    void anEmptySpanIsNamedThoughNothingFollowsIt() throws Exception {
        Requests.Decoded read = Requests.json("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{}]}]}]}");
        assertThat(read.refusals().firstMessage())
                .isEqualTo("resourceSpans[0].scopeSpans[0].spans[0]: trace_id is missing, it must have 16 bytes");
    }

    @Test
    void aBadResourceBehindItsSpansRefusesThemAll() throws Exception {
        Requests.Decoded read = Requests.json("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{" + IDS + "},{" + IDS
                + "}]}],\"resource\":{\"attributes\":[{\"key\":\"\\udc00\"}]}},{\"scopeSpans\":[{\"spans\":[{" + IDS
                + "}]}]}]}");
        assertThat(read.refusals().positions()).containsExactly(0, 1);
        assertThat(read.batch().spanCount()).isEqualTo(1);
        assertThat(read.refusals().firstMessage())
                .startsWith("resourceSpans[0].resource.attributes[0].key: not valid UTF-8");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                              | line 1, column 1: expected an object with resourceSpans, read the end of the body
            []                              | line 1, column 1: expected an object with resourceSpans, read '['
            {"resourceSpans":[}             | line 1, column 19: expected an object for resourceSpans, read '}'
            {"resourceSpans":{}}            | line 1, column 18: expected an array for resourceSpans, read '{'
            {"a":1,}                        | line 1, column 8: expected a field name in quotes, read '}'
            {"a":01}                        | line 1, column 6: a number must not begin with 0
            {"a":1.}                        | line 1, column 6: a number ends without a digit
            {"a":"\\x"}                     | line 1, column 7: there is no such escape in a JSON string
            {"a":tru}                       | line 1, column 6: expected true
            {"a":"b                         | line 1, column 6: a string does not end
            {} {}                           | line 1, column 4: expected the end of the body, read '{'
            {"a":[[{"b":[1,2}]]}            | line 1, column 17: expected ',' or ']', read '}'
            """)
    void whatIsNotJsonIsMalformed(String json, String message) {
        assertThatThrownBy(() -> Requests.json(json))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessage("not a JSON trace request: " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "traceId":5              | line 3, column 12: expected a string of hexadecimal digits for traceId, read '5'
            "name":{}                | line 3, column 9: expected a string for name, read '{'
            "kind":"server"          | line 3, column 9: kind must be an integer from 0 to 5, read "server"
            "startTimeUnixNano":-1   | line 3, column 22: "-1" is not from 0 to 18446744073709551615
            "startTimeUnixNano":"1.5" | line 3, column 22: expected an integer, read "1.5"
            "startTimeUnixNano":1e999999999 | line 3, column 22: "1e999999999" has too many digits for 64 bits
            "flags":4294967296       | line 3, column 10: "4294967296" is not from 0 to 4294967295
            "attributes":[null]      | line 3, column 16: expected an object for attributes, read 'n'
            "status":3               | line 3, column 11: expected an object for status, read '3'
            """)
    void wrongTypesAreMalformedWithTheirPlace(String field, String message) {
        assertThatThrownBy(() ->
                        Requests.json("{\"resourceSpans\":[\n{\"scopeSpans\":[{\"spans\":[{\n " + field + "}]}]}]}"))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessage("not a JSON trace request: " + message);
    }

    @Test
    void anEmptyObjectIsAnEmptyRequest() throws Exception {
        assertThat(Requests.json("\uFEFF {}\n").batch().spanCount()).isZero();
        assertThat(Requests.json("{\"resourceSpans\":null}").batch().spanCount())
                .isZero();
    }

    private static String span(String fields) {
        return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{" + fields + "}]}]}]}";
    }

    private static String withValue(String value) {
        return span(IDS + ",\"attributes\":[{\"value\":" + value + ",\"key\":\"k\"}]");
    }

    private static AttributeValue only(SpanBatch batch) {
        assertThat(batch.spanAttributes().size()).isEqualTo(1);
        return AttributeValue.of(batch.spanAttributes(), 0, batch.dictionary());
    }

    private static List<String> keys(SpanBatch batch, AttributeTable table) {
        return java.util.stream.IntStream.range(0, table.size())
                .mapToObj(entry -> batch.dictionary().text(table.key(entry)))
                .toList();
    }
}
