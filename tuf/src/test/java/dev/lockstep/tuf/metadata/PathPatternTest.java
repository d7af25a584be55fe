package dev.lockstep.tuf.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "*, file, true",
        "*, dir/file, false",
        "stable/*/*, stable/backend/backend-1.0.0.tar.gz, true",
        "stable/*/*, stable/backend, false",
        "stable/*/*, stable/backend/a/b, false",
        "stable/*/*, dev/backend/a, false",
        "*/*, a/b, true",
        "targets/*.tgz, targets/foo.tgz, true",
        "targets/*.tgz, targets/foo.txt, false",
        "foo-version-?.tgz, foo-version-2.tgz, true",
        "foo-version-?.tgz, foo-version-alpha.tgz, false",
        "a?b, a/b, false",
        "*.*.tgz, a.b.tgz, true",
        "[ab]c, ac, true",
        "[ab]c, cc, false",
        "[a-c]x, bx, true",
        "[!a-c]x, bx, false",
        "[!a-c]x, dx, true",
        "[]]x, ]x, true",
        "[x, [x, true",
        "[x, x, false",
        "[a-c], a, true",
        "[a-c], c, true",
        "[a-c], d, false",
        "[a-c], `, false",
        "[a-], a, true",
        "[a-], -, true",
        "[a-], b, false",
        "[]a], ], true",
        "[]a], a, true",
        "[]a], b, false",
        "[!]a], ], false",
        "[!]a], b, true",
        "[!], !, false",
        "[!], [!], true",
        "[, [, true",
        "a[, a[, true",
        "[], [], true",
        "[a-cx], x, true",
        "[xa-c], b, true",
        "x[a-c]y, xby, true",
        "x[a-c]y, xdy, false",
        "*a*b*c, xxaxxbxxc, true",
        "*a*b*c, xxaxxbxx, false",
        "**, file, true",
        "File, file, false",
        "dir/, dir/, true",
        "/file, /file, true",
        "/file, file, false",
        "?, ä, true",
        "?, \uD83D\uDE00, true",
        "a.b, axb, false",
      })
  void matches_example_decides(String pattern, String path, boolean expected) {
    assertThat(PathPattern.matches(pattern, path)).isEqualTo(expected);
  }

  @Test
  @Timeout(5)
  void matches_hostilePattern_takesNoTime() {
    assertThat(PathPattern.matches("*a".repeat(500) + "b", "a".repeat(5_000))).isFalse();
  }
}
