package io.clew.analysis.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlTableTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "select * from orders; orders",
                "SELECT a, b FROM shop.orders o WHERE x = 'from nowhere'; orders",
                "insert into `shop`.`order_item` (a) values (?); order_item",
                "UPDATE \"Public\".\"Orders\" SET a = 1; Orders",
                "delete from [dbo].[Orders] where 1 = 1; Orders",
                "select 'from x' as y from z; z",
                "/* from a */ select 1 -- from b; ~~",
                "select * from (select * from inner_one) t; inner_one",
                "DROP TABLE IF EXISTS old_one; old_one",
                "SELECT * FROM 订单 WHERE id = ?; 订单",
                "select nextval('seq'); ~~",
                "select * from; ~~",
                "BEGIN; ~~"
            })
    void findsTheFirstTable(String sql, String table) {
        assertThat(find(sql)).isEqualTo(table);
    }

    @Test
    void endsOnAnyText() {
        Random random = new Random(3);
        String[] parts = {"from", " ", "\"", "`", "[", "]", ".", "'", "--", "/*", "*/", "a1", "\n", "into"};
        for (int i = 0; i < 20_000; i++) {
            StringBuilder sql = new StringBuilder();
            for (int j = random.nextInt(12); j >= 0; j--) {
                sql.append(parts[random.nextInt(parts.length)]);
            }
            String table = find(sql.toString());
            assertThat(sql.toString()).contains(table);
        }
    }

    private static String find(String sql) {
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        long found = SqlTable.find(bytes, 0, bytes.length);
        return new String(bytes, (int) (found >>> 32), (int) found, StandardCharsets.UTF_8);
    }
}
