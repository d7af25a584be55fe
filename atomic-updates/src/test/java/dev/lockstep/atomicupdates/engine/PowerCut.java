package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.engine.DiskRecorder.Changed;
import dev.lockstep.atomicupdates.engine.DiskRecorder.Committed;
import dev.lockstep.atomicupdates.engine.DiskRecorder.Event;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.testkit.disk.DiskChange;
import dev.lockstep.testkit.disk.DiskChange.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * What a disk may hold after the power went at one instant. What an fsync of the file, or of the
 * folder for names, came after is there. Of the rest any part may be: each later write, and each
 * new, changed or removed name, by itself; so the file system is not taken to keep an order.
 */
final class PowerCut {
  private static final int WAL_FRAME = 24 + 4096;

  private final List<Event> events;
  private final Path recorded;

  /**
   * Replays.
   *
   * @param recorded the folder in which the events happened
   */
  PowerCut(List<Event> events, Path recorded) {
    this.events = events;
    this.recorded = recorded;
  }

  /** The events before the cut that are on the disk for sure, and those that may be. */
  BitSet durable(int cut) {
    BitSet durable = new BitSet();
    for (int i = 0; i < cut; i++) {
      if (events.get(i) instanceof Changed changed && isDurable(changed.change(), i, cut)) {
        durable.set(i);
      }
    }
    return durable;
  }

  private boolean isDurable(DiskChange change, int at, int cut) {
    return switch (change.kind()) {
      case WRITE, TRUNCATE, MODE, TIME -> synced(change.path(), at, cut);
      case CREATE, FOLDER, LINK, DELETE -> synced(change.path().getParent(), at, cut);
      case RENAME -> synced(change.other().getParent(), at, cut);
      case SYNC, OPEN, READ -> true;
    };
  }

  private boolean synced(Path path, int after, int cut) {
    for (int i = after + 1; i < cut; i++) {
      if (events.get(i) instanceof Changed changed
          && changed.change().kind() == Kind.SYNC
          && changed.change().path().equals(path)) {
        return true;
      }
    }
    return false;
  }

  /** Brings a copy of the device as it was at first to what the disk may hold after the cut. */
  void replay(int cut, IntPredicate kept, int journal, Path device) throws IOException {
    List<byte[]> journals = journals(cut);
    for (int i = 0; i < cut; i++) {
      if (events.get(i) instanceof Changed changed && kept.test(i)) {
        apply(changed.change(), device);
      }
    }
    if (!journals.isEmpty()) {
      int chosen = 2 * (journal % (journals.size() / 2));
      Files.write(device.resolve("state/atomic.db"), journals.get(chosen));
      Files.write(device.resolve("state/atomic.db-wal"), journals.get(chosen + 1));
      Files.deleteIfExists(device.resolve("state/atomic.db-shm"));
    }
  }

  /**
   * What the journal may be: as after the last commit that waited for the disk, as after each later
   * one, and the last one with its log cut at the pages that came since, and within them.
   */
  private List<byte[]> journals(int cut) {
    int last = -1;
    for (int i = 0; i < cut; i++) {
      if (events.get(i) instanceof Committed committed && (committed.durable() || last < 0)) {
        last = i;
      }
    }
    List<byte[]> found = new ArrayList<>();
    if (last < 0) {
      return found;
    }
    Committed sure = (Committed) events.get(last);
    found.addAll(List.of(sure.database(), sure.log()));
    for (int i = last + 1; i < events.size(); i++) {
      if (events.get(i) instanceof Committed later) {
        boolean sameFile = Arrays.equals(later.database(), sure.database());
        if (sameFile) {
          for (int end = sure.log().length; end < later.log().length; end += WAL_FRAME / 2) {
            found.addAll(List.of(later.database(), Arrays.copyOf(later.log(), end)));
          }
        }
        if (i >= cut) {
          // The cut came while this one was being written.
          break;
        }
        found.addAll(List.of(later.database(), later.log()));
      }
    }
    return found;
  }

  /** How many states the journal may be in. */
  int journalStates(int cut) {
    return Math.max(1, journals(cut).size() / 2);
  }

  /** What cannot be applied, because what it is about did not reach the disk, is not there. */
  private void apply(DiskChange change, Path device) throws IOException {
    Path path = moved(change.path(), device);
    boolean there = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    boolean place = Files.isDirectory(path.getParent(), LinkOption.NOFOLLOW_LINKS);
    switch (change.kind()) {
      case CREATE -> {
        if (place && !there) {
          Files.createFile(path);
        }
      }
      case FOLDER -> {
        if (place && !there) {
          Files.createDirectory(path);
        }
      }
      case LINK -> {
        if (place && !there) {
          Files.createSymbolicLink(path, change.other());
        }
      }
      case WRITE -> {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          path.toFile().setWritable(true);
          try (FileChannel out = FileChannel.open(path, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(change.content()), change.at());
          }
        }
      }
      case TRUNCATE -> {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          try (FileChannel out = FileChannel.open(path, StandardOpenOption.WRITE)) {
            out.truncate(change.at());
          }
        }
      }
      case MODE -> {
        if (there && !Files.isSymbolicLink(path)) {
          Files.setPosixFilePermissions(path, permissions((int) change.at()));
        }
      }
      case RENAME -> {
        Path target = moved(change.other(), device);
        if (there && Files.isDirectory(target.getParent())) {
          if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            FileTrees.delete(target);
          }
          Files.move(path, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
      case DELETE -> FileTrees.delete(path);
      case SYNC, OPEN, READ, TIME -> {
        // Nothing that could be seen afterwards.
      }
    }
  }

  private static Set<PosixFilePermission> permissions(int bits) {
    return Arrays.stream(PosixFilePermission.values())
        .filter(permission -> (bits & 0400 >> permission.ordinal()) != 0)
        .collect(Collectors.toSet());
  }

  private Path moved(Path path, Path device) {
    return device.resolve(recorded.relativize(path).toString());
  }
}
