package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.Api;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import dev.lockstep.versionmanagement.domain.Announcement;
import dev.lockstep.versionmanagement.domain.ComponentRole;
import dev.lockstep.versionmanagement.port.Inbox;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** update/component/announce. */
final class ComponentAnnounceIn {
  private static final int MAX_ITEMS = 64;
  private final Inbox inbox;
  private final Duration leastPatience;

  /**
   * Hands announcements on.
   *
   * @param leastPatience three heartbeats: nobody counts as away sooner, whatever he says of
   *     himself
   */
  ComponentAnnounceIn(Inbox inbox, Duration leastPatience) {
    this.inbox = inbox;
    this.leastPatience = leastPatience;
  }

  void accept(Received<ComponentAnnounce> message) {
    ComponentAnnounce wire = message.payload();
    Duration said = Duration.ofSeconds(Integer.toUnsignedLong(wire.getHeartbeatSeconds()));
    List<ReleaseVersion> staged =
        wire.getStagedVersionsList().stream().limit(MAX_ITEMS).map(ReleaseVersion::parse).toList();
    inbox.announced(
        new Announcement(
            Texts.site(wire.getDevice(), wire.getComponent()),
            role(wire),
            Texts.version(wire.getVersion()),
            apis(wire.getProvidesList(), ReleaseVersion::parse),
            apis(wire.getRequiresList(), VersionRange::new),
            Texts.bounded(wire.getPlatform()),
            wire.getRunning(),
            wire.getRunning() ? "" : Texts.bounded(wire.getProblem()),
            said.compareTo(leastPatience) > 0 ? said : leastPatience,
            Texts.version(wire.getPreviousVersion()),
            staged,
            wire.getLeaving()));
  }

  private static ComponentRole role(ComponentAnnounce wire) {
    return switch (wire.getRole()) {
      case COMPONENT_ROLE_BACKEND -> ComponentRole.BACKEND;
      case COMPONENT_ROLE_FRONTEND -> ComponentRole.FRONTEND;
      case COMPONENT_ROLE_MODULE, COMPONENT_ROLE_UNSPECIFIED, UNRECOGNIZED -> ComponentRole.MODULE;
    };
  }

  private static <T> Map<String, T> apis(List<Api> wire, Function<String, T> reader) {
    Map<String, T> apis = new TreeMap<>();
    wire.stream()
        .limit(MAX_ITEMS)
        .forEach(api -> apis.put(Texts.bounded(api.getName()), reader.apply(api.getVersion())));
    return apis;
  }
}
