package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A machine that systemd runs, in namespaces of its own: the real systemd, sudo and polkit, with
 * this machine's file system below a layer that goes with it. See {@code machine.sh}.
 */
final class SystemdMachine implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");
  private static final Path SCRIPT = Path.of("src/test/resources/machine.sh").toAbsolutePath();

  private final Path folder;
  private final Path group;
  private Process outside;
  private long first;

  private SystemdMachine(Path folder) {
    this.folder = folder;
    Path named = GROUPS.resolve("systemd");
    this.group =
        (Files.isDirectory(named) ? named : GROUPS)
            .resolve("lockstep-machine-" + ProcessHandle.current().pid());
  }

  /** Why there can be no such machine here; empty where there can. */
  static String missing() throws IOException {
    for (String program :
        List.of("/usr/lib/systemd/systemd", "/usr/bin/dbus-daemon", "/usr/lib/polkit-1/polkitd")) {
      if (!Files.isExecutable(Path.of(program))) {
        return "needs " + program;
      }
    }
    if (!Files.getOwner(Path.of("/proc/self")).getName().equals("root")) {
      return "only root may start a machine of its own";
    }
    Run probe =
        Run.of(
            PATIENCE, new ProcessBuilder("unshare", "--mount", "--pid", "--cgroup", "-f", "true"));
    return probe.exitCode() == 0 ? "" : "namespaces are not permitted here: " + probe.err();
  }

  /** Starts it, and waits until systemd has. */
  static SystemdMachine start(Path folder) throws IOException {
    SystemdMachine machine = new SystemdMachine(folder);
    try {
      machine.boot();
    } catch (IOException | RuntimeException | AssertionError broken) {
      machine.close();
      throw broken;
    }
    return machine;
  }

  private void boot() throws IOException {
    outside =
        new ProcessBuilder("sh", SCRIPT.toString(), group.toString(), folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolveSibling("machine.log").toFile())
            .start();
    Awaitility.await("systemd is there")
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(outside.isAlive()).as(log()).isTrue();
              first = outside.descendants().findFirst().map(ProcessHandle::pid).orElse(0L);
              return first != 0
                  && Files.readString(Path.of("/proc/" + first + "/comm"))
                      .strip()
                      .equals("systemd");
            });
    Awaitility.await("systemd has started")
        .atMost(PATIENCE)
        .until(() -> run("systemctl", "is-active", "machine.target").exitCode() == 0);
  }

  private String log() throws IOException {
    return Files.readString(folder.resolveSibling("machine.log"));
  }

  /** Runs a command on it as root. */
  Run run(String... command) {
    return run(List.of(command), "");
  }

  /** The same as a user of it. */
  Run as(String user, String input, String... command) {
    List<String> all = new ArrayList<>(List.of("runuser", "-u", user, "--"));
    all.addAll(List.of(command));
    return run(all, input);
  }

  private Run run(List<String> command, String input) {
    List<String> all =
        new ArrayList<>(
            List.of("nsenter", "-t", Long.toString(first), "-m", "-p", "-C", "-i", "-u"));
    all.addAll(List.of("-r", "-w", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"));
    all.add("JAVA_HOME=" + System.getProperty("java.home"));
    all.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(all);
    try {
      Path file = Files.writeString(folder.resolveSibling("input"), input);
      return Run.of(PATIENCE, builder.redirectInput(file.toFile()));
    } catch (IOException unusable) {
      throw new java.io.UncheckedIOException(unusable);
    }
  }

  /** Writes a file on it, as root. */
  void write(String path, String content) {
    Run run = run(List.of("sh", "-c", "mkdir -p \"${1%/*}\" && cat >\"$1\"", "sh", path), content);
    assertThat(run.exitCode()).as(run.toString()).isZero();
  }

  /** What systemd says of a unit. */
  String property(String unit, String name) {
    return run("systemctl", "show", unit, "-p", name, "--value").out().strip();
  }

  /** Ends it with everything that runs on it. */
  @Override
  public void close() throws IOException {
    if (outside == null) {
      return;
    }
    // The first process of a process namespace takes all others with it.
    outside.destroyForcibly();
    try {
      assertThat(outside.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    Awaitility.await("its control groups are empty").atMost(PATIENCE).until(this::removeGroups);
  }

  private boolean removeGroups() throws IOException {
    if (!Files.exists(group)) {
      return true;
    }
    try (Stream<Path> all = Files.walk(group)) {
      for (Path one : all.filter(Files::isDirectory).sorted((a, b) -> b.compareTo(a)).toList()) {
        if (!Files.readString(one.resolve("cgroup.procs"), StandardCharsets.US_ASCII).isEmpty()
            || !one.toFile().delete()) {
          return false;
        }
      }
    }
    return true;
  }
}
