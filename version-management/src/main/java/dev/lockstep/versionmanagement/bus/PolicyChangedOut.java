package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.v1.Hold;
import dev.lockstep.protocol.v1.PolicyChanged;
import dev.lockstep.protocol.v1.ReleaseId;
import dev.lockstep.versionmanagement.port.PolicyView;
import java.time.format.DateTimeFormatter;

/** update/policy/changed. */
final class PolicyChangedOut {
  private PolicyChangedOut() {}

  static PolicyChanged toWire(PolicyView policy) {
    PolicyChanged.Builder wire =
        PolicyChanged.newBuilder()
            .setAutoDownload(policy.settings().autoDownload())
            .setAutoInstall(policy.settings().autoInstall())
            .setCriticalInstall(policy.settings().criticalInstall())
            .setPreferredTime(DateTimeFormatter.ofPattern("HH:mm").format(policy.preferredTime()))
            .setChannel(policy.channel());
    policy.rules().holds().forEach(hold -> wire.addHolds(toWire(hold)));
    policy
        .rules()
        .skips()
        .forEach(
            skip ->
                wire.addSkips(
                    ReleaseId.newBuilder()
                        .setComponent(skip.component())
                        .setVersion(skip.version().toString())));
    policy.problem().ifPresent(problem -> wire.setError(Problems.toWire(problem)));
    return wire.build();
  }

  private static Hold toWire(dev.lockstep.versionmanagement.domain.Hold hold) {
    Hold.Builder wire =
        Hold.newBuilder()
            .setComponent(hold.component())
            .setReason(hold.reason())
            .setSetBy(hold.setBy());
    hold.until().ifPresent(until -> wire.setUntil(Times.toWire(until)));
    return wire.build();
  }
}
