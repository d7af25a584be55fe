package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.Announce;
import dev.lockstep.config.ComponentSettings.Control;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Map;

/**
 * Takes the word of this device's external components for what they run. Only their own word
 * counts: what atomic-updates or a frontend-agent announces in a component's name is the version of
 * the active slot, which says nothing about what runs.
 */
final class RunningConsumer implements Bus.Handler<ComponentAnnounce> {
  /** Marks what atomic-updates announces for a component that does not speak for itself. */
  static final Map<String, String> ON_BEHALF = Map.of("on_behalf", "atomic-updates");

  private final Settings settings;
  private final DeviceUpdates updates;

  RunningConsumer(Settings settings, DeviceUpdates updates) {
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
            && component.process().control() == Control.EXTERNAL
            && component.announce() == Announce.UPDATER
            && !message.attributes().entrySet().containsAll(ON_BEHALF.entrySet());
    if (itself && !announced.getLeaving()) {
      ReleaseVersion version = Checked.versionOrNone(announced.getVersion());
      if (version != null) {
        updates.running(component.id(), version);
      }
    }
  }
}
