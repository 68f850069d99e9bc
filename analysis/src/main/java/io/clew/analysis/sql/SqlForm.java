package io.clew.analysis.sql;

import java.util.Set;

/**
 * What an SQL statement is when one looks away from what changes from call to call, so that its calls can be counted together:
 *
 * <ul>
 *   <li>literals (texts, numbers, and true, false, null where a value stands) and parameters ({@code ?}, {@code $1}, {@code
 *       :name}, {@code @name}, {@code %s}) are {@code ?};
 *   <li>a list of values after IN and in an array is one value, and equal rows of values in a row are one row;
 *   <li>comments are gone, words and names without quotes are in lower case, and blanks stand where they help reading.
 * </ul>
 *
 * <p>Quoted names stay as they are. It reads words, not grammar: whatever the text, it gives an answer, in time proportional to
 * its length, of at most {@value #LONGEST} characters and an ellipsis. Thread-safe.
 */
public final class SqlForm {
    /** Characters of a form; what comes after is cut. */
    public static final int LONGEST = 2000;

    /** Words that a parenthesis stands apart from. */
    static final Set<String> APART = Set.of(
            "in",
            "values",
            "value",
            "and",
            "or",
            "not",
            "from",
            "join",
            "on",
            "where",
            "select",
            "exists",
            "any",
            "some",
            "all",
            "as",
            "using",
            "over",
            "by",
            "when",
            "then",
            "else",
            "union",
            "except",
            "intersect",
            "with",
            "having",
            "case",
            "is",
            "between",
            "like",
            "set",
            "returning",
            "distinct",
            "limit",
            "offset",
            "into",
            "apply",
            "lateral");

    private static final Set<String> FIRST_WORDS = Set.of(
            "select",
            "insert",
            "update",
            "delete",
            "with",
            "merge",
            "replace",
            "call",
            "exec",
            "execute",
            "begin",
            "commit",
            "rollback",
            "create",
            "alter",
            "drop",
            "truncate",
            "set",
            "show",
            "explain",
            "values",
            "upsert",
            "declare",
            "start",
            "savepoint",
            "release",
            "lock",
            "grant",
            "revoke",
            "use",
            "copy",
            "analyze",
            "vacuum");

    private SqlForm() {}

    /**
     * The form of a statement.
     *
     * @param system the database's name as in {@code db.system.name} or {@code db.system}; may be empty
     */
    public static String of(String statement, String system) {
        SqlTokens tokens = new SqlTokens(statement, Dialect.of(system));
        FormWriter form = new FormWriter(LONGEST);
        while (!form.isFull() && tokens.next()) {
            form.add(tokens.kind(), tokens.text());
        }
        return form.text();
    }

    /** Whether the system is known to speak SQL or something much like it. */
    public static boolean speaksSql(String system) {
        Dialect dialect = Dialect.of(system);
        return dialect.known() && dialect.sql();
    }

    /** Whether this is SQL: its system speaks it, or, when the system is not known, the text begins as SQL does. */
    public static boolean isSql(String statement, String system) {
        Dialect dialect = Dialect.of(system);
        if (dialect.known()) {
            return dialect.sql();
        }
        SqlTokens tokens = new SqlTokens(statement, dialect);
        while (tokens.next()) {
            if (tokens.kind() == SqlTokens.Kind.WORD) {
                return FIRST_WORDS.contains(tokens.text());
            } else if (!tokens.text().equals("(") && !tokens.text().equals("{")) {
                return false;
            }
        }
        return false;
    }
}
