package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Announced;
import dev.lockstep.atomicupdates.deployment.Inventory;
import dev.lockstep.atomicupdates.deployment.Site;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes announcements into the inventory, then tells whoever wants to know. */
final class AnnouncementConsumer implements Bus.Handler<ComponentAnnounce> {
  private static final Logger LOG = LoggerFactory.getLogger(AnnouncementConsumer.class);
  private static final int MAX_CAPABILITIES = 32;
  private static final int MAX_AWAY_SECONDS = 86_400;

  private final Inventory inventory;
  private final Duration leastPatience;
  private final Consumer<Announced> next;

  /**
   * Takes announcements.
   *
   * @param leastPatience nobody counts as away sooner, whatever the announcement says
   */
  AnnouncementConsumer(Inventory inventory, Duration leastPatience, Consumer<Announced> next) {
    this.inventory = inventory;
    this.leastPatience = leastPatience;
    this.next = next;
  }

  @Override
  public void accept(Received<ComponentAnnounce> message) {
    Announced announced = read(message.payload());
    boolean taken = inventory.update(announced);
    // What the broker kept may be minutes old: it tells who is there, and is no sign that somebody
    // has come back or still runs what he ran then. Who lives announces himself again soon.
    if (taken && !message.attributes().containsKey(Attributes.RETAINED)) {
      next.accept(announced);
    } else if (!taken) {
      LOG.warn("{} is not taken in: there are too many components", announced.site());
    }
  }

  private Announced read(ComponentAnnounce message) {
    return new Announced(
        new Site(Checked.device(message.getDevice()), Checked.component(message.getComponent())),
        role(message.getRole()),
        Checked.versionOrNone(message.getVersion()),
        Checked.provided(message.getProvidesList()),
        Checked.required(message.getRequiresList()),
        capabilities(message.getCapabilitiesList()),
        awayAfter(message.getHeartbeatSeconds()),
        message.getLeaving());
  }

  private static Role role(ComponentRole role) {
    return switch (role) {
      case COMPONENT_ROLE_BACKEND -> Role.BACKEND;
      case COMPONENT_ROLE_FRONTEND -> Role.FRONTEND;
      case COMPONENT_ROLE_MODULE -> Role.MODULE;
      default -> throw new MalformedContentException("role", "it is none that is known");
    };
  }

  private static Set<String> capabilities(List<String> texts) {
    if (texts.size() > MAX_CAPABILITIES) {
      throw new MalformedContentException("capabilities", "there are too many");
    }
    return Set.copyOf(texts.stream().map(Checked::text).distinct().toList());
  }

  private Duration awayAfter(int seconds) {
    Duration said = Duration.ofSeconds(Math.min(Integer.toUnsignedLong(seconds), MAX_AWAY_SECONDS));
    return said.compareTo(leastPatience) > 0 ? said : leastPatience;
  }
}
