package dev.lockstep.atomicupdates.process;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * Which process is a component's, for the next Lockstep process. Five lines: number, birth,
 * version, start time, and the id of the start, which earlier releases did not write. Written
 * durably; what cannot be read counts as missing, since there is another way to know: a child's
 * environment, a unit's time of birth.
 */
final class PidFile {
  private static final int LINES = 4;
  private static final int START_ID = 4;
  private final Path file;

  private PidFile(Path file) {
    this.file = file;
  }

  /** That of a component, below the device's state folder. */
  static PidFile of(Path state, String component) {
    return new PidFile(state.resolve("run").resolve(component + ".pid"));
  }

  /** What the file says. */
  record Entry(
      ProcessTable.Identity process, ReleaseVersion version, Instant startedAt, String startId) {}

  void write(Entry entry) throws IOException {
    List<String> lines =
        List.of(
            Long.toString(entry.process().pid()),
            entry.process().birth(),
            entry.version().toString(),
            entry.startedAt().toString(),
            entry.startId());
    DurableFiles.write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  Optional<Entry> read() {
    try {
      List<String> lines = Files.readAllLines(file);
      if (lines.size() < LINES || !ReleaseVersion.isValid(lines.get(2))) {
        return Optional.empty();
      }
      return Optional.of(
          new Entry(
              new ProcessTable.Identity(Long.parseLong(lines.get(0)), lines.get(1)),
              ReleaseVersion.parse(lines.get(2)),
              Instant.parse(lines.get(3)),
              lines.size() > START_ID ? lines.get(START_ID) : ""));
    } catch (IOException | NumberFormatException | DateTimeParseException unreadable) {
      return Optional.empty();
    }
  }

  void remove() throws IOException {
    Disk.deleteIfExists(file);
  }
}
