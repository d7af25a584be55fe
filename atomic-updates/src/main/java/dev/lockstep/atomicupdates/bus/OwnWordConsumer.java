package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.atomicupdates.port.OwnWord;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.Announce;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import java.time.Duration;

/**
 * Takes the word of this device's components that speak for themselves for how they are. What the
 * broker kept of an earlier word is none, nor is what atomic-updates says in their name. That
 * nobody else speaks in a component's name is the broker's to enforce.
 */
final class OwnWordConsumer implements Bus.Handler<ComponentAnnounce> {
  private static final int MAX_SECONDS = 3600;
  private final Settings settings;
  private final DeviceUpdates updates;

  OwnWordConsumer(Settings settings, DeviceUpdates updates) {
    this.settings = settings;
    this.updates = updates;
  }

  @Override
  public void accept(Received<ComponentAnnounce> message) {
    ComponentAnnounce announced = message.payload();
    ComponentSettings component = settings.components().get(announced.getComponent());
    boolean itself =
        announced.getDevice().equals(settings.device().id())
            && component != null
            && component.announce() == Announce.COMPONENT
            && !message.attributes().containsKey(Attributes.RETAINED)
            && !message.attributes().entrySet().containsAll(RunningConsumer.ON_BEHALF.entrySet());
    if (!itself) {
      return;
    }
    long seconds = Integer.toUnsignedLong(announced.getHeartbeatSeconds());
    updates.said(
        component.id(),
        new OwnWord(
            message.messageId(),
            Checked.versionOrNone(announced.getVersion()),
            announced.getRunning() && !announced.getLeaving(),
            announced.getLeaving() ? "it leaves" : Checked.text(announced.getProblem()),
            Checked.text(announced.getStartId()),
            message.sentAt(),
            Duration.ofSeconds(Math.max(1, Math.min(seconds, MAX_SECONDS)))));
  }
}
