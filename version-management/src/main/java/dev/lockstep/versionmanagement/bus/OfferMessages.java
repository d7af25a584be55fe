package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.v1.Api;
import dev.lockstep.protocol.v1.PolicyDecision;
import dev.lockstep.protocol.v1.WithheldRelease;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.domain.CurrentOffer;
import dev.lockstep.versionmanagement.domain.Decision;
import dev.lockstep.versionmanagement.domain.Offer;
import dev.lockstep.versionmanagement.domain.OfferedRelease;
import dev.lockstep.versionmanagement.domain.StoreRelease;
import dev.lockstep.versionmanagement.domain.Withheld;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Offers as they travel. */
final class OfferMessages {
  private OfferMessages() {}

  static dev.lockstep.protocol.v1.Offer toWire(CurrentOffer current) {
    return releases(current.offer())
        .setDecision(toWire(current.decision().kind()))
        .setDecisionReason(current.decision().reason())
        .setOfferedAt(Times.toWire(current.offeredAt()))
        .addAllWithheld(toWire(current.withheld()))
        .addAllInStore(current.inStore().stream().map(OfferMessages::toWire).toList())
        .build();
  }

  static dev.lockstep.protocol.v1.Offer toWire(Offer offer) {
    return releases(offer).build();
  }

  static List<WithheldRelease> toWire(List<Withheld> withheld) {
    return withheld.stream()
        .map(
            one ->
                WithheldRelease.newBuilder()
                    .setComponent(one.component())
                    .setVersion(one.version())
                    .setReason(one.reason())
                    .build())
        .toList();
  }

  private static dev.lockstep.protocol.v1.Offer.Builder releases(Offer offer) {
    dev.lockstep.protocol.v1.Offer.Builder wire =
        dev.lockstep.protocol.v1.Offer.newBuilder()
            .setOfferId(offer.id())
            .setCritical(offer.critical());
    offer.releases().forEach(release -> wire.addReleases(toWire(release)));
    return wire;
  }

  private static dev.lockstep.protocol.v1.OfferedRelease toWire(OfferedRelease release) {
    return dev.lockstep.protocol.v1.OfferedRelease.newBuilder()
        .setComponent(release.component())
        .setFromVersion(release.from().map(ReleaseVersion::toString).orElse(""))
        .setToVersion(release.to().toString())
        .setChannel(release.channel())
        .setManifestTarget(release.manifestTarget())
        .setDownloadSize(release.downloadSize())
        .setInstalledSize(release.installedSize())
        .setCritical(release.critical())
        .setNotes(release.notes())
        .addAllProvides(apis(release.provides()))
        .addAllRequires(apis(release.requires()))
        .addAllDevices(release.devices())
        .addAllThen(release.then().stream().map(ReleaseVersion::toString).toList())
        .build();
  }

  private static dev.lockstep.protocol.v1.OfferedRelease toWire(StoreRelease store) {
    ReleaseDescription signed = store.release().description();
    return dev.lockstep.protocol.v1.OfferedRelease.newBuilder()
        .setComponent(store.component())
        .setFromVersion(store.from().map(ReleaseVersion::toString).orElse(""))
        .setToVersion(signed.version().toString())
        .setChannel(signed.channel())
        .setCritical(signed.critical())
        .setNotes(signed.notes())
        .addAllProvides(apis(signed.provides()))
        .addAllRequires(apis(signed.requires()))
        .addAllDevices(store.devices())
        .setStoreLink(store.place().link())
        .setMinimumVersion(store.place().minimumVersion().toString())
        .build();
  }

  private static List<Api> apis(Map<String, ?> apis) {
    return new TreeMap<>(apis)
        .entrySet().stream()
            .map(
                api ->
                    Api.newBuilder()
                        .setName(api.getKey())
                        .setVersion(api.getValue().toString())
                        .build())
            .toList();
  }

  private static PolicyDecision toWire(Decision.Kind kind) {
    return switch (kind) {
      case REPORT -> PolicyDecision.POLICY_DECISION_REPORT;
      case DOWNLOAD -> PolicyDecision.POLICY_DECISION_DOWNLOAD;
      case INSTALL_AT_PREFERRED_TIME -> PolicyDecision.POLICY_DECISION_INSTALL_AT_PREFERRED_TIME;
      case INSTALL_NOW -> PolicyDecision.POLICY_DECISION_INSTALL_NOW;
      case HELD -> PolicyDecision.POLICY_DECISION_HELD;
    };
  }
}
