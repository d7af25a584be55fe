package dev.lockstep.bench.fleet;

import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.protocol.Role;
import java.nio.file.Path;

/** Keys of the frontends' devices, in the hub's folder. */
final class FleetKeys {
  private FleetKeys() {}

  static String device(int number) {
    return "kiosk-%04d".formatted(number);
  }

  static Path secretKey(Path hub, int number) {
    return hub.resolve("keys").resolve(device(number) + ".key_secret");
  }

  /** Makes a key for each, which the hub lets in. */
  static void make(Path hub, int count) {
    for (int number = 0; number < count; number++) {
      Certificate key = Certificate.generate(device(number), Role.DEVICE);
      key.write(hub.resolve("keys"), device(number));
      key.publicOnly().write(hub.resolve("keys/authorized"), device(number));
    }
  }
}
