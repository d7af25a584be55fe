package dev.lockstep.config;

import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Expands <code>${NAME}</code> from the environment. Names are capital letters, digits and
 * underscores; <code>$${…}</code> gives a literal <code>${…}</code>. What was expanded is not
 * expanded again.
 */
final class Placeholders {
  private static final Pattern PLACEHOLDER = Pattern.compile("(\\$?)\\$\\{([^{}]*)(}?)");
  private static final Pattern NAME = Pattern.compile("[A-Z_][A-Z0-9_]*");

  private Placeholders() {}

  /**
   * Expands a text.
   *
   * @param kept names that stay as they are
   * @param error makes the exception for a placeholder and a remedy
   */
  static String expand(
      String text,
      Map<String, String> environment,
      Set<String> kept,
      BiFunction<String, String, ConfigException> error) {
    if (text.indexOf("${") < 0) {
      return text;
    }
    StringBuilder expanded = new StringBuilder();
    Matcher matcher = PLACEHOLDER.matcher(text);
    while (matcher.find()) {
      String found = matcher.group();
      String name = matcher.group(2);
      String replacement;
      if (!matcher.group(1).isEmpty()) {
        replacement = found.substring(1);
      } else if (matcher.group(3).isEmpty()) {
        throw error.apply(found, "close it with }, or write $" + found + " for the text itself");
      } else if (kept.contains(name)) {
        replacement = found;
      } else {
        replacement = resolve(found, name, environment, kept, error);
      }
      matcher.appendReplacement(expanded, Matcher.quoteReplacement(replacement));
    }
    return matcher.appendTail(expanded).toString();
  }

  private static String resolve(
      String found,
      String name,
      Map<String, String> environment,
      Set<String> kept,
      BiFunction<String, String, ConfigException> error) {
    String value = NAME.matcher(name).matches() ? environment.get(name) : null;
    if (value != null) {
      return value;
    }
    if (NAME.matcher(name).matches()) {
      throw error.apply(found, "set " + name + " in the environment of this process");
    }
    String others = kept.isEmpty() ? "" : ", or one of " + String.join(", ", kept);
    throw error.apply(found, "use the name of an environment variable in capital letters" + others);
  }
}
