package io.clew.analysis.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlFormTest {
    private static final String[] SYSTEMS = {
        "", "mysql", "postgresql", "mssql", "sqlite", "oracle.db", "clickhouse", "spark", "snowflake", "redis"
    };

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "-", textBlock = """
            # values
            SELECT * FROM t WHERE id = 42                        | select * from t where id = ?
            select a.b from  A  where x=-1 and y = +2.5e-3        | select a.b from a where x = ? and y = ?
            SELECT x - 1, x -1, (x)-1, f(-1), -x FROM t           | select x - ?, x - ?, (x) - ?, f(?), - x from t
            SELECT 0xFF, 0b01, 1_000, .5, 1., 12abc               | select ?, ?, ?, ?, ?, ?
            SELECT t1.c2, col_3 FROM s4.t5                        | select t1.c2, col_3 from s4.t5
            select 'it''s', '', N'x', 'a\\' from t                | select ?, ?, ?, ? from t
            select 'C:\\' , b from t where c = 'd'                | select ?, b from t where c = ?
            SELECT DATE '2024-01-01' + INTERVAL '1 day'           | select date ? + interval ?
            SELECT q'[it's]', q'!a'b!' FROM dual                  | select ?, ? from dual
            SELECT E'it\\'s', B'01', X'ff', U&'\\0041', _utf8'x'  | select ?, ?, ?, ?, ?
            # parameters
            select * from t where a=? and b=$1 and c=:name and d=@p1 and e=%s and f=%(name)s and g=?12 | select * from t where a = ? and b = ? and c = ? and d = ? and e = ? and f = ? and g = ?
            select a::int, b::text[] from t where c = :x::int     | select a::int, b::text[] from t where c = ?::int
            select a % 2, a %s from t                             | select a % ?, a % s from t
            # true, false and null where a value stands, and where not
            update t set a = NULL, b = true where c IS NOT NULL and d is null | update t set a = ?, b = ? where c is not null and d is null
            insert into t values (NULL, true, 'x')                | insert into t values (?, ?, ?)
            # lists
            SELECT * FROM t WHERE id IN (1, 2, 3)                 | select * from t where id in (?)
            select * from t where id in(?,?,?,?) and x not in ('a','b') | select * from t where id in (?) and x not in (?)
            select * from t where (a, b) in ((1, 2), (3, 4), (5, 6)) | select * from t where (a, b) in ((?, ?))
            select * from t where id in (1, x, 2)                 | select * from t where id in (?, x, ?)
            select * from t where id in (select id from u where v in (1,2)) | select * from t where id in (select id from u where v in (?))
            select * from t where id = any(array[1,2,3])          | select * from t where id = any (array[?])
            insert into t (a, b) values (1,'x'), (2,'y'), (3,'z') | insert into t(a, b) values (?, ?)
            INSERT INTO t VALUES (?, now()), (?, now())           | insert into t values (?, now())
            insert into t values (1,2), (1,default)               | insert into t values (?, ?), (?, default)
            select f(1, 2), g((3), (3)) from t limit 10, 20       | select f(?, ?), g((?)) from t limit ?, ?
            # blanks, case and comments
            ~  SELECT\t*\nFROM  t ;~                              | select * from t
            ~select 1 -- until the end\nfrom t~                   | select ? from t
            select /* traceparent='00-x' */ 1 /*+ hint */ from t  | select ? from t
            select COUNT (*) , Max( x ) from T                    | select count(*), max(x) from t
            select "Mixed Case", `Tick`, "a""b" from "S"."T"      | select "Mixed Case", `Tick`, "a""b" from "S"."T"
            SELECT 线 FROM 表 WHERE é = 'ü'                        | select 线 from 表 where é = ?
            {call PROC(?, 5)}                                     | { call proc(?, ?) }
            # not at their end
            select 'never ends                                    | select ?
            select "never ends                                    | select "never ends
            select 1 /* never ends                                | select ?
            ) ) ] ( select                                        | ))] (select
            in (1                                                 | in (?
            -                                                     | ~~
            """)
    void readsAsTheStandardSays(String sql, String form) {
        String text =
                sql == null ? "" : sql.replace("\\t", "\t").replace("\\n", "\n").replace("\\\\", "\\");
        assertThat(SqlForm.of(text, "")).isEqualTo(form);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            mysql      | select "it\\"s", 'it\\'s', `t` from t # end   | select ?, ?, `t` from t
            mariadb    | select 1 from t where a = "x" and b <=> null   | select ? from t where a = ? and b <=> ?
            postgresql | select $$a 'b' $$, $x$ $$ $x$, a #> b from t    | select ?, ?, a #> b from t
            postgresql | select /* a /* b */ c */ 1                      | select ?
            mysql      | select /* a /* b */ 1                           | select ?
            postgresql | select a[1], a[1:2], data ? 'k' from t          | select a[?], a[? : ?], data ? ? from t
            mssql      | select [Order Details].[a]]b], @@rowcount from #tmp where id = @id | select [Order Details].[a]]b], @@rowcount from #tmp where id = ?
            sqlite     | select [a b] from t where c = ?1                | select [a b] from t where c = ?
            spark      | select "x", `y` from t                          | select ?, `y` from t
            clickhouse | select 'a\\'b', "n" from t                       | select ?, "n" from t
            cassandra  | SELECT * FROM ks.t WHERE k = 0xCAFE ALLOW FILTERING | select * from ks.t where k = ? allow filtering
            """)
    void readsAsTheSystemDoes(String system, String sql, String form) {
        assertThat(SqlForm.of(sql.replace("\\\\", "\\"), system)).isEqualTo(form);
    }

    @Test
    void operatorsStandApart() {
        assertThat(SqlForm.of("select a||b, a<>b, a!=b, a<=-1, a->'k', a->>'k', a~*'x' from t", "postgresql"))
                .isEqualTo("select a || b, a <> b, a != b, a <= ?, a -> ?, a ->> ?, a ~* ? from t");
    }

    @Test
    void callsThatDifferInValuesOnlyHaveOneForm() {
        List<String> calls = List.of(
                "SELECT * FROM orders WHERE id IN (1,2) AND state='paid' -- 1",
                "select  * from ORDERS where id in ( ? ) and state = ?",
                "SELECT *\nFROM orders\nWHERE id IN (7, 8, 9, 10) AND state = 'it''s' ;",
                "/* app:x */ SELECT * FROM orders WHERE id IN ($1, $2) AND state = $3");
        assertThat(calls.stream().map(sql -> SqlForm.of(sql, "postgresql")).distinct())
                .containsExactly("select * from orders where id in (?) and state = ?");
    }

    @Test
    void aListOfAHundredThousandIsOneValueAndALongTextIsCut() {
        assertThat(SqlForm.of("select 1 where x in (" + "12345,".repeat(100_000) + "6) and y = 2", ""))
                .isEqualTo("select ? where x in (?) and y = ?");
        assertThat(SqlForm.of("insert into t values " + "(1,'a'),".repeat(50_000) + "(2,'b')", ""))
                .isEqualTo("insert into t values (?, ?)");
        String cut = SqlForm.of("select " + "abcdefghi, ".repeat(1000) + "x from t", "");
        assertThat(cut)
                .hasSize(SqlForm.LONGEST + 1)
                .startsWith("select abcdefghi, abcdefghi")
                .endsWith("…");
        assertThat(SqlForm.of("select " + "x".repeat(1 << 20), "")).hasSizeLessThan(SqlForm.LONGEST + 2);
    }

    /** Deep nesting and many rows that nearly repeat must not take longer than their length. */
    @Test
    void oddShapesTakeTimeInProportion() {
        int size = 200_000;
        // The thread's own time: what else runs on the machine does not count.
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long began = clock.getCurrentThreadCpuTime();
        for (String part :
                List.of("(", "((?),", "?,", "a,(1),", "'", "/*", "$a", "[", "in(1,(2),", "%(", "values(1),(")) {
            assertThat(SqlForm.of(part.repeat(size / part.length()), "mysql")).hasSizeLessThan(SqlForm.LONGEST + 2);
            assertThat(SqlForm.of("in (" + part.repeat(size / part.length()), ""))
                    .hasSizeLessThan(SqlForm.LONGEST + 2);
        }
        assertThat((clock.getCurrentThreadCpuTime() - began) / 1_000_000)
                .as("ms")
                .isLessThan(5_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void neverThrowsAndFormsAreStable(long seed) {
        Random random = new Random(seed);
        String[] parts = {
            "select", " ", "'", "\"", "`", "[", "]", "(", ")", ",", "?", "$1", "$$", "$a$", ":x", "::", "@", "#", "--",
            "/*", "*/", "\\", "1", "0x", "1e", ".", "-", "+", "in", "values", "null", "true", "\n", ";", "é", "\ud83d",
            "\udc4b", "\0", "e'", "n'", "q'[", "u&'", "%s", "%(", ")s", "t", "_", "=", "<", ">", "||", "as", "from"
        };
        for (int round = 0; round < 20_000; round++) {
            StringBuilder sql = new StringBuilder();
            for (int i = random.nextInt(30); i >= 0; i--) {
                sql.append(
                        random.nextInt(4) == 0
                                ? String.valueOf((char) random.nextInt(0x250))
                                : parts[random.nextInt(parts.length)]);
            }
            String system = SYSTEMS[random.nextInt(SYSTEMS.length)];
            String form = SqlForm.of(sql.toString(), system);
            assertThat(form).as("seed %d: %s", seed, sql).hasSizeLessThan(SqlForm.LONGEST + 2);
            assertThat(SqlForm.of(sql.toString(), system)).isEqualTo(form);
            boolean _ = SqlForm.isSql(sql.toString(), system);
        }
    }

    /** The form of a form is itself, for statements as they are written. */
    @Test
    void aFormIsItsOwnForm() {
        Random random = new Random(5);
        String[] words = {
            "a", "b.c", "f(x)", "in (1, 2)", "= 'x'", "(1, 2), (3, 4)", "and", "values (1)", "<> -5", "[3]", "\"Q\""
        };
        for (int round = 0; round < 5_000; round++) {
            StringBuilder sql = new StringBuilder("select");
            for (int i = random.nextInt(8); i >= 0; i--) {
                sql.append(' ').append(words[random.nextInt(words.length)]);
            }
            String form = SqlForm.of(sql.toString(), "postgresql");
            assertThat(SqlForm.of(form, "postgresql")).as(sql.toString()).isEqualTo(form);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "select 1, '', true",
        "'  /* x */ (SELECT 1)', '', true",
        "GET key, '', false",
        "GET key, redis, false",
        "select 1, redis, false",
        "anything at all, mysql, true",
        "db.orders.find({}), mongodb, false",
        "db.orders.find({}), '', false",
        "'', '', false"
    })
    void knowsWhatIsSql(String text, String system, boolean sql) {
        assertThat(SqlForm.isSql(text, system)).isEqualTo(sql);
    }
}
