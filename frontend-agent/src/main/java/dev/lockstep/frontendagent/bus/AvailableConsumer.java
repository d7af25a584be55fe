package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.frontendagent.port.AgentEvents;
import dev.lockstep.frontendagent.port.Frontend.StoreNotice;
import dev.lockstep.protocol.release.DeviceNames;
import dev.lockstep.protocol.release.InStore;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.UpdateAvailable;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.ArrayList;
import java.util.List;

/** Takes what people of this device should get from a store. */
final class AvailableConsumer implements Bus.Handler<UpdateAvailable> {
  private static final int MOST = 1000;
  private final String device;
  private final AgentEvents events;

  AvailableConsumer(String device, AgentEvents events) {
    this.device = device;
    this.events = events;
  }

  @Override
  public void accept(Received<UpdateAvailable> message) {
    events.heard(message.source(), message.sentAt());
    List<OfferedRelease> inStore = message.payload().getOffer().getInStoreList();
    if (inStore.size() > MOST) {
      throw new IllegalArgumentException("more than " + MOST + " releases are in a store");
    }
    List<StoreNotice> here = new ArrayList<>();
    for (OfferedRelease release : inStore) {
      if (DeviceNames.of(release).contains(device)) {
        here.add(notice(release));
      }
    }
    events.inStore(here);
  }

  private static StoreNotice notice(OfferedRelease release) {
    InStore place =
        new InStore(release.getStoreLink(), ReleaseVersion.parse(release.getMinimumVersion()));
    String from = release.getFromVersion();
    return new StoreNotice(
        release.getComponent(),
        from,
        ReleaseVersion.parse(release.getToVersion()).toString(),
        place.minimumVersion().toString(),
        place.link(),
        !from.isEmpty() && place.tooOld(ReleaseVersion.parse(from)));
  }
}
