package dev.lockstep.atomicupdates.staging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much room there is. A port, so that a full disk can be tried out. */
public interface DiskSpace {
  /** Bytes that this process may still write where the folder is, or will be once it is made. */
  long usable(Path folder) throws IOException;

  /** Whether two folders share their room. */
  boolean shared(Path one, Path other) throws IOException;

  /** What the file systems say. */
  static DiskSpace ofFileSystems() {
    return new DiskSpace() {
      @Override
      public long usable(Path folder) throws IOException {
        return Files.getFileStore(existing(folder)).getUsableSpace();
      }

      @Override
      public boolean shared(Path one, Path other) throws IOException {
        return Files.getFileStore(existing(one)).equals(Files.getFileStore(existing(other)));
      }

      private Path existing(Path folder) {
        Path at = folder.toAbsolutePath();
        while (!Files.exists(at)) {
          at = at.getParent();
        }
        return at;
      }
    };
  }
}
