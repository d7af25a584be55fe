package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.frontendagent.domain.Installed;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.Api;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import java.util.List;
import java.util.Map;

/** Announces a frontend: {@code update/component/announce}. */
public final class AnnounceProducer {
  private static final List<String> CAPABILITIES = List.of("prepare", "drain", "notice");
  private static final int MISSED_HEARTBEATS = 3;
  private final Bus bus;
  private final Settings settings;

  /** Announces for the device of these settings. */
  public AnnounceProducer(Bus bus, Settings settings) {
    this.bus = bus;
    this.settings = settings;
  }

  /** Says what is installed and whether it runs, or that it leaves. */
  public void publish(
      ComponentSettings component, Installed installed, boolean running, boolean leaving) {
    String device = settings.device().id();
    ComponentAnnounce.Builder message =
        ComponentAnnounce.newBuilder()
            .setDevice(device)
            .setComponent(component.id())
            .setRole(role(component.role()))
            .setVersion(installed.version())
            .setPreviousVersion(installed.previous())
            .addAllStagedVersions(installed.staged())
            .addAllCapabilities(CAPABILITIES)
            .setRunning(running)
            .setPlatform(settings.device().platform())
            .setHeartbeatSeconds(
                Math.toIntExact(
                    Math.max(1, settings.update().heartbeat().toSeconds() * MISSED_HEARTBEATS)))
            .setLeaving(leaving);
    add(installed.provides(), message::addProvides);
    add(installed.requires(), message::addRequires);
    bus.publish(
        Topics.COMPONENT_ANNOUNCE,
        message.build(),
        Map.of(Attributes.KEY, device + "/" + component.id()));
  }

  static ComponentRole role(ComponentSettings.Role role) {
    return switch (role) {
      case BACKEND -> ComponentRole.COMPONENT_ROLE_BACKEND;
      case FRONTEND -> ComponentRole.COMPONENT_ROLE_FRONTEND;
      case MODULE -> ComponentRole.COMPONENT_ROLE_MODULE;
    };
  }

  private static void add(Map<String, String> apis, java.util.function.Consumer<Api> to) {
    apis.forEach((name, version) -> to.accept(api(name, version)));
  }

  private static Api api(String name, String version) {
    return Api.newBuilder().setName(name).setVersion(version).build();
  }
}
