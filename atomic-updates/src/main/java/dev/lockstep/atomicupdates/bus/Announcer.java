package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.atomicupdates.DeviceUpdates.ComponentStatus;
import java.util.Map;

/**
 * Tells who is there and how things stand: as a heartbeat, on change, on connection, on request.
 */
final class Announcer {
  private final ComponentAnnounceProducer announcements;
  private final StateReportProducer reports;
  private volatile DeviceUpdates updates;

  Announcer(ComponentAnnounceProducer announcements, StateReportProducer reports) {
    this.announcements = announcements;
    this.reports = reports;
  }

  void attach(DeviceUpdates device) {
    updates = device;
  }

  void all() {
    DeviceUpdates device = updates;
    if (device != null) {
      device.components().forEach(announcements::publishIfDue);
    }
    report();
  }

  /** The connection was made: everything is news to whoever listens. */
  void again() {
    announcements.again();
    reports.again();
  }

  void changed(String component) {
    DeviceUpdates device = updates;
    if (device == null) {
      return;
    }
    for (ComponentStatus status : device.components()) {
      if (status.component().equals(component)) {
        announcements.publish(status, false);
      }
    }
    report();
  }

  void leaving() {
    DeviceUpdates device = updates;
    if (device != null) {
      device.components().forEach(status -> announcements.publish(status, true));
    }
  }

  void report() {
    DeviceUpdates device = updates;
    if (device != null) {
      reports.publish(device);
    }
  }

  /** Answers a request; the attributes tie the report to it. */
  void answer(Map<String, String> attributes) {
    DeviceUpdates device = updates;
    if (device != null) {
      reports.answer(device, attributes);
    }
  }
}
