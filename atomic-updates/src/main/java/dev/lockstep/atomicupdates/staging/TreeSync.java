package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.files.DurableFiles;
import dev.lockstep.protocol.release.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Brings a whole tree to the disk, once, after everything was written.
 *
 * <p>Java has no syncfs. So each file is forced in one pass at the end, when the kernel has already
 * written most of it, and by several threads, so that the file system's journal takes many of them
 * with one commit; folders after the files in them.
 */
final class TreeSync {
  private static final int THREADS = 8;

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
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      syncAll(files, threads);
      syncAll(folders, threads);
    } finally {
      threads.shutdownNow();
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
