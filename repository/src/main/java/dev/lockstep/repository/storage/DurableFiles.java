package dev.lockstep.repository.storage;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The single steps of a durable change. Everything that readers see changes through {@link #rename}
 * alone. A port, so that a test can stop the publisher at every step.
 */
public interface DurableFiles {
  /** Writes a new file, or an old one anew; not yet durable. */
  void write(Path file, byte[] content) throws IOException;

  /** Makes a file's content durable. */
  void force(Path file) throws IOException;

  /** Replaces {@code to} by {@code from} in one step. */
  void rename(Path from, Path to) throws IOException;

  /** Gives a file a second name, or copies it where that is not possible; not yet durable. */
  void link(Path existing, Path file) throws IOException;

  /** Removes a file that nothing refers to; need not be durable. */
  void delete(Path file) throws IOException;

  /** Makes the names in a folder durable. */
  void forceDirectory(Path folder) throws IOException;

  /** Puts a finished temporary file in its place, durably. */
  default void moveIn(Path temporary, Path file) throws IOException {
    force(temporary);
    rename(temporary, file);
    forceDirectory(file.getParent());
  }

  /** Writes a file so that it is there whole or not at all. */
  default void replace(Path temporary, Path file, byte[] content) throws IOException {
    write(temporary, content);
    moveIn(temporary, file);
  }
}
