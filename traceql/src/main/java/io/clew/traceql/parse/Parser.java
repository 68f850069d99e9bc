package io.clew.traceql.parse;

import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.traceql.ast.ArithmeticOperator;
import io.clew.traceql.ast.ComparisonOperator;
import io.clew.traceql.ast.Expression;
import io.clew.traceql.ast.Intrinsic;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.ast.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builds the syntax tree by operator precedence. Inside braces, from loosest to tightest: {@code && ||} (one level),
 * comparisons, {@code + -} (the unary minus too), {@code !}, {@code * / %}, {@code ^}; all left associative but
 * {@code ^}. So {@code a || b && c} is {@code (a || b) && c}, {@code -a * b} is {@code -(a * b)} and {@code !a = b} is
 * {@code (!a) = b}, as the language's grammar has it. Chains of one logical operator become one node. The tree is not
 * type-checked.
 */
public final class Parser {
    /** Deepest nesting of brackets, and of operations in the tree. */
    public static final int MAX_DEPTH = 250;

    private static final int LOGICAL = 2;
    private static final int COMPARISON = 3;
    private static final int ADDITIVE = 4;
    private static final int NOT = 5;
    private static final int MULTIPLICATIVE = 6;
    private static final int POWER = 7;

    private static final Map<String, ArithmeticOperator> ARITHMETIC = Map.of(
            "+", ArithmeticOperator.ADD,
            "-", ArithmeticOperator.SUBTRACT,
            "*", ArithmeticOperator.MULTIPLY,
            "/", ArithmeticOperator.DIVIDE,
            "%", ArithmeticOperator.MODULO,
            "^", ArithmeticOperator.POWER);

    private static final String EXPECTED_VALUE =
            "a value, an attribute (.name, span.name, resource.name), an intrinsic (name, status, duration), `!`, `-` or `(`";

    private final QueryText query;
    private final List<Token> tokens;
    private int next;
    private int brackets;

    /** Levels of the expression returned last. */
    private int depth;

    private Parser(QueryText query) {
        this.query = query;
        this.tokens = Lexer.tokens(query);
    }

    /**
     * The tree of a query; an empty query is every span.
     *
     * @throws TraceqlException when the text is not in the language or uses what is not supported yet
     */
    public static Spansets parse(QueryText query) {
        Parser parser = new Parser(query);
        if (parser.peek().kind() == Token.Kind.END) {
            return Spansets.everything();
        }
        Spansets spansets = parser.spansets();
        parser.expectEnd();
        return spansets;
    }

    // ---- between filters

    private Spansets spansets() {
        Spansets left = spanset();
        List<Spansets> chain = new ArrayList<>(List.of(left));
        String chainOperator = "";
        int chainAt = 0;
        int levels = depth;
        while (true) {
            Token operator = peek();
            if (Unsupported.isStructural(operator)) {
                throw query.unsupported(operator.at(), "structural operators between filters are", operator.text());
            }
            if (!operator.is("&&") && !operator.is("||")) {
                break;
            }
            next++;
            if (!operator.text().equals(chainOperator)) {
                chain = new ArrayList<>(List.of(joined(chain, chainOperator, chainAt)));
                chainOperator = operator.text();
                chainAt = operator.at();
                levels++;
            }
            chain.add(spanset());
            levels = deeper(Math.max(levels, depth + 1), operator.at());
        }
        depth = levels;
        return joined(chain, chainOperator, chainAt);
    }

    private static Spansets joined(List<Spansets> chain, String operator, int at) {
        if (chain.size() == 1) {
            return chain.get(0);
        }
        return operator.equals("&&")
                ? new Spansets.Both(List.copyOf(chain), at)
                : new Spansets.Either(List.copyOf(chain), at);
    }

    private Spansets spanset() {
        Token token = peek();
        if (token.is("{")) {
            return filter();
        }
        if (token.is("(")) {
            open(token);
            Spansets inner = spansets();
            if (peek().is("|")) {
                throw Unsupported.pipeline(query, peek(), tokens.get(next + 1));
            }
            close(")", token, "`)`, `&&` or `||`");
            return inner;
        }
        Unsupported.checkStart(query, token);
        throw query.unexpected(
                token.at(),
                token.shown(),
                "`{` or `(`",
                token.kind() == Token.Kind.ATTRIBUTE || token.kind() == Token.Kind.CONSTANT
                        ? "conditions stand in braces: { " + token.text() + " ... }"
                        : token.kind() == Token.Kind.WORD ? Suggestions.forWord(token.text(), List.of()) : null);
    }

