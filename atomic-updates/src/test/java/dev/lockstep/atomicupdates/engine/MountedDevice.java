package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process in a mount namespace of its own, in which it mounts what it likes: the data of its
 * device are on another disk. Started twice, since it ends without a word in the middle of putting
 * the data back.
 */
final class MountedDevice {
  static final int HALTED = 137;
  private static final String SPOILING =
      "#!/bin/sh\ncd ../../data\necho half >precious\nrm owner\nrm -r fixed\necho x >new\nexit 1\n";

  private final Path folder;
  private final TestDevice device;
  private final Path data;

  private MountedDevice(Path folder) {
    this.folder = folder;
    this.device = new TestDevice(folder);
    this.data = device.home().resolve("data");
    device.migrate = List.of("./migrate.sh");
  }

  /** Arguments: the device's folder, and where the process is to end, if anywhere. */
  public static void main(String[] arguments) throws Exception {
    MountedDevice mounted = new MountedDevice(Path.of(arguments[0]));
    if (arguments.length > 1) {
      mounted.failWhilePuttingBack(arguments[1]);
    } else {
      mounted.goOn();
    }
    System.exit(0);
  }

  static Path otherDisk(Path folder) {
    return folder.resolve("other-disk");
  }

  private void failWhilePuttingBack(String point) throws Exception {
    Files.createDirectories(otherDisk(folder));
    Files.createDirectories(data);
    mount("--bind", otherDisk(folder).toString(), data.toString());
    device.faults =
        reached -> {
          if (reached.equals(point)) {
            Runtime.getRuntime().halt(HALTED);
          }
        };
    device.start();
    Releases.stage(device.home(), TestDevice.ID, "1.0.0", Releases.GOOD, "#!/bin/sh\n");
    assertThat(device.installAndWait("first", "1.0.0").outcome()).isEqualTo(Outcome.COMMITTED);
    Files.writeString(data.resolve("precious"), "kept");
    Path fixed = Files.createDirectory(data.resolve("fixed"));
    Files.writeString(fixed.resolve("inner"), "fixed");
    Files.setPosixFilePermissions(fixed, PosixFilePermissions.fromString("r-xr-xr-x"));
    Releases.stage(device.home(), TestDevice.ID, "1.1.0", Releases.GOOD, SPOILING);
    device.installAndWait("bad", "1.1.0");
  }

  private void goOn() throws Exception {
    mount("--bind", otherDisk(folder).toString(), data.toString());
    device.start();
    assertThat(device.result("bad").outcome()).isEqualTo(Outcome.REVERTED);
    device.assertRuns("1.0.0");
    await().atMost(TestDevice.LONG).until(() -> device.engine.components().get(0).healthy());

    Path inner = Files.createDirectory(data.resolve("inner"));
    mount("--bind", otherDisk(folder).toString(), inner.toString());
    refused("mounted within", inner + " is mounted within");
    run("umount", inner.toString());
    Files.delete(inner);

    mount("-t", "tmpfs", "-o", "size=128k,mode=700", "lockstep-test", data.toString());
    Files.write(data.resolve("large"), new byte[100_000]);
    refused("no room beside the data", "make room");
    run("umount", data.toString());

    Path backups = device.backups.resolve(TestDevice.ID);
    mount("--bind", backups.toString(), backups.toString());
    mount("-o", "remount,bind,ro", backups.toString());
    refused("read only", "Read-only file system");
    run("umount", backups.toString());

    mount("-t", "tmpfs", "-o", "size=16k,mode=700", "lockstep-test", backups.toString());
    Files.write(data.resolve("large"), new byte[100_000]);
    refused("too small", "make room");
    Files.delete(data.resolve("large"));
    run("umount", backups.toString());

    Files.setAttribute(backups, "unix:uid", 65534);
    refused("of somebody else", "make it belong to");
    Files.setAttribute(backups, "unix:uid", 0);

    Releases.stage(device.home(), TestDevice.ID, "1.2.0", Releases.GOOD, "#!/bin/sh\n");
    assertThat(device.installAndWait("next", "1.2.0").outcome()).isEqualTo(Outcome.COMMITTED);
    device.assertRuns("1.2.0");
    device.close();
  }

  /** Before anything stops. */
  private void refused(String job, String why) throws IOException {
    long pid = device.runners().get(0);
    Releases.stage(device.home(), TestDevice.ID, "1.2.0", Releases.GOOD, "#!/bin/sh\n");

    InstallResult result = device.installAndWait(job, "1.2.0");

    assertThat(result.outcome()).as(job).isEqualTo(Outcome.REFUSED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_BACKUP_FAILED);
    assertThat(result.error()).hasMessageContaining(why);
    assertThat(device.runners()).containsExactly(pid);
    assertThat(device.participants.asked).noneMatch(asked -> asked.endsWith("1.2.0"));
    assertThat(device.active()).isEqualTo("1.0.0");
  }

  private static void mount(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "mount";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    run(command);
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(String.join(" ", command)).isZero();
  }
}
