package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;

import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import java.nio.file.Path;

/** A process of its own that installs 1.1.0 and ends without a word at a fault point. */
final class DoomedProcess {
  static final int HALTED = 137;

  private DoomedProcess() {}

  /** Arguments: the device's folder, the fault point. */
  public static void main(String[] arguments) throws InterruptedException {
    TestDevice device = new TestDevice(Path.of(arguments[0]));
    device.faults =
        point -> {
          if (point.equals(arguments[1])) {
            Runtime.getRuntime().halt(HALTED);
          }
        };
    device.start();
    device.engine.install(new InstallOrder("job", TestDevice.ID, v("1.1.0"), false, ""));
    Thread.currentThread().join(TestDevice.LONG.toMillis());
  }
}