    private Spansets filter() {
        Token brace = peek();
        next++;
        if (peek().is("}")) {
            next++;
            depth = 1;
            return new Spansets.Filter(new Expression.Constant(new Value.Bool(true), brace.at()), brace.at());
        }
        Expression condition = expression(0);
        close("}", brace, "an operator or `}`");
        return new Spansets.Filter(condition, brace.at());
    }

    private void expectEnd() {
        Token token = peek();
        if (token.kind() == Token.Kind.END) {
            return;
        }
        if (token.is("|")) {
            throw Unsupported.pipeline(query, token, tokens.get(next + 1));
        }
        if (token.isWord("with")) {
            throw query.unsupported(token.at(), "hints (`with`) are", token.text());
        }
        throw query.unexpected(
                token.at(),
                token.shown(),
                "`&&`, `||` or the end of the query",
                token.is("{") ? "join filters with && or ||" : null);
    }

    // ---- inside braces

    private Expression expression(int loosest) {
        Expression left = prefix();
        List<Expression> chain = new ArrayList<>();
        String chainOperator = "";
        int chainAt = 0;
        int levels = depth;
        while (true) {
            Token operator = peek();
            int power = power(operator);
            if (power < loosest || power == 0) {
                break;
            }
            next++;
            if (power == LOGICAL) {
                if (!operator.text().equals(chainOperator)) {
                    left = joined(left, chain, chainOperator, chainAt);
                    chain = new ArrayList<>(List.of(left));
                    chainOperator = operator.text();
                    chainAt = operator.at();
                    levels++;
                }
                chain.add(expression(LOGICAL + 1));
            } else {
                left = joined(left, chain, chainOperator, chainAt);
                chain = new ArrayList<>();
                chainOperator = "";
                left = binary(operator, power, left);
                levels++;
            }
            levels = deeper(Math.max(levels, depth + 1), operator.at());
        }
        depth = levels;
        return joined(left, chain, chainOperator, chainAt);
    }

    private Expression binary(Token operator, int power, Expression left) {
        ArithmeticOperator arithmetic = ARITHMETIC.get(operator.text());
        if (arithmetic != null) {
            // The one operator whose right side recurses without brackets counts as a bracket.
            brackets += power == POWER ? 1 : 0;
            deeper(brackets, operator.at());
            Expression right = expression(power == POWER ? POWER : power + 1);
            brackets -= power == POWER ? 1 : 0;
            return new Expression.Arithmetic(arithmetic, left, right, operator.at());
        }
        Token after = peek();
        if (operator.is("=") && after.is("=") && after.at() == operator.end()) {
            throw query.unexpected(after.at(), "`=`", EXPECTED_VALUE, "equality is written with one `=`");
        }
        ComparisonOperator comparison = comparison(operator).orElseThrow();
        return new Expression.Comparison(comparison, left, expression(power + 1), operator.at());
    }

    private static Expression joined(Expression left, List<Expression> chain, String operator, int at) {
        if (chain.isEmpty()) {
            return left;
        }
        return operator.equals("&&")
                ? new Expression.And(List.copyOf(chain), at)
                : new Expression.Or(List.copyOf(chain), at);
    }

    /** How tight a binary operator binds; 0 for what is none. */
    private int power(Token token) {
        if (token.kind() == Token.Kind.END || token.kind() != Token.Kind.SYMBOL) {
            return 0;
        }
        return switch (token.text()) {
            case "&&", "||" -> LOGICAL;
            case "+", "-" -> ADDITIVE;
            case "*", "/", "%" -> MULTIPLICATIVE;
            case "^" -> POWER;
            default -> comparison(token).isPresent() ? COMPARISON : 0;
        };
    }

    private static Optional<ComparisonOperator> comparison(Token token) {
        for (ComparisonOperator operator : ComparisonOperator.values()) {
            if (token.is(operator.text())) {
                return Optional.of(operator);
            }
        }
        return Optional.empty();
    }

    private Expression prefix() {
        Token token = peek();
        if (!token.is("!") && !token.is("-")) {
            return primary();
        }
        open(token);
        Expression operand = expression(token.is("!") ? NOT + 1 : ADDITIVE + 1);
        brackets--;
        depth = deeper(depth + 1, token.at());
        return token.is("!") ? new Expression.Not(operand, token.at()) : new Expression.Negate(operand, token.at());
    }

