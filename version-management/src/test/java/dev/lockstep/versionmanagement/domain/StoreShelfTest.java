package dev.lockstep.versionmanagement.domain;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.backendAt;
import static dev.lockstep.versionmanagement.domain.Samples.catalogue;
import static dev.lockstep.versionmanagement.domain.Samples.mobile;
import static dev.lockstep.versionmanagement.domain.Samples.mobileAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.domain.OfferMaker.Proposal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R111")
class StoreShelfTest {
  private static final ComponentOnDevice BACKEND = backendAt("1.0.0", "1.0.0");

  private static Proposal make(Catalogue catalogue, ComponentOnDevice... phones) {
    List<ComponentOnDevice> inventory = new java.util.ArrayList<>(List.of(phones));
    inventory.add(BACKEND);
    return new OfferMaker("stable").make(inventory, catalogue, Exclusions.NONE);
  }

  private static List<String> shown(Proposal proposal) {
    return proposal.inStore().stream()
        .map(
            one ->
                "%s %s -> %s %s"
                    .formatted(
                        one.component(),
                        one.from().map(ReleaseVersion::toString).orElse("none"),
                        one.release().version(),
                        one.devices()))
        .toList();
  }

  @Test
  void make_newestIsInAStore_isShownPerVersionAndNotOffered() {
    Proposal proposal =
        make(
            catalogue(
                mobile("1.5.0", "^1.0.0"), mobile("2.0.0", "^1.0.0"), backend("1.1.0", "1.1.0")),
            mobileAt("phone-1", "0.9.0", "^1.0.0"),
            mobileAt("phone-2", "1.5.0", "^1.0.0"),
            mobileAt("phone-3", "0.9.0", "^1.0.0"),
            mobileAt("phone-4", "2.0.0", "^1.0.0"));

    assertThat(proposal.offer().inWords()).isEqualTo("backend 1.1.0");
    assertThat(shown(proposal))
        .containsExactly(
            "mobile-app 0.9.0 -> 2.0.0 [phone-1, phone-3]", "mobile-app 1.5.0 -> 2.0.0 [phone-2]");
    assertThat(proposal.inStore().get(0).place()).isEqualTo(Samples.STORE);
    assertThat(proposal.withheld()).isEmpty();
  }

  @Test
  void make_nothingButStoreReleases_offersNothing() {
    Proposal proposal =
        make(catalogue(mobile("2.0.0", "^1.0.0")), mobileAt("phone-1", "0.9.0", "^1.0.0"));

    assertThat(proposal.offer()).isEqualTo(Offer.NONE);
    assertThat(shown(proposal)).hasSize(1);
  }

  @Test
  @Tag("R26")
  void make_backendWouldLeaveTheAppOutsideItsRange_waitsForTheStoreAndSaysWhich() {
    Catalogue next = catalogue(backend("2.0.0", "2.0.0"), mobile("2.0.0", ">=1.0.0 <3.0.0"));

    Proposal before = make(next, mobileAt("phone-1", "1.0.0", "^1.0.0"));
    Proposal after = make(next, mobileAt("phone-1", "2.0.0", ">=1.0.0 <3.0.0"));

    assertThat(before.offer()).isEqualTo(Offer.NONE);
    assertThat(before.withheld())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.component()).isEqualTo("backend");
              assertThat(one.reason())
                  .startsWith("mobile-app 1.0.0 on phone-1 requires backend ^1.0.0")
                  .endsWith(
                      "; mobile-app 2.0.0 is in the store at https://store.example/app"
                          + " (minimum version 1.0.0)");
            });
    assertThat(shown(before)).containsExactly("mobile-app 1.0.0 -> 2.0.0 [phone-1]");
    assertThat(after.offer().inWords()).isEqualTo("backend 2.0.0");
    assertThat(after.inStore()).isEmpty();
  }

  @Test
  @Tag("R26")
  void make_appNeedsTheBackendThatIsOnlyOffered_isNotShownBefore() {
    Proposal proposal =
        make(
            catalogue(
                backend("2.0.0", "2.0.0"), mobile("2.0.0", "^2.0.0"), mobile("1.5.0", ">=1.0.0")),
            mobileAt("phone-1", "1.0.0", ">=1.0.0 <3.0.0"));

    assertThat(proposal.offer().inWords()).isEqualTo("backend 2.0.0");
    assertThat(shown(proposal)).containsExactly("mobile-app 1.0.0 -> 1.5.0 [phone-1]");
    assertThat(proposal.withheld())
        .singleElement()
        .extracting(Withheld::reason)
        .isEqualTo(
            "mobile-app 2.0.0 on phone-1 requires backend ^2.0.0, and backend 1.0.0 on hub"
                + " provides 1.0.0");
  }

  @Test
  void make_storeReleaseForNobodyYet_isWithheldWithTheReason() {
    Proposal proposal =
        make(
            catalogue(mobile("2.0.0", "^1.0.0").percent(0)),
            mobileAt("phone-1", "1.0.0", "^1.0.0"));

    assertThat(proposal.inStore()).isEmpty();
    assertThat(proposal.withheld())
        .singleElement()
        .extracting(Withheld::reason)
        .isEqualTo("it is rolled out to 0 % of the devices so far");
  }

  @Test
  void named_releaseInAStore_isRefusedWithTheLink() {
    NamedOffer.Result result =
        new NamedOffer(
                "stable",
                List.of(BACKEND, mobileAt("phone-1", "1.0.0", "^1.0.0")),
                catalogue(mobile("2.0.0", "^1.0.0")),
                List.of(),
                Hardware.UNKNOWN)
            .of(new Wanted(Map.of("mobile-app", ReleaseVersion.parse("2.0.0")), Set.of()));

    assertThat(result.offer()).isEqualTo(Offer.NONE);
    assertThat(result.problem().map(Problem::code))
        .isEqualTo(Optional.of(ErrorCode.ERROR_CODE_NO_ARTIFACT_FOR_PLATFORM));
    assertThat(result.problem().orElseThrow().message()).contains(Samples.STORE.link());
  }
}
