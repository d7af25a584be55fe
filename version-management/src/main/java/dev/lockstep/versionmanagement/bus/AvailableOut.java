package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.v1.UpdateAvailable;
import dev.lockstep.versionmanagement.domain.CurrentOffer;

/**
 * update/available: an offer without releases withdraws the earlier one. What is in a store may be
 * there without any.
 */
final class AvailableOut {
  static final String KEY = "offer";

  private AvailableOut() {}

  static UpdateAvailable toWire(CurrentOffer offer, boolean notify) {
    return UpdateAvailable.newBuilder()
        .setOffer(OfferMessages.toWire(offer))
        .setNotify(notify)
        .build();
  }
}
