package dev.lockstep.app.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether a device's process runs: whether somebody holds the lock of its state folder. The lock is
 * not tried, which would take it for a moment, but looked up where the system lists all locks.
 */
final class DeviceProcess {
  private static final int PID = 4;
  private static final int FILE = 5;
  private static final int WORDS = 8;

  private DeviceProcess() {}

  /** Whether it runs; no where the system does not tell. */
  static boolean runs(Path state) throws IOException {
    Path lock = state.resolve("lock");
    Path locks = Path.of("/proc/locks");
    if (!Files.isReadable(locks) || !Files.isRegularFile(lock)) {
      return false;
    }
    String inode = ":" + Files.getAttribute(lock, "unix:ino");
    for (String line : Files.readAllLines(locks)) {
      List<String> words = List.of(line.strip().split("\\s+"));
      if (words.size() >= WORDS
          && words.get(FILE).endsWith(inode)
          && mayHaveOpen(words.get(PID), lock)) {
        return true;
      }
    }
    return false;
  }

  /** Numbers of files are unique on one file system only; who cannot be asked is believed. */
  private static boolean mayHaveOpen(String pid, Path lock) throws IOException {
    Path files = Path.of("/proc", pid, "fd");
    if (!Files.isReadable(files)) {
      return true;
    }
    Path real = lock.toRealPath();
    try (var open = Files.newDirectoryStream(files)) {
      for (Path one : open) {
        if (Files.isSymbolicLink(one) && Files.readSymbolicLink(one).equals(real)) {
          return true;
        }
      }
      return false;
    } catch (IOException | java.nio.file.DirectoryIteratorException endedMeanwhile) {
      return false;
    }
  }
}
