package dev.lockstep.atomicupdates.backup;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.process.CommandRun;
import dev.lockstep.atomicupdates.process.ComponentCommand;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies large files by the system's own {@code cp}: it shares their blocks with the copy where the
 * file system can do that, so that nothing is read or written, and leaves holes where they are.
 * Java 17 can do neither. The copy is always a file of its own: a write to one is never seen in the
 * other. Where {@code cp} is missing or fails, the caller copies as Java does.
 */
final class LargeFiles {
  private static final Logger LOG = LoggerFactory.getLogger(LargeFiles.class);

  /** Below that, starting a process takes longer than copying. */
  static final long LEAST = 4L << 20;

  private static final Duration LONGEST = Duration.ofHours(24);

  /** Whose the programs are, so that what a killed process left of them is found. */
  private final Path home;

  LargeFiles(Path home) {
    this.home = home;
  }

  /**
   * Copies a file with its attributes; the target must not exist.
   *
   * @param size of the file
   * @return whether that was done; nothing is at the target where not
   */
  boolean copy(Path from, Path to, long size) throws IOException {
    if (size < LEAST || from.getFileSystem() != FileSystems.getDefault()) {
      return false;
    }
    boolean copied =
        run(List.of("cp", "-aT", "--reflink=auto", "--sparse=auto", "--"), List.of(from, to))
            .isPresent();
    if (!copied) {
      Disk.deleteIfExists(to);
    }
    return copied;
  }

  /** Bytes that trees take on the disk, without their holes; empty where nobody can tell. */
  OptionalLong allocated(List<Path> trees) throws IOException {
    if (trees.stream().anyMatch(tree -> tree.getFileSystem() != FileSystems.getDefault())) {
      return OptionalLong.empty();
    }
    return run(List.of("du", "-s", "-B1", "--"), trees)
        .filter(lines -> lines.stream().allMatch(line -> line.matches("\\d{1,18}\\s.*")))
        .map(
            lines ->
                OptionalLong.of(
                    lines.stream().mapToLong(line -> Long.parseLong(line.split("\\s")[0])).sum()))
        .orElse(OptionalLong.empty());
  }

  /** What a program wrote; empty where it failed. */
  private Optional<List<String>> run(List<String> program, List<Path> files) throws IOException {
    List<String> words = new ArrayList<>(program);
    files.forEach(file -> words.add(file.toAbsolutePath().toString()));
    try {
      CommandRun.Result result = CommandRun.run(ComponentCommand.tool(home, words), LONGEST);
      result.trouble().ifPresent(why -> LOG.info("{} {}: {}", words, why, result.lines()));
      return result.trouble().isPresent() ? Optional.empty() : Optional.of(result.lines());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Lockstep stops while it copies");
    } catch (IOException noSuchProgram) {
      LOG.debug("{} cannot be started", words, noSuchProgram);
      return Optional.empty();
    }
  }
}
