package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Heartbeats;
import dev.lockstep.frontendagent.AgentSettings;
import dev.lockstep.frontendagent.domain.Announcement;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import java.util.List;

/** Announces the frontends of this device. */
final class AnnounceProducer {
  private static final List<String> CAPABILITIES = List.of("prepare", "drain", "notice");

  private final AgentSettings settings;
  private final Outlet outlet;
  private final Heartbeats<Place, ComponentAnnounce> heartbeats;

  AnnounceProducer(
      AgentSettings settings, Outlet outlet, Heartbeats<Place, ComponentAnnounce> heartbeats) {
    this.settings = settings;
    this.outlet = outlet;
    this.heartbeats = heartbeats;
  }

  /** With a heartbeat: if it is due. */
  void publishIfDue(Announcement announcement) {
    ComponentAnnounce.Builder message = message(announcement);
    heartbeats
        .due(announcement.place(), message.build())
        .ifPresent(seconds -> publish(announcement, message, seconds));
  }

  void publish(Announcement announcement) {
    ComponentAnnounce.Builder message = message(announcement);
    publish(announcement, message, heartbeats.now(announcement.place(), message.build()));
  }

  /** Whoever listened may not any more: everything is due with the next heartbeat. */
  void again() {
    heartbeats.again();
  }

  private void publish(
      Announcement announcement, ComponentAnnounce.Builder message, int awaySeconds) {
    outlet.publishState(
        Topics.COMPONENT_ANNOUNCE,
        message.setHeartbeatSeconds(awaySeconds).build(),
        announcement.place().toString());
  }

  private ComponentAnnounce.Builder message(Announcement announcement) {
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
    return message;
  }
}
