package dev.lockstep.atomicupdates.process;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a component writes to its output. The child appends to the file itself, so that it goes on
 * when this process is gone; the file is cut in place when it grows too large, and what was in it
 * is kept once as {@code .1}.
 */
final class OutputLog {
  private static final Logger LOG = LoggerFactory.getLogger(OutputLog.class);
  private static final int TAIL = 16 * 1024;
  private static final int MAX_LINE = 500;
  private final Path file;
  private final long limit;

  /** Where the output of the present start begins; what is before it is of earlier ones. */
  private long begin;

  /** Whether it was said that it cannot be cut. */
  private volatile boolean stays;

  OutputLog(Path file, long limit) {
    this.file = file;
    this.limit = limit;
  }

  /** The file for the child to append to; nobody but its owner can read it. */
  Path open() throws IOException {
    Disk.createFolders(file.getParent());
    DurableFiles.makePrivate(file);
    keepSmall();
    return file;
  }

  /** Cuts the file where it is too large and can be cut: nothing else waits for that. */
  void keepSmall() {
    try {
      rotate();
      stays = false;
    } catch (IOException failed) {
      if (!stays) {
        LOG.warn("{} is too large and stays so for now", file, failed);
      }
      stays = true;
    }
  }

  Path file() {
    return file;
  }

  /** From here on the output is that of a new start. */
  synchronized void begin() {
    begin = file.toFile().length();
  }

  private synchronized void rotate() throws IOException {
    if (Files.exists(file) && Files.size(file) > limit) {
      Path kept = file.resolveSibling(file.getFileName() + ".1");
      requireRoom(kept);
      Disk.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = Disk.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(0);
      }
      begin = 0;
    }
  }

  /** A copy that cannot be finished would take the last room from everybody else meanwhile. */
  private void requireRoom(Path kept) throws IOException {
    long room =
        Files.getFileStore(file).getUsableSpace() + (Files.exists(kept) ? Files.size(kept) : 0);
    if (room < Files.size(file)) {
      throw new IOException("no room for a copy of it: " + room + " bytes");
    }
  }

  /** The last lines of the present start, oldest first, each cut to a readable length. */
  synchronized List<String> lastLines(int count) {
    try (InputStream log = Files.newInputStream(file)) {
      log.skipNBytes(Math.max(begin, Files.size(file) - TAIL));
      String tail = new String(log.readNBytes(TAIL), StandardCharsets.UTF_8);
      List<String> lines = tail.lines().filter(line -> !line.isBlank()).toList();
      return lines.subList(Math.max(0, lines.size() - count), lines.size()).stream()
          .map(line -> line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + "…" : line)
          .toList();
    } catch (IOException nothingWritten) {
      return List.of();
    }
  }
}
