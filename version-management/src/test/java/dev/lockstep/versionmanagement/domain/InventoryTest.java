package dev.lockstep.versionmanagement.domain;

import static dev.lockstep.versionmanagement.domain.Samples.announcement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R17")
class InventoryTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Duration MONTH = Duration.ofDays(30);
  private final Inventory inventory = new Inventory(MONTH);

  private static Announcement frontend(String version) {
    return announcement(
        "kiosk-1",
        "kiosk-ui",
        ComponentRole.FRONTEND,
        version,
        Map.of(),
        Map.of("backend", "^1.0.0"));
  }

  private ComponentOnDevice only(Instant at) {
    assertThat(inventory.at(at)).hasSize(1);
    return inventory.at(at).get(0);
  }

  @Test
  void announced_repetition_isNothingNew() {
    assertThat(inventory.announced(frontend("1.0.0"), NOW)).isTrue();
    assertThat(inventory.announced(frontend("1.0.0"), NOW.plusSeconds(10))).isFalse();
    assertThat(inventory.announced(frontend("1.1.0"), NOW.plusSeconds(20))).isTrue();

    assertThat(only(NOW).version()).contains(ReleaseVersion.parse("1.1.0"));
    assertThat(inventory.knows("kiosk-ui")).isTrue();
    assertThat(inventory.knows("backend")).isFalse();
  }

  @Test
  void at_silenceOfThreeHeartbeats_isAwayUntilTheNextAnnouncement() {
    inventory.announced(frontend("1.0.0"), NOW);

    assertThat(only(NOW.plusSeconds(30)).away()).isFalse();
    assertThat(only(NOW.plusSeconds(31)).away()).isTrue();
    assertThat(inventory.nextChange(NOW)).contains(NOW.plusSeconds(30).plusMillis(1));
    assertThat(inventory.nextChange(NOW.plusSeconds(31))).isEmpty();

    assertThat(inventory.announced(frontend("1.0.0"), NOW.plusSeconds(60)))
        .as("being back is news")
        .isTrue();
    assertThat(only(NOW.plusSeconds(61)).away()).isFalse();
  }

  @Test
  void at_silenceOfAMonth_isForgotten() {
    inventory.announced(frontend("1.0.0"), NOW);

    assertThat(inventory.at(NOW.plus(MONTH))).hasSize(1);
    assertThat(inventory.at(NOW.plus(MONTH).plusSeconds(1))).isEmpty();
  }

  @Test
  void announced_leaving_isAwayAtOnce() {
    Announcement there = frontend("1.0.0");
    inventory.announced(
        new Announcement(
            there.site(),
            there.role(),
            there.version(),
            there.provides(),
            there.requires(),
            there.platform(),
            false,
            "",
            there.awayAfter(),
            there.previous(),
            there.staged(),
            true),
        NOW);

    assertThat(only(NOW).away()).isTrue();
  }

  @Test
  void expect_lateAnnouncementOfTheOldVersion_isOverlookedForAWhile() {
    inventory.announced(frontend("1.0.0"), NOW);
    OfferedRelease release =
        new OfferedRelease(
            "kiosk-ui",
            Optional.empty(),
            ReleaseVersion.parse("1.1.0"),
            "stable",
            "t",
            "h",
            1,
            1,
            false,
            "",
            Map.of(),
            Map.of(),
            List.of("kiosk-1"),
            List.of());

    inventory.expect(new Site("kiosk-1", "kiosk-ui"), release, NOW.plusSeconds(30));
    inventory.announced(frontend("1.0.0"), NOW.plusSeconds(1));
    assertThat(only(NOW.plusSeconds(1)).version()).contains(ReleaseVersion.parse("1.1.0"));

    assertThat(only(NOW.plusSeconds(30)).version())
        .as("in the end what is announced is true")
        .contains(ReleaseVersion.parse("1.0.0"));
  }

  @Test
  void expect_announcementOfTheNewVersion_isBelievedFromThenOn() {
    inventory.announced(frontend("1.0.0"), NOW);
    OfferedRelease release =
        new OfferedRelease(
            "kiosk-ui",
            Optional.empty(),
            ReleaseVersion.parse("1.1.0"),
            "stable",
            "t",
            "h",
            1,
            1,
            false,
            "",
            Map.of(),
            Map.of(),
            List.of("kiosk-1"),
            List.of());
    inventory.expect(new Site("kiosk-1", "kiosk-ui"), release, NOW.plusSeconds(30));

    inventory.announced(frontend("1.1.0"), NOW.plusSeconds(1));
    inventory.announced(frontend("1.0.0"), NOW.plusSeconds(2));

    assertThat(only(NOW.plusSeconds(2)).version()).contains(ReleaseVersion.parse("1.0.0"));
  }

  @Test
  @Tag("R29")
  void local_fileTellsTheVersion_whateverIsAnnounced() {
    Site site = new Site("hub", "modules");
    inventory.announced(
        announcement("hub", "modules", ComponentRole.MODULE, "", Map.of(), Map.of()), NOW);

    inventory.local(
        List.of(
            new LocalComponent(
                site,
                ComponentRole.MODULE,
                "linux/amd64",
                Optional.of(ReleaseVersion.parse("0.1.0")),
                Optional.empty())));

    assertThat(only(NOW).version()).contains(ReleaseVersion.parse("0.1.0"));
    assertThat(only(NOW).installable()).isFalse();
  }

  @Test
  @Tag("R18")
  void local_unreadable_isListedWithoutVersionAndReported() {
    Problem problem = Problem.operator(ErrorCode.ERROR_CODE_CHECK_VERSION_MISSING, "cannot");
    inventory.local(
        List.of(
            new LocalComponent(
                new Site("hub", "modules"),
                ComponentRole.MODULE,
                "linux/amd64",
                Optional.empty(),
                Optional.of(problem))));

    assertThat(only(NOW).version()).isEmpty();
    assertThat(inventory.problems()).containsExactly(problem);
    assertThat(inventory.knows("modules")).isTrue();
  }

  @Test
  void announced_flood_isBounded() {
    for (int i = 0; i < Inventory.MAX_SITES; i++) {
      inventory.announced(
          announcement("d" + i, "ui", ComponentRole.FRONTEND, "1.0.0", Map.of(), Map.of()), NOW);
    }

    assertThat(inventory.announced(frontend("1.0.0"), NOW)).isFalse();
    assertThat(inventory.at(NOW)).hasSize(Inventory.MAX_SITES);
  }
}
