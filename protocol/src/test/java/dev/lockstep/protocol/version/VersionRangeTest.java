package dev.lockstep.protocol.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R26")
@Tag("R159")
class VersionRangeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          >=1.2.0 <2.0.0 ; 1.2.0 ; true
          >=1.2.0 <2.0.0 ; 1.99.0 ; true
          >=1.2.0 <2.0.0 ; 1.1.9 ; false
          >=1.2.0 <2.0.0 ; 2.0.0 ; false
          >= 1.2.0 < 2.0.0 ; 1.5.0 ; true
          >1.2.0 ; 1.2.0 ; false
          <=1.2.0 ; 1.2.0 ; true
          ^1.2.0 ; 1.9.9 ; true
          ^1.2.0 ; 2.0.0 ; false
          ^0.2.3 ; 0.2.9 ; true
          ^0.2.3 ; 0.3.0 ; false
          ~1.2.0 ; 1.2.9 ; true
          ~1.2.0 ; 1.3.0 ; false
          1.x ; 1.10.0 ; true
          1.x ; 2.0.0 ; false
          1.2.* ; 1.2.7 ; true
          1.2.* ; 1.3.0 ; false
          1.2 ; 1.2.5 ; true
          1 ; 1.2.5 ; true
          >=1.2 ; 1.2.0 ; true
          <2 ; 1.9.9 ; true
          <2 ; 2.0.0 ; false
          =1.2.3 ; 1.2.3 ; true
          1.2.3 ; 1.2.4 ; false
          1.0.0 - 1.4.0 ; 1.4.0 ; true
          1.0.0 - 1.4.0 ; 1.4.1 ; false
          >1.x ; 2.0.0 ; true
          >1.x ; 1.9.0 ; false
          <=1.x ; 1.9.0 ; true
          <=1.x ; 2.0.0 ; false
          =1.2 ; 1.2.9 ; true
          =1.2 ; 1.3.0 ; false
          ^1.2 ; 1.9.0 ; true
          ^1 || ^2 ; 2.5.0 ; true
          ^0.0.3 ; 0.0.4 ; false
          ^1.0.0 || ^3.0.0 ; 3.1.0 ; true
          ^1.0.0 || ^3.0.0 ; 2.1.0 ; false
          * ; 7.0.0 ; true
          """)
  void contains_release_isAsNpmHasIt(String range, String version, boolean inside) {
    assertThat(new VersionRange(range).contains(ReleaseVersion.parse(version))).isEqualTo(inside);
    assertThat(ReleaseVersion.parse(version).satisfies(new VersionRange(range))).isEqualTo(inside);
    assertThat(new VersionRange(range)).hasToString(range);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          >=1.0.0 <2.0.0        | 1.5.0-beta      | false
          >=1.0.0 <2.0.0        | 2.0.0-beta      | false
          *                     | 1.0.0-beta      | false
          >=1.5.0-beta.1 <2.0.0 | 1.5.0-beta.2    | true
          >=1.5.0-beta.1 <2.0.0 | 1.5.0-alpha     | false
          >=1.5.0-beta.1 <2.0.0 | 1.6.0-beta.1    | false
          >=1.5.0-beta.1 <2.0.0 | 1.6.0           | true
          =1.5.0-beta.1         | 1.5.0-beta.1    | true
          ^1.5.0                | 1.5.0+build     | true
          """)
  void contains_prerelease_onlyWhereTheRangeNamesOneOfTheSameNumbers(
      String range, String version, boolean inside) {
    assertThat(new VersionRange(range).contains(ReleaseVersion.parse(version))).isEqualTo(inside);
  }

  @ParameterizedTest(name = "\"{0}\"")
  @NullSource
  @ValueSource(
      strings = {
        // What the library alone reads as everything, or as a part of what was meant.
        "",
        " ",
        "latest",
        "abc",
        ">=1.2.0, <2.0.0",
        ">=1.2.0 <",
        "[1.0,2.0)",
        "1.2.0 || abc",
        ">1.2.0 foo",
        "x",
        "X",
        "1.x.3",
        "1.*.3",
        "v1.2.3",
        "^v1.2.0",
        "~>1.2",
        "1.0.0 ||",
        "||",
        "==1.2.3",
        "!1.2.3",
        "1.2.3.4",
        ">=01.2.0",
        "^1.2.0^",
        ">=1.2.0<2.0.0",
        "99999999999.0.0",
        ">=1.2.0\n<2.0.0",
        ">=1.2.0  <2.0.0",
        " ^1.2.0",
        "^1.2.0 ",
        ">*",
        "^",
        "1.0.0 - ",
        ">=1.0.0-1000000000000000000",
        "^0",
        "^0.x",
        "^0.0",
        "^0.0.x",
        "^ 0",
        "^0.2",
        "^0 <3.0.0",
        "^0 || ^1.0.0"
      })
  void create_textThatIsNotWhollyARange_isAnError(String text) {
    assertThatThrownBy(() -> new VersionRange(text))
        .isInstanceOf(MalformedVersionException.class)
        .hasMessageStartingWith("cannot read range")
        .hasMessageEndingWith("write it as >=1.2.0 <2.0.0");
  }

  @Test
  void create_endlessText_isAnErrorAtOnce() {
    assertThatThrownBy(() -> new VersionRange("1.0.0 || ".repeat(1000) + "1.0.0"))
        .isInstanceOf(MalformedVersionException.class);
    assertThatThrownBy(() -> new VersionRange("1 ".repeat(120) + "!"))
        .isInstanceOf(MalformedVersionException.class);
  }

  @Test
  void contains_generatedIntervals_agreeWithTheOrderOfVersions() {
    Random random = new Random(26);
    for (int i = 0; i < 500; i++) {
      ReleaseVersion low = generated(random);
      ReleaseVersion high = generated(random);
      ReleaseVersion version = generated(random);
      VersionRange range = new VersionRange(">=" + low + " <" + high);

      assertThat(range.contains(version))
          .as("%s in %s", version, range)
          .isEqualTo(version.compareTo(low) >= 0 && version.compareTo(high) < 0);
    }
  }

  private static ReleaseVersion generated(Random random) {
    return ReleaseVersion.parse(
        random.nextInt(3) + "." + random.nextInt(12) + "." + random.nextInt(12));
  }
}
