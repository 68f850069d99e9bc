package io.clew.demo;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;

/** What the demo says, in English or Chinese ({@code demo.properties}), as UTF-8 whatever the JVM took from the locale. */
final class Console {

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    private final boolean terminal = Optional.ofNullable(System.console())
            .filter(java.io.Console::isTerminal)
            .isPresent();
    private final ResourceBundle words;
    private final Locale locale;

    Console(String language) {
        locale = Locale.of(language);
        words = ResourceBundle.getBundle(
                "io.clew.demo.demo",
                locale,
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    /** The language of the shell's locale: {@code zh} or {@code en}. */
    static String languageOfShell() {
        for (String variable : new String[] {"LC_ALL", "LC_MESSAGES", "LANG"}) {
            String value = System.getenv(variable);
            if (value != null && !value.isEmpty()) {
                return value.startsWith("zh") ? "zh" : "en";
            }
        }
        return "en";
    }

    /** Prints the line of this key, filled in as by {@link String#format}. */
    void say(String key, Object... values) {
        out.println(text(key, values));
    }

    /** Writes over the last line written this way when the output is a terminal; else does nothing. */
    void tick(String key, Object... values) {
        if (terminal) {
            out.print("\r" + text(key, values) + " ");
            out.flush();
        }
    }

    void raw(String text) {
        out.println(text);
    }

    String text(String key, Object... values) {
        return String.format(locale, words.getString(key), values);
    }
}
