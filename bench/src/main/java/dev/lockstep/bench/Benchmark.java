package dev.lockstep.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** One verb of the launcher: measures in a temporary folder, then prints. */
public abstract class Benchmark implements Callable<Integer> {
  @Option(names = "--json", description = "One line of JSON.")
  private boolean json;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "Where temporary files go (default: ${DEFAULT-VALUE}).",
      defaultValue = "${sys:java.io.tmpdir}")
  private Path parent;

  /**
   * Measures.
   *
   * @param work an empty folder that is removed afterwards
   */
  protected abstract Report measure(Path work) throws IOException;

  @Override
  public final Integer call() throws IOException {
    Path work = Files.createTempDirectory(Files.createDirectories(parent), "lockstep-bench");
    try {
      Report report = measure(work);
      report.note(Machine.describe());
      System.out.println(json ? report.toJson() : report.toText());
      return 0;
    } finally {
      remove(work);
    }
  }

  /** Removes a folder with everything in it. */
  protected static void remove(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failed)
              throws IOException {
            if (failed != null) {
              throw failed;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
