package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.Hashes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps metadata in a folder that only its owner can read: {@code root.json}, {@code
 * timestamp.json}, …, one file per role, names percent-encoded; older roots in {@code
 * root_history/}.
 *
 * <p>The folder holds nothing but verified documents; what is being written, and the lock, are in
 * {@code .work/}. Each write is temp file, fsync, rename, fsync of the folder.
 */
public final class DirectoryMetadataStore implements MetadataStore {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryMetadataStore.class);
  private static final Duration LOCK_DEADLINE = Duration.ofSeconds(60);
  private static final Duration LOCK_RETRY = Duration.ofMillis(20);
  private static final String LAST_REFRESH = "last_refresh";
  static final String HISTORY = "root_history";
  static final String WORK = ".work";
  private static final String RECORD = "verified";
  private static final int LONGEST_NAME = 200;
  private static final Pattern HISTORY_NAME = Pattern.compile("([1-9][0-9]{0,17})\\.root\\.json");

  private final Path folder;
  private final Path history;
  private final Path work;
  private final Duration lockDeadline;

  /** Keeps out other threads; the file lock keeps out other processes. */
  private final ReentrantLock threads = new ReentrantLock();

  /** Uses a folder, and makes it if it is missing. */
  public DirectoryMetadataStore(Path folder) {
    this(folder, LOCK_DEADLINE);
  }

  DirectoryMetadataStore(Path folder, Duration lockDeadline) {
    this.folder = folder;
    this.history = folder.resolve(HISTORY);
    this.work = folder.resolve(WORK);
    this.lockDeadline = lockDeadline;
    try {
      DurableFiles.createPrivateFolder(folder);
      DurableFiles.createPrivateFolder(history);
      DurableFiles.createPrivateFolder(work);
    } catch (IOException e) {
      throw new StoreException("cannot use the metadata folder " + folder + ": " + e, e);
    }
  }

  @Override
  public Lease acquire() {
    long deadline = System.nanoTime() + lockDeadline.toNanos();
    try {
      if (!threads.tryLock(lockDeadline.toNanos(), TimeUnit.NANOSECONDS)) {
        throw busy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      if (threads.getHoldCount() > 1) {
        locked = true;
        return threads::unlock;
      }
      channel = DurableFiles.openLock(work.resolve("lock"));
      FileLock lock = lock(channel, deadline);
      removeLeftovers();
      locked = true;
      return release(channel, lock);
    } catch (IOException e) {
      throw new StoreException("cannot lock the metadata folder " + folder + ": " + e, e);
    } finally {
      if (!locked) {
        closeQuietly(channel);
        threads.unlock();
      }
    }
  }

  private FileLock lock(FileChannel channel, long deadline) throws IOException {
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        // Another store object of this process has it; wait like for another process.
      }
      if (System.nanoTime() - deadline >= 0) {
        throw busy();
      }
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(null);
      }
      LockSupport.parkNanos(LOCK_RETRY.toNanos());
    }
  }

  private Lease release(FileChannel channel, FileLock lock) {
    return () -> {
      try {
        lock.release();
        channel.close();
      } catch (IOException e) {
        throw new StoreException("cannot unlock the metadata folder " + folder + ": " + e, e);
      } finally {
        threads.unlock();
      }
    };
  }

  private StoreException interrupted(InterruptedException cause) {
    return new StoreException(
        "cannot lock the metadata folder " + folder + ": interrupted while waiting", cause);
  }

  private StoreException busy() {
    return new StoreException(
        "cannot lock the metadata folder "
            + folder
            + ": another process has used it for "
            + lockDeadline.toSeconds()
            + " s; give each updater a folder of its own");
  }

  private static void closeQuietly(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // The failure that brought us here is the one to report.
        LOG.debug("Cannot close the lock file", e);
      }
    }
  }

  /** A process that died while writing leaves a temporary file; its successor removes it. */
  private void removeLeftovers() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(work, "*.tmp")) {
      for (Path file : files) {
        DurableFiles.deleteLeftover(file);
      }
    }
  }

  @Override
  public Optional<byte[]> load(String role) {
    return read(fileOf(folder, role));
  }

  @Override
  public void save(String role, byte[] bytes) {
    write(fileOf(folder, role), bytes);
  }

  @Override
  public void delete(String role) {
    try {
      DurableFiles.delete(fileOf(folder, role));
    } catch (IOException e) {
      throw new StoreException("cannot delete " + fileOf(folder, role) + ": " + e, e);
    }
  }

  @Override
  public void saveRoot(long version, byte[] bytes) {
    // History first: if the process dies in between, the chain is fetched again from the old root.
    write(rootFile(history, version), bytes);
    write(fileOf(folder, "root"), bytes);
  }

  @Override
  public List<Long> rootHistory() {
    return rootVersions(history);
  }

  /** The versions of the roots in a folder, newest first. */
  static List<Long> rootVersions(Path history) {
    List<Long> versions = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(history)) {
      for (Path file : files) {
        Matcher name = HISTORY_NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          versions.add(Long.parseLong(name.group(1)));
        }
      }
    } catch (IOException e) {
      throw new StoreException("cannot list " + history + ": " + e, e);
    }
    versions.sort(Comparator.reverseOrder());
    return versions;
  }

  @Override
  public Optional<byte[]> loadRoot(long version) {
    return read(rootFile(history, version));
  }

  static Path rootFile(Path history, long version) {
    return history.resolve(version + ".root.json");
  }

  @Override
  public Optional<Instant> lastRefresh() {
    return lastRefresh(work);
  }

  static Optional<Instant> lastRefresh(Path work) {
    Optional<String> text =
        read(work.resolve(LAST_REFRESH)).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    try {
      return text.map(Instant::parse);
    } catch (DateTimeException e) {
      LOG.warn("Passing over a damaged time of the last refresh in {}", work);
      return Optional.empty();
    }
  }

  @Override
  public void recordRefresh(Instant time) {
    write(work.resolve(LAST_REFRESH), time.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Optional<byte[]> loadRecord() {
    return read(work.resolve(RECORD));
  }

  @Override
  public void saveRecord(byte[] bytes) {
    write(work.resolve(RECORD), bytes);
  }

  @Override
  public Optional<Path> scratch() {
    return Optional.of(work);
  }

  /** Size, time and identity of the file; every write is a new file. */
  @Override
  public Optional<String> stamp(String role) {
    try {
      BasicFileAttributes file =
          Files.readAttributes(
              fileOf(folder, role), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      FileTime time = file.lastModifiedTime();
      String identity = String.valueOf(file.fileKey()).replaceAll("[^0-9a-z]+", ".");
      return Optional.of(file.size() + "/" + time.to(TimeUnit.NANOSECONDS) + "/" + identity);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StoreException("cannot read " + fileOf(folder, role) + ": " + e, e);
    }
  }

  /** A name that is too long for the file system is cut; a digest keeps it distinct. */
  static Path fileOf(Path folder, String role) {
    String name = RoleNames.encode(role);
    if (name.length() > LONGEST_NAME) {
      String digest = Hashes.hex("sha256", role.getBytes(StandardCharsets.UTF_8));
      name = name.substring(0, LONGEST_NAME - digest.length()) + digest;
    }
    return folder.resolve(name + ".json");
  }

  static Optional<byte[]> read(Path file) {
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StoreException("cannot read " + file + ": " + e, e);
    }
  }

  private void write(Path file, byte[] bytes) {
    try {
      DurableFiles.write(work, file, bytes);
    } catch (IOException e) {
      throw new StoreException("cannot write " + file + ": " + e, e);
    }
  }
}
