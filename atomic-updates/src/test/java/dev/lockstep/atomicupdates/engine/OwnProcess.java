package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;

import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.process.LauncherFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A Lockstep that installs itself, with real files, below the real launcher. The file {@code order}
 * says what to install and where to be killed: job, version, fault point, and whether its launcher
 * is killed with it.
 */
final class OwnProcess {
  static final String ID = "updater";
  static final int RESTART = 76;
  private static final int HALTED = 137;
  private static final int POLL_MILLIS = 20;

  private final Path folder;
  private final CountDownLatch restart = new CountDownLatch(1);

  private OwnProcess(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    new OwnProcess(Path.of(arguments[0])).run();
  }

  private void run() throws Exception {
    TestDevice device = new TestDevice(folder);
    device.own = ID;
    device.faults = this::reached;
    device.launcher =
        LauncherFiles.of(
            System.getenv(),
            device.faults,
            restart::countDown,
            why -> Runtime.getRuntime().halt(1));
    device.start();
    if (Files.exists(folder.resolve("end-at-once"))) {
      device.stop(true);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> device.stop(false)));
    String asked = "";
    int told = 0;
    while (!restart.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
      String[] order = order();
      if (order.length > 0 && !order[0].equals(asked)) {
        asked = order[0];
        device.engine.install(new InstallOrder(asked, ID, v(order[1]), false, "tester"));
      }
      while (told < device.reports.results.size()) {
        tell(device.reports.results.get(told++));
      }
    }
    device.stop(false);
    System.exit(RESTART);
  }

  private void tell(InstallResult result) throws IOException {
    Files.writeString(
        folder.resolve("told"),
        "%s %s %s %s%n"
            .formatted(
                result.jobId(),
                result.component(),
                result.outcome(),
                result.error() == null
                    ? ""
                    : result.error().code() + " " + result.error().getMessage()),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private String[] order() {
    try {
      Path file = folder.resolve("order");
      return Files.exists(file) ? Files.readString(file).strip().split(" ") : new String[0];
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Kills once per order. Points outside of an order are not written down. */
  private void reached(String point) {
    String[] order = order();
    if (order.length < 4) {
      return;
    }
    try {
      Files.writeString(
          folder.resolve("points"),
          point + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      Path killed = folder.resolve("killed-" + order[0]);
      if (point.equals(order[2]) && !Files.exists(killed)) {
        Files.createFile(killed);
        if (order[3].equals("launcher")) {
          ProcessHandle.current().parent().ifPresent(ProcessHandle::destroyForcibly);
        }
        Runtime.getRuntime().halt(HALTED);
      }
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }
}