    private Expression primary() {
        Token token = peek();
        next++;
        depth = 1;
        switch (token.kind()) {
            case CONSTANT -> {
                return new Expression.Constant(Objects.requireNonNull(token.value()), token.at());
            }
            case ATTRIBUTE -> {
                return new Expression.Field(Objects.requireNonNull(token.attribute()), token.at());
            }
            case SCOPE_COLON -> {
                return scopedIntrinsic(token);
            }
            case PARENT_ATTRIBUTE ->
                throw query.unsupported(token.at(), "attributes of the parent span are", token.text());
            case WORD -> {
                return word(token);
            }
            case SYMBOL, END -> {
                if (token.is("(")) {
                    next--;
                    open(token);
                    Expression inner = expression(0);
                    close(")", token, "an operator or `)`");
                    return inner;
                }
            }
        }
        String hint = Unsupported.isStructural(token) && !token.is(">") && !token.is("<")
                ? "structural operators stand between filters: { } " + token.text() + " { }"
                : null;
        throw query.unexpected(token.at(), token.shown(), EXPECTED_VALUE, hint);
    }

    private Expression scopedIntrinsic(Token scope) {
        String scopeName = scope.text().substring(0, scope.text().length() - 1);
        Token name = peek();
        next++;
        Optional<Intrinsic> intrinsic =
                name.kind() == Token.Kind.WORD ? Intrinsic.ofScopedName(scopeName, name.text()) : Optional.empty();
        if (intrinsic.isEmpty()) {
            throw query.unexpected(
                    name.at(),
                    name.shown(),
                    "an intrinsic of `" + scope.text() + "`: " + Suggestions.intrinsicsOf(scopeName),
                    name.kind() == Token.Kind.WORD
                            ? Suggestions.forWord(scope.text() + name.text(), Intrinsic.spellings())
                            : null);
        }
        return new Expression.Field(intrinsic.get(), scope.at());
    }

    private Expression word(Token token) {
        Optional<Intrinsic> intrinsic = Intrinsic.ofBareName(token.text());
        if (intrinsic.isPresent()) {
            return new Expression.Field(intrinsic.get(), token.at());
        }
        Value value = constant(token.text());
        if (value != null) {
            return new Expression.Constant(value, token.at());
        }
        Unsupported.checkWord(query, token);
        throw query.unexpected(token.at(), token.shown(), EXPECTED_VALUE, Names.hint(token, peek()));
    }

    private static @Nullable Value constant(String word) {
        return switch (word) {
            case "true" -> new Value.Bool(true);
            case "false" -> new Value.Bool(false);
            case "nil" -> new Value.Nil();
            case "minInt" -> new Value.Int(Long.MIN_VALUE);
            case "maxInt" -> new Value.Int(Long.MAX_VALUE);
            default -> enumeration(word);
        };
    }

    private static @Nullable Value enumeration(String word) {
        for (StatusCode code : StatusCode.values()) {
            if (code.word().equals(word)) {
                return new Value.Status(code);
            }
        }
        for (SpanKind kind : SpanKind.values()) {
            if (kind.word().equals(word)) {
                return new Value.Kind(kind);
            }
        }
        return null;
    }

    // ---- tokens and depth

    private Token peek() {
        return tokens.get(next);
    }

    private void open(Token bracket) {
        next++;
        if (++brackets > MAX_DEPTH) {
            throw query.tooDeep(bracket.at());
        }
    }

    private void close(String bracket, Token opened, String expected) {
        Token token = peek();
        if (!token.is(bracket)) {
            throw query.unexpected(
                    token.at(),
                    token.shown(),
                    expected,
                    token.kind() == Token.Kind.END
                            ? "`" + opened.text() + "` at " + query.place(opened.at()) + " is not closed"
                            : Unsupported.isStructural(token)
                                    ? "structural operators stand between filters: { } " + token.text() + " { }"
                                    : Names.operatorHint(token));
        }
        next++;
        if (bracket.equals(")")) {
            brackets--;
        }
    }

    private int deeper(int levels, int at) {
        if (levels > MAX_DEPTH) {
            throw query.tooDeep(at);
        }
        return levels;
    }
}
