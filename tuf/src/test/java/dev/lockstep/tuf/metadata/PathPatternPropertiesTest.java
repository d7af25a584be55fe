package dev.lockstep.tuf.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Path patterns against an oracle: the same pattern as a regular expression. */
class PathPatternPropertiesTest {
  @Property(tries = 5_000, edgeCases = EdgeCasesMode.NONE)
  void matches_anyPattern_agreesWithARegularExpression(
      @ForAll("patterns") String pattern, @ForAll("paths") String path) {
    StringBuilder regex = new StringBuilder();
    for (char c : pattern.toCharArray()) {
      regex.append(
          switch (c) {
            case '*' -> "[^/]*";
            case '?' -> "[^/]";
            default -> Pattern.quote(String.valueOf(c));
          });
    }

    assertThat(PathPattern.matches(pattern, path))
        .isEqualTo(Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(path).matches());
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void matches_pathWithoutSpecialCharacters_matchesItself(@ForAll("paths") String path) {
    assertThat(PathPattern.matches(path, path)).isTrue();
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void matches_otherNumberOfSlashes_neverMatches(
      @ForAll("patterns") String pattern, @ForAll("paths") String path) {
    if (slashes(pattern) != slashes(path)) {
      assertThat(PathPattern.matches(pattern, path)).isFalse();
    }
  }

  private static long slashes(String text) {
    return text.chars().filter(c -> c == '/').count();
  }

  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.strings().withChars('a', 'b', '/', '*', '?', '.').ofMaxLength(8);
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.strings().withChars('a', 'b', '/', '.').ofMaxLength(8);
  }
}
