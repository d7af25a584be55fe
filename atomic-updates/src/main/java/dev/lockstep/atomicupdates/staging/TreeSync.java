package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.files.DurableFiles;
import dev.lockstep.protocol.release.Manifest;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a whole tree to the disk, once, after everything was written.
 *
 * <p>Java has no syncfs, the command {@code sync -f} does: one call for all files and names of the
 * file system. It is used for trees of many files on Linux from 5.8 on, where it also tells that a
 * write has failed. Where it is not there, or says anything but success, each file is forced in one
 * pass, when the kernel has already written most of it, and by several threads, so that the file
 * system's journal takes many of them with one commit; folders after the files in them.
 */
final class TreeSync {
  private static final Logger LOG = LoggerFactory.getLogger(TreeSync.class);
  private static final int THREADS = 8;

  /** Below this, starting a command takes longer than it saves. */
  private static final int MANY = 64;

  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final boolean TELLS_FAILURES = isLinuxFrom(5, 8);

  private TreeSync() {}

  /** Returns when files, names and modes of the tree are on the disk. */
  static void sync(Path folder, Manifest manifest) throws IOException {
    List<Path> files = new ArrayList<>();
    List<Path> folders = new ArrayList<>(List.of(folder));
    for (Manifest.Entry entry : manifest.entries()) {
      switch (entry.type()) {
        case FILE -> files.add(folder.resolve(entry.path()));
        case DIRECTORY -> folders.add(folder.resolve(entry.path()));
        case LINK -> {
          // Part of its folder.
        }
      }
    }
    if (files.size() >= MANY && syncFileSystem(folder)) {
      return;
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      syncAll(files, threads);
      syncAll(folders, threads);
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean isLinuxFrom(int major, int minor) {
    Matcher version =
        Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*").matcher(System.getProperty("os.version", ""));
    if (!System.getProperty("os.name", "").equals("Linux") || !version.matches()) {
      return false;
    }
    int found = Integer.parseInt(version.group(1));
    return found > major || found == major && Integer.parseInt(version.group(2)) >= minor;
  }

  /** Whether all of the file system that the folder is on is on the disk now. */
  private static boolean syncFileSystem(Path folder) throws IOException {
    if (!TELLS_FAILURES || !folder.getFileSystem().equals(FileSystems.getDefault())) {
      return false;
    }
    Process process;
    try {
      process =
          new ProcessBuilder("sync", "-f", folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException absent) {
      LOG.debug("there is no command sync: {}", absent.toString());
      return false;
    }
    try {
      return process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the tree was brought to the disk", interrupted);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void syncAll(List<Path> paths, ExecutorService threads) throws IOException {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < Math.min(THREADS, paths.size()); i++) {
      running.add(
          threads.submit(
              () -> {
                for (int at = next.getAndIncrement();
                    at < paths.size();
                    at = next.getAndIncrement()) {
                  DurableFiles.sync(paths.get(at));
                }
                return null;
              }));
    }
    for (Future<?> one : running) {
      await(one);
    }
  }

  private static void await(Future<?> running) throws IOException {
    try {
      running.get();
    } catch (ExecutionException failed) {
      throw new IOException("cannot bring the tree to the disk", failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the tree was brought to the disk", interrupted);
    }
  }
}
