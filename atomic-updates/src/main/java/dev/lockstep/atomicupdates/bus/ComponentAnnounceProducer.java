package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates.ComponentStatus;
import dev.lockstep.bus.Heartbeats;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.v1.Api;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Announces the components of this device that do not speak for themselves. */
final class ComponentAnnounceProducer {
  private final Settings settings;
  private final Outlet outlet;
  private final Heartbeats<String, ComponentAnnounce> heartbeats;

  ComponentAnnounceProducer(
      Settings settings, Outlet outlet, Heartbeats<String, ComponentAnnounce> heartbeats) {
    this.settings = settings;
    this.outlet = outlet;
    this.heartbeats = heartbeats;
  }

  /** With a heartbeat: if it is due. */
  void publishIfDue(ComponentStatus status) {
    message(status, false)
        .ifPresent(
            message ->
                heartbeats
                    .due(status.component(), message.build())
                    .ifPresent(seconds -> publish(message, seconds)));
  }

  void publish(ComponentStatus status, boolean leaving) {
    message(status, leaving)
        .ifPresent(
            message -> publish(message, heartbeats.now(status.component(), message.build())));
  }

  /** Whoever listened may not any more: everything is due with the next heartbeat. */
  void again() {
    heartbeats.again();
  }

  private void publish(ComponentAnnounce.Builder message, int awaySeconds) {
    Map<String, String> attributes = new HashMap<>(RunningConsumer.ON_BEHALF);
    attributes.putAll(Wire.key(message.getDevice() + "/" + message.getComponent()));
    outlet.publish(
        Topics.COMPONENT_ANNOUNCE, message.setHeartbeatSeconds(awaySeconds).build(), attributes);
  }

  /** Empty for one that speaks for itself. */
  private Optional<ComponentAnnounce.Builder> message(ComponentStatus status, boolean leaving) {
    ComponentSettings component = settings.components().get(status.component());
    if (component == null || speaksForItself(component, status)) {
      return Optional.empty();
    }
    String device = settings.device().id();
    ComponentAnnounce.Builder message =
        ComponentAnnounce.newBuilder()
            .setDevice(device)
            .setComponent(status.component())
            .setRole(Wire.role(component.role()))
            .setVersion(Wire.version(status.active()))
            .setPreviousVersion(Wire.version(status.previous()))
            .setRunning(status.healthy() && !leaving)
            .setProblem(status.problem())
            .setPlatform(settings.device().platform())
            .setLeaving(leaving);
    status.staged().forEach(version -> message.addStagedVersions(version.toString()));
    status.description().ifPresent(description -> addApis(message, description));
    return Optional.of(message);
  }

  /**
   * One that announces itself is announced here while it does not run: it has to be updated too.
   */
  private static boolean speaksForItself(ComponentSettings component, ComponentStatus status) {
    return switch (component.announce()) {
      case UPDATER -> false;
      case AGENT -> true;
      case COMPONENT -> status.healthy();
    };
  }

  private static void addApis(ComponentAnnounce.Builder message, ReleaseDescription description) {
    sorted(description.provides())
        .forEach((name, version) -> message.addProvides(api(name, version)));
    sorted(description.requires()).forEach((name, range) -> message.addRequires(api(name, range)));
  }

  private static <T> Map<String, T> sorted(Map<String, T> apis) {
    return new TreeMap<>(apis);
  }

  private static Api api(String name, Object version) {
    return Api.newBuilder().setName(name).setVersion(version.toString()).build();
  }
}
