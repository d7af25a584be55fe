package dev.lockstep.atomicupdates.journal;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where SQLite's native library is unpacked to: a folder of Lockstep's own. In the system's
 * temporary folder each process that is killed would leave a copy for good, and a temporary folder
 * that is full or forbids programs would keep Lockstep from starting.
 */
public final class SqliteLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteLibrary.class);
  private static final String SETTING = "org.sqlite.tmpdir";
  private static boolean chosen;

  private SqliteLibrary() {}

  /**
   * Chooses {@code <state>/sqlite}, once per process and before the first database is opened, and
   * removes what killed processes left in it. Where that folder cannot hold programs, or where
   * somebody chose another one, nothing is changed.
   */
  public static synchronized void keepIn(Path state) {
    if (chosen || System.getProperty(SETTING) != null) {
      return;
    }
    chosen = true;
    Path folder = state.resolve("sqlite");
    try {
      DurableFiles.createFolders(folder);
      try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
        for (Path file : left) {
          Disk.deleteIfExists(file);
        }
      }
      if (holdsPrograms(folder)) {
        System.setProperty(SETTING, folder.toAbsolutePath().toString());
      }
    } catch (IOException unusable) {
      LOG.warn("SQLite is unpacked to the temporary folder: {} is not usable", folder, unusable);
    }
  }

  private static boolean holdsPrograms(Path folder) throws IOException {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return true;
    }
    Path probe = folder.resolve("probe");
    Disk.createFile(
        probe, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    boolean executable = Files.isExecutable(probe);
    Disk.delete(probe);
    return executable;
  }
}
