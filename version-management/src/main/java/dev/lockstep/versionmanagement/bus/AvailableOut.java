package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.release.DeviceNames;
import dev.lockstep.protocol.v1.UpdateAvailable;
import dev.lockstep.versionmanagement.domain.CurrentOffer;

/**
 * update/available: an offer without releases withdraws the earlier one. What is in a store may be
 * there without any.
 */
final class AvailableOut {
  static final String KEY = "offer";

  private AvailableOut() {}

  /** As it is said to everybody. */
  static UpdateAvailable packed(UpdateAvailable message) {
    return message.toBuilder().setOffer(DeviceNames.packed(message.getOffer())).build();
  }

  static UpdateAvailable toWire(CurrentOffer offer, boolean notify) {
    return UpdateAvailable.newBuilder()
        .setOffer(OfferMessages.toWire(offer))
        .setNotify(notify)
        .build();
  }
}
