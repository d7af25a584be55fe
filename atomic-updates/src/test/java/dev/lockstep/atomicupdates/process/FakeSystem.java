package dev.lockstep.atomicupdates.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A {@code sudo} and a {@code systemctl} that come first on the path. The sudo follows the shipped
 * rule and runs the shipped privileged command, of which only the three paths at its top differ.
 * Units are sleeping processes.
 */
final class FakeSystem implements AutoCloseable {
  static final Path PACKAGING = Path.of("../packaging").toAbsolutePath().normalize();

  private static final String SYSTEMCTL =
      """
      #!/bin/sh
      cd '%s' || exit 9
      echo "$*" >>calls
      for unit; do :; done
      verb=$1
      [ "$verb" != --no-ask-password ] || verb=$2
      pid=$(cat "$unit.pid" 2>/dev/null || echo 0)
      case $verb in
          show)
              state=$(cat "$unit.state" 2>/dev/null || echo inactive)
              printf 'ActiveState=%%s\nSubState=\nMainPID=%%s\n' "$state" "$pid"
              printf 'NRestarts=%%s\nExecMainStatus=0\n' "$(cat "$unit.restarts" 2>/dev/null)"
              printf 'ExecMainStartTimestampMonotonic=%%s\nInvocationID=run-of-%%s\n' "$pid" "$pid"
              exit 0 ;;
          stop | restart)
              [ "$pid" = 0 ] || kill "$pid"
              rm -f "$unit.pid"
              echo inactive >"$unit.state" ;;
      esac
      [ ! -e "$unit.broken" ] || { echo "Job for $unit failed" >&2; exit 1; }
      case $verb in
          start | restart)
              sleep 300 >/dev/null 2>&1 &
              echo $! >"$unit.pid"
              echo active >"$unit.state" ;;
      esac
      """;

  private static final String SUDO =
      """
      #!/bin/sh
      cd '%s' || exit 9
      echo "$*" >>sudo-calls
      if [ -e no-rule ] || [ "$*" != "-n /usr/lib/lockstep/lockstep-privileged" ]; then
          echo "sudo: a password is required" >&2
          exit 1
      fi
      exec ./lockstep-privileged
      """;

  private final Path folder;

  FakeSystem(Path folder, String... allowedUnits) throws IOException {
    this.folder = folder;
    Path bin = Files.createDirectories(folder.resolve("bin"));
    program(bin.resolve("systemctl"), SYSTEMCTL.formatted(folder));
    program(bin.resolve("sudo"), SUDO.formatted(folder));
    program(bin.resolve("journalctl"), "#!/bin/sh\necho 'no database'\necho 'giving up'\n");
    Files.writeString(folder.resolve("units"), String.join("\n", allowedUnits) + "\n");
    program(
        folder.resolve("lockstep-privileged"),
        Files.readString(PACKAGING.resolve("bin/lockstep-privileged"))
            .replace("\nunits=/etc/lockstep/units\n", "\nunits=" + folder.resolve("units") + "\n")
            .replace(
                "\nsystemctl=/usr/bin/systemctl\n",
                "\nsystemctl=" + bin.resolve("systemctl") + "\n"));
  }

  static void program(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The words that put its programs first on the path. */
  List<String> prefix() {
    return List.of("/usr/bin/env", "PATH=" + folder.resolve("bin") + ":" + System.getenv("PATH"));
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** What systemctl was asked to change, in order. */
  List<String> changes() throws IOException {
    Path calls = folder.resolve("calls");
    return Files.exists(calls)
        ? Files.readAllLines(calls).stream().filter(line -> !line.startsWith("show")).toList()
        : List.of();
  }

  @Override
  public void close() throws IOException {
    try (var pids = Files.newDirectoryStream(folder, "*.pid")) {
      for (Path pid : pids) {
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
            .ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }
}
