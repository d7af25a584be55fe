package dev.lockstep.systemtests.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** A folder without a disk where programs can be run on one: a kill is no power cut. */
final class MemoryFolder implements TempDirFactory {
  private static final Path MEMORY = Path.of("/dev/shm");

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    if (Files.isWritable(MEMORY)) {
      Path folder = Files.createTempDirectory(MEMORY, "lockstep");
      Path program = Files.writeString(folder.resolve("probe"), "#!/bin/sh\n");
      boolean runs = program.toFile().setExecutable(true) && program.toFile().canExecute();
      Files.delete(program);
      if (runs) {
        return folder;
      }
      Files.delete(folder);
    }
    return Files.createTempDirectory("lockstep");
  }
}
