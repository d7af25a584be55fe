package dev.lockstep.protocol.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R159")
class ReleaseVersionTest {

  @ParameterizedTest
  @Tag("R20")
  @ValueSource(
      strings = {
        "1.2.3",
        "0.0.0",
        "10.20.30",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-0.3.7",
        "1.0.0+b.1",
        "1.0.0-x-y.z+001",
        "1.0.0--",
        "999999999.0.0",
        "1.0.0-999999999999999999"
      })
  void isValid_bareVersion_isTrue(String text) {
    assertThat(ReleaseVersion.isValid(text)).isTrue();
    assertThat(ReleaseVersion.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @NullSource
  @Tag("R20")
  @Tag("R21")
  @ValueSource(
      strings = {
        "1.2",
        "v1.2.3",
        "abc",
        "",
        " ",
        "1",
        "1.2.3.4",
        "01.2.3",
        "1.02.3",
        "1.2.03",
        "1.2.3-",
        "1.2.3+",
        "1.2.3-01",
        "1.2.3-a..b",
        "1.2.3 ",
        " 1.2.3",
        "1.2.3\n",
        "-1.2.3",
        "1.2.x",
        "1000000000.0.0",
        "99999999999.0.0",
        "1.0.0-1000000000000000000",
        "1.0.0-ä",
        "١.٢.٣",
        "2026-11-21.1"
      })
  void parse_anythingElse_isAnError(String text) {
    assertThat(ReleaseVersion.isValid(text)).isFalse();
    assertThatThrownBy(() -> ReleaseVersion.parse(text))
        .isInstanceOf(MalformedVersionException.class)
        .hasMessageStartingWith("cannot read version")
        .hasMessageEndingWith("write it as 1.2.3");
  }

  @Test
  @Tag("R21")
  void parse_hostileText_isAnErrorOnOneShortLine() {
    String text = "1.0.0-\n" + "x".repeat(10_000);

    assertThat(ReleaseVersion.isValid("1.0.0-" + "x".repeat(123))).isFalse();
    assertThatThrownBy(() -> ReleaseVersion.parse(text))
        .hasMessageNotContainingAny("\n")
        .satisfies(error -> assertThat(error.getMessage()).hasSizeLessThan(200));
  }

  @Test
  @Tag("R21")
  void parse_version_givesItsNumbers() {
    ReleaseVersion version = ReleaseVersion.parse("1.2.3");

    assertThat(List.of(version.major(), version.minor(), version.patch()))
        .isEqualTo(List.of(1, 2, 3));
  }

  @ParameterizedTest
  @Tag("R22")
  @Tag("R23")
  @CsvSource({
    "1.10.0, 1.9.0, 1",
    "1.9.0, 1.10.0, -1",
    "1.0.0, 1.0.0, 0",
    "2.0.0, 1.99.99, 1",
    "1.0.1, 1.0.0, 1",
    "1.0.0, 1.0.0-rc.1, 1",
    "1.0.0-alpha, 1.0.0-alpha.1, -1",
    "1.0.0-alpha.1, 1.0.0-alpha.beta, -1",
    "1.0.0-alpha.beta, 1.0.0-beta, -1",
    "1.0.0-beta.2, 1.0.0-beta.11, -1",
    "1.0.0-beta.11, 1.0.0-rc.1, -1",
    "1.0.0-10, 1.0.0-9, 1",
    "1.0.0-1, 1.0.0-a, -1",
    "1.0.0+a, 1.0.0+b, 0",
    "1.0.0-999999999999999999, 1.0.0-999999999999999998, 1"
  })
  void compare_twoVersions_isByPrecedence(String a, String b, int expected) {
    assertThat(ReleaseVersion.compare(a, b)).isEqualTo(expected);
    assertThat(ReleaseVersion.compare(b, a)).isEqualTo(-expected);
    assertThat(ReleaseVersion.isNewer(a, b)).isEqualTo(expected > 0);
    assertThat(ReleaseVersion.parse(a).isNewerThan(ReleaseVersion.parse(b)))
        .isEqualTo(expected > 0);
  }

  @ParameterizedTest
  @Tag("R24")
  @CsvSource({
    "1.0.0, patch, 1.0.1",
    "1.0.0, minor, 1.1.0",
    "1.0.0, major, 2.0.0",
    "1.2.3, minor, 1.3.0",
    "1.2.3, major, 2.0.0",
    "1.2.9, patch, 1.2.10",
    "1.2.3-rc.1+5, patch, 1.2.4"
  })
  void next_knownWord_countsUp(String version, String bump, String expected) {
    assertThat(ReleaseVersion.parse(version).next(bump)).hasToString(expected);
  }

  @ParameterizedTest
  @Tag("R24")
  @ValueSource(strings = {"", "huge", "PATCH", "patch ", "prerelease"})
  void next_otherWord_isAnError(String bump) {
    assertThatThrownBy(() -> ReleaseVersion.parse("1.0.0").next(bump))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use patch, minor or major");
  }

  @Test
  @Tag("R24")
  void next_beyondTheLargestNumber_isAnError() {
    assertThatThrownBy(() -> ReleaseVersion.parse("999999999.0.0").next("major"))
        .isInstanceOf(MalformedVersionException.class);
  }

  @Test
  @Tag("R25")
  void fromTag_leadingV_isRemovedOnce() {
    assertThat(ReleaseVersion.fromTag("v1.0.0")).hasToString("1.0.0");
    assertThat(ReleaseVersion.fromTag("1.0.0")).hasToString("1.0.0");
  }

  @ParameterizedTest
  @NullSource
  @Tag("R25")
  @ValueSource(strings = {"vv1.0.0", "V1.0.0", "v", "release-1.0.0"})
  void fromTag_anythingElse_isAnError(String tag) {
    assertThatThrownBy(() -> ReleaseVersion.fromTag(tag))
        .isInstanceOf(MalformedVersionException.class);
  }

  @Test
  @Tag("R22")
  void compareTo_generatedVersions_isATotalOrderConsistentWithEquals() {
    Random random = new Random(22);
    List<ReleaseVersion> versions = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      versions.add(generated(random));
    }
    Collections.sort(versions);

    for (int i = 1; i < versions.size(); i++) {
      ReleaseVersion before = versions.get(i - 1);
      ReleaseVersion after = versions.get(i);
      assertThat(before.isNewerThan(after)).isFalse();
      assertThat(before.compareTo(after) == 0).isEqualTo(before.equals(after));
      assertThat(ReleaseVersion.parse(after.toString())).isEqualTo(after).hasSameHashCodeAs(after);
    }
  }

  @Test
  void equals_otherBuildOfTheSameVersion_isFalse() {
    ReleaseVersion version = ReleaseVersion.parse("1.0.0+a");

    assertThat(version).isNotEqualTo(ReleaseVersion.parse("1.0.0+b")).isNotEqualTo("1.0.0+a");
    assertThat(version.compareTo(ReleaseVersion.parse("1.0.0+b"))).isNegative();
  }

  private static ReleaseVersion generated(Random random) {
    String[] ends = {"", "-alpha", "-alpha.1", "-1", "-10", "-9.a", "+b", "-rc.1+b", "-x-y"};
    return ReleaseVersion.parse(
        random.nextInt(3)
            + "."
            + random.nextInt(12)
            + "."
            + random.nextInt(3)
            + ends[random.nextInt(ends.length)]);
  }
}
