package dev.lockstep.versionmanagement.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Set<String> COMPONENTS = Set.of("backend", "kiosk-ui");

  @ParameterizedTest(name = "download {0}, install {1}, critical install {2}, critical {3}: {4}")
  @Tag("R32")
  @Tag("R33")
  @Tag("R34")
  @Tag("R38")
  @Tag("R43")
  @CsvSource({
    // auto download, auto install, critical install, offer is critical, decision
    "false, false, false, false, REPORT",
    "false, false, false, true,  REPORT",
    "false, false, true,  false, REPORT",
    "false, false, true,  true,  INSTALL_NOW",
    "false, true,  false, false, REPORT",
    "false, true,  false, true,  REPORT",
    "false, true,  true,  false, REPORT",
    "false, true,  true,  true,  INSTALL_NOW",
    "true,  false, false, false, DOWNLOAD",
    "true,  false, false, true,  DOWNLOAD",
    "true,  false, true,  false, DOWNLOAD",
    "true,  false, true,  true,  INSTALL_NOW",
    "true,  true,  false, false, INSTALL_AT_PREFERRED_TIME",
    "true,  true,  false, true,  DOWNLOAD",
    "true,  true,  true,  false, INSTALL_AT_PREFERRED_TIME",
    "true,  true,  true,  true,  INSTALL_NOW",
  })
  void decide_table(
      boolean download,
      boolean install,
      boolean criticalInstall,
      boolean critical,
      Decision.Kind expected) {
    Decision decision =
        Policy.decide(
            new PolicySettings(download, install, criticalInstall),
            List.of(),
            COMPONENTS,
            critical,
            NOW);

    assertThat(decision.kind()).isEqualTo(expected);
    assertThat(decision.reason()).isNotBlank();
  }

  @Test
  @Tag("R35")
  void decide_critical_saysThatItIsInstalledAtTheNextOpportunity() {
    Decision decision =
        Policy.decide(new PolicySettings(true, false, true), List.of(), COMPONENTS, true, NOW);

    assertThat(decision.reason()).contains("critical", "next opportunity");
  }

  @ParameterizedTest(name = "hold on \"{0}\" until {1}: {2}")
  @Tag("R36")
  @CsvSource({
    "'',       ,                     HELD",
    "backend,  ,                     HELD",
    "kiosk-ui, ,                     HELD",
    "other,    ,                     INSTALL_NOW",
    "backend,  2026-06-01T12:00:01Z, HELD",
    "backend,  2026-06-01T12:00:00Z, INSTALL_NOW",
    "backend,  2026-06-01T11:59:59Z, INSTALL_NOW",
  })
  void decide_hold_keepsEvenWhatIsCritical(
      String component, Instant until, Decision.Kind expected) {
    Hold hold = new Hold(component, Optional.ofNullable(until), "fair", "alex");

    Decision decision =
        Policy.decide(new PolicySettings(true, true, true), List.of(hold), COMPONENTS, true, NOW);

    assertThat(decision.kind()).isEqualTo(expected);
    if (expected == Decision.Kind.HELD) {
      assertThat(decision.reason()).contains("held by alex", "fair");
    }
  }
}
