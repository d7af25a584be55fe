package dev.lockstep.systemtests.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.staging.TreeVerifier;
import dev.lockstep.protocol.release.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What has to be true of a device after whatever happened to it. */
final class DeviceCheck {
  private final Path folder;
  private final Map<String, Manifest> signed;

  /** Compares with the manifests that the publisher signed, not with what the device keeps. */
  DeviceCheck(Path folder, Map<String, Manifest> signed) {
    this.folder = folder;
    this.signed = signed;
  }

  private Path home() {
    return folder.resolve("root/backend");
  }

  /** The version runs: once, complete, with its own data. */
  void runs(String version) throws IOException {
    assertThat(home().resolve("current").toRealPath())
        .isEqualTo(home().resolve("releases").resolve(version).toRealPath());
    assertThat(home().resolve("data/owner")).hasContent(version);
    assertThat(home().resolve("data/format")).hasContent(version);
    assertThat(home().resolve("data/precious")).hasContent("of 1.0.0");
    assertThat(home().resolve("frozen")).as("what the first backup hook made").doesNotExist();
    List<Long> processes = processes();
    assertThat(processes.stream().filter(DeviceCheck::leads)).as("started once").hasSize(1);
    assertThat(processes)
        .allSatisfy(pid -> assertThat(environment(pid)).contains("LOCKSTEP_VERSION=" + version));
  }

  /** Every slot holds what was signed, and there is no other. */
  void slotsAre(String... versions) throws IOException {
    try (Stream<Path> slots = Files.list(home().resolve("releases"))) {
      assertThat(slots.map(slot -> slot.getFileName().toString()))
          .containsExactlyInAnyOrder(versions);
    }
    for (String version : versions) {
      assertThat(TreeVerifier.verify(home().resolve("releases/" + version), signed.get(version)))
          .isEmpty();
    }
    for (String beside : List.of("manifests", "descriptions")) {
      try (Stream<Path> files = Files.list(home().resolve(beside))) {
        assertThat(files.map(file -> file.getFileName().toString().replace(".json", "")))
            .containsExactlyInAnyOrder(versions);
      }
    }
  }

  /** No temporary file, unfinished folder, half backup or download is left. */
  void nothingIsLeft() throws IOException {
    TreeSet<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> !file.equals(folder) && isLeftover(file.getFileName().toString()))
          .map(file -> folder.relativize(file).toString())
          .forEach(found::add);
    }
    assertThat(found).isEmpty();
    try (Stream<Path> backups = Files.list(folder.resolve("backups/backend"))) {
      assertThat(backups.count()).isLessThanOrEqualTo(3);
    } catch (java.nio.file.NoSuchFileException noneMade) {
      assertThat(folder.resolve("backups/backend")).doesNotExist();
    }
  }

  private static boolean isLeftover(String name) {
    return name.startsWith(".") && !name.equals(".work")
        || name.endsWith(".part")
        || name.endsWith(".tmp");
  }

  /** Ends what a failed test leaves. */
  void killAll() {
    processes().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }

  /** No process of the component lives. */
  void nothingRuns() {
    assertThat(processes()).isEmpty();
  }

  /** What is running of this component, however it was started. */
  List<Long> processes() {
    List<Long> found = new ArrayList<>();
    String marker = "LOCKSTEP_COMPONENT_HOME=" + home();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      all.map(entry -> entry.getFileName().toString())
          .filter(name -> name.chars().allMatch(Character::isDigit))
          .map(Long::parseLong)
          .filter(pid -> environment(pid).contains(marker))
          .forEach(found::add);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
    return found;
  }

  private static List<String> environment(long pid) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ"));
      return List.of(new String(bytes, StandardCharsets.UTF_8).split("\0"));
    } catch (IOException gone) {
      return List.of();
    }
  }

  private static boolean leads(long pid) {
    try {
      String line =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      String[] fields = line.substring(line.lastIndexOf(')') + 2).trim().split(" ");
      return fields[3].equals(Long.toString(pid));
    } catch (IOException gone) {
      return false;
    }
  }
}
