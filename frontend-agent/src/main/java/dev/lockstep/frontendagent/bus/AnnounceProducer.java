package dev.lockstep.frontendagent.bus;

import dev.lockstep.frontendagent.AgentSettings;
import dev.lockstep.frontendagent.domain.Announcement;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import java.util.List;

/** Announces the frontends of this device. */
final class AnnounceProducer {
  private static final int MISSED_HEARTBEATS = 3;
  private static final List<String> CAPABILITIES = List.of("prepare", "drain", "notice");

  private final AgentSettings settings;
  private final Outlet outlet;

  AnnounceProducer(AgentSettings settings, Outlet outlet) {
    this.settings = settings;
    this.outlet = outlet;
  }

  void publish(Announcement announcement) {
    ComponentAnnounce.Builder message =
        ComponentAnnounce.newBuilder()
            .setDevice(announcement.place().device())
            .setComponent(announcement.place().component())
            .setRole(Wire.role(announcement.role()))
            .addAllCapabilities(CAPABILITIES)
            .setRunning(announcement.running())
            .setProblem(announcement.problem())
            .setStartId(settings.startId())
            .setPlatform(settings.platform())
            .setHeartbeatSeconds(awaySeconds())
            .setLeaving(announcement.leaving());
    var installed = announcement.installed();
    installed.active().ifPresent(version -> message.setVersion(version.toString()));
    installed.previous().ifPresent(version -> message.setPreviousVersion(version.toString()));
    installed.staged().forEach(version -> message.addStagedVersions(version.toString()));
    installed
        .description()
        .ifPresent(
            description ->
                message
                    .addAllProvides(Wire.apis(description.provides()))
                    .addAllRequires(Wire.apis(description.requires())));
    outlet.publishState(
        Topics.COMPONENT_ANNOUNCE, message.build(), announcement.place().toString());
  }

  private int awaySeconds() {
    return (int) Math.max(1, (settings.heartbeat().toMillis() * MISSED_HEARTBEATS + 999) / 1000);
  }
}
