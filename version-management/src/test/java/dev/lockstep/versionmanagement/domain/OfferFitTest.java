package dev.lockstep.versionmanagement.domain;

import static dev.lockstep.versionmanagement.domain.Samples.away;
import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.backendAt;
import static dev.lockstep.versionmanagement.domain.Samples.catalogue;
import static dev.lockstep.versionmanagement.domain.Samples.component;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static dev.lockstep.versionmanagement.domain.Samples.frontendAt;
import static dev.lockstep.versionmanagement.domain.Samples.release;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.versionmanagement.domain.OfferMaker.Proposal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OfferFitTest {
  private static final List<ComponentOnDevice> APP =
      List.of(
          backendAt("1.0.0", "1.0.0"),
          frontendAt("kiosk-1", "1.0.0", "^1.0.0"),
          frontendAt("kiosk-2", "1.0.0", "^1.0.0"));

  private static Proposal make(List<ComponentOnDevice> inventory, Catalogue catalogue) {
    return new OfferMaker("stable").make(inventory, catalogue, Exclusions.NONE);
  }

  @Test
  @Tag("R26")
  void make_newBackendBreaksFrontends_isWithheldWithTheReason() {
    Proposal proposal =
        make(APP, catalogue(backend("2.0.0", "2.0.0"), frontend("1.1.0", "^1.0.0")));

    assertThat(proposal.offer().inWords()).isEqualTo("kiosk-ui 1.1.0");
    assertThat(proposal.withheld())
        .containsExactly(
            new Withheld(
                "backend",
                "2.0.0",
                "kiosk-ui 1.1.0 on kiosk-1 requires backend ^1.0.0, and backend 2.0.0 on hub"
                    + " provides 2.0.0"));
  }

  @Test
  @Tag("R26")
  void make_newestBackendBreaksFrontends_offersTheNewestThatFits() {
    Proposal proposal = make(APP, catalogue(backend("2.0.0", "2.0.0"), backend("1.5.0", "1.5.0")));

    assertThat(proposal.offer().inWords()).isEqualTo("backend 1.5.0");
    assertThat(proposal.withheld()).extracting(Withheld::version).containsExactly("2.0.0");
  }

  @Test
  @Tag("R26")
  void make_frontendNeedsNewBackend_goesTogetherOrNotAtAll() {
    Catalogue both = catalogue(backend("2.0.0", "2.0.0"), frontend("2.0.0", "^2.0.0"));

    assertThat(make(APP, both).offer().inWords()).isEqualTo("backend 2.0.0, kiosk-ui 2.0.0");

    Proposal alone = make(APP, catalogue(frontend("2.0.0", "^2.0.0")));
    assertThat(alone.offer()).isEqualTo(Offer.NONE);
    assertThat(alone.withheld())
        .singleElement()
        .extracting(Withheld::reason)
        .asString()
        .contains("requires backend ^2.0.0")
        .contains("provides 1.0.0");
  }

  @Test
  @Tag("R26")
  void make_oneOfTwoFrontendsCannotFollow_keepsTheBackend() {
    List<ComponentOnDevice> app = new ArrayList<>(APP);
    app.add(
        component(
            "desk",
            "admin-ui",
            ComponentRole.FRONTEND,
            "1.0.0",
            Map.of(),
            Map.of("backend", "^1.0.0")));

    Proposal proposal =
        make(app, catalogue(backend("2.0.0", "2.0.0"), frontend("2.0.0", "^2.0.0")));

    assertThat(proposal.offer()).isEqualTo(Offer.NONE);
    assertThat(proposal.withheld())
        .extracting(Withheld::component)
        .containsExactly("backend", "kiosk-ui");
  }

  @Test
  @Tag("R26")
  void make_frontendAwayWouldBeLeftOutside_isNotMade() {
    List<ComponentOnDevice> app = List.of(APP.get(0), APP.get(1), away(APP.get(2)));
    Catalogue breaking = catalogue(backend("2.0.0", "2.0.0"), frontend("2.0.0", "^2.0.0"));
    Catalogue fitting = catalogue(backend("1.1.0", "1.1.0"), frontend("1.1.0", "^1.0.0"));

    assertThat(make(app, breaking).offer()).isEqualTo(Offer.NONE);
    assertThat(make(app, fitting).offer().sites()).hasSize(3);
  }

  @Test
  @Tag("R26")
  void make_requirementUnmetAlready_isNoReasonAgainstWhatDoesNotMakeItWorse() {
    List<ComponentOnDevice> app =
        List.of(backendAt("1.0.0", "1.0.0"), frontendAt("kiosk-1", "3.0.0", "^3.0.0"));

    assertThat(make(app, catalogue(backend("1.1.0", "1.1.0"))).offer().inWords())
        .isEqualTo("backend 1.1.0");
  }

  @Test
  void make_manyComponentsAndVersions_endsSoon() {
    List<ComponentOnDevice> app = new ArrayList<>(List.of(backendAt("1.0.0", "1.0.0")));
    List<Samples.Spec> releases = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      app.add(
          component(
              "d" + i,
              "ui-" + i,
              ComponentRole.FRONTEND,
              "1.0.0",
              Map.of(),
              Map.of("backend", "^1.0.0")));
      for (int v = 1; v <= 8; v++) {
        releases.add(release("ui-" + i, "3." + v + ".0").requires("backend", "^3.0.0"));
      }
    }
    for (int v = 1; v <= 8; v++) {
      releases.add(backend("2." + v + ".0", "2." + v + ".0"));
    }

    Proposal proposal = make(app, catalogue(releases.toArray(Samples.Spec[]::new)));

    assertThat(proposal.offer()).isEqualTo(Offer.NONE);
    assertThat(proposal.withheld()).isNotEmpty();
  }
}
