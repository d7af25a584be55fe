package dev.lockstep.atomicupdates.journal;

import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file per component that is being changed, beside the journal: {@code
 * <state>/installing/<component>}, on the disk before the first step and until the end is in the
 * journal. So a journal that is lost takes the knowledge with it of what happened, but not of
 * whether something was happening.
 */
final class OpenInstalls {
  private static final Logger LOG = LoggerFactory.getLogger(OpenInstalls.class);
  private final Path folder;

  OpenInstalls(Path state) {
    this.folder = state.resolve("installing");
  }

  /** Notes that the component is being changed; harmless where that is noted already. */
  void note(Install install) throws IOException {
    String text =
        "%s%nfrom %s%nto %s%nbackup %s%n"
            .formatted(
                install.key().jobId(),
                install.versions().from(),
                install.versions().to(),
                install.backups().made());
    Path file = folder.resolve(install.key().component());
    if (!read(install.key().component()).map(found -> found.equals(text)).orElse(false)) {
      DurableFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What was noted, whose first line is the job; empty where the component is at rest. */
  Optional<String> read(String component) throws IOException {
    try {
      byte[] text = Files.readAllBytes(folder.resolve(component));
      return Optional.of(new String(text, StandardCharsets.UTF_8));
    } catch (NoSuchFileException atRest) {
      return Optional.empty();
    }
  }

  /** The install has ended, and the journal says so. What stays is removed at the next start. */
  void forget(Install install) {
    try {
      Optional<String> open = read(install.key().component());
      if (open.map(text -> jobOf(text).equals(install.key().jobId())).orElse(false)) {
        forget(install.key().component());
      }
    } catch (IOException failed) {
      LOG.warn("that {} has ended is noted after the next start", install.key(), failed);
    }
  }

  void forget(String component) throws IOException {
    Path file = folder.resolve(component);
    if (Disk.deleteIfExists(file)) {
      DurableFiles.sync(folder);
    }
  }

  static String jobOf(String text) {
    List<String> lines = text.lines().toList();
    return lines.isEmpty() ? "" : lines.get(0);
  }
}
