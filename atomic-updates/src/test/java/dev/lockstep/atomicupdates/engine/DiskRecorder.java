package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.testkit.disk.DiskChange;
import dev.lockstep.testkit.disk.DiskChange.Kind;
import dev.lockstep.testkit.disk.DiskWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes down every change of a device's disk in its order, and the journal's two files at each of
 * its commits: SQLite writes them by itself, so they are copied when it has.
 */
final class DiskRecorder implements DiskWatch, FaultPoints {
  private final Path state;
  private final Path data;
  private final List<Event> events = new ArrayList<>();

  /** One thing that happened. */
  sealed interface Event {}

  /** A change of the disk. */
  record Changed(DiskChange change) implements Event {}

  /**
   * The journal after a commit.
   *
   * @param durable whether the commit waited for the disk
   */
  record Committed(byte[] database, byte[] log, boolean durable) implements Event {}

  DiskRecorder(Path folder) {
    this.state = folder.resolve("state");
    this.data = folder.resolve("root/backend/data");
  }

  @Override
  public void before(DiskChange change) {
    // Only what has happened can be on the disk.
  }

  @Override
  public synchronized void after(DiskChange change) {
    if (change.kind() == Kind.SYNC && change.path().startsWith(data)) {
      written(change.path());
    }
    if (change.kind() != Kind.READ && change.kind() != Kind.OPEN) {
      events.add(new Changed(change));
    }
  }

  @Override
  public synchronized void reached(String point) {
    if (!point.startsWith("journal.") || !point.endsWith(".after")) {
      return;
    }
    boolean waited =
        point.startsWith("journal.install.")
            || point.startsWith("journal.schema")
            || point.startsWith("journal.deployment");
    events.add(new Committed(read("atomic.db"), read("atomic.db-wal"), waited));
  }

  /** What a child wrote is seen when it is brought to the disk. */
  private void written(Path file) {
    try {
      if (Files.isRegularFile(file)) {
        byte[] content = Files.readAllBytes(file);
        events.add(new Changed(new DiskChange(Kind.CREATE, file, null, 0, new byte[0])));
        events.add(new Changed(new DiskChange(Kind.TRUNCATE, file, null, 0, new byte[0])));
        events.add(new Changed(new DiskChange(Kind.WRITE, file, null, 0, content)));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private byte[] read(String name) {
    try {
      Path file = state.resolve(name);
      return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  synchronized List<Event> events() {
    return List.copyOf(events);
  }
}
