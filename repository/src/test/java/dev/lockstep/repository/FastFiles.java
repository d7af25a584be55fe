package dev.lockstep.repository;

import dev.lockstep.repository.storage.DurableFiles;
import dev.lockstep.repository.storage.FileSystemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The real file system, without waiting for the disk; dies before a step if told to. */
final class FastFiles implements DurableFiles {
  /** The process died: nothing that follows has an effect either. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final DurableFiles files = new FileSystemFiles();
  private int left;

  private FastFiles(int steps) {
    this.left = steps;
  }

  static FastFiles immortal() {
    return new FastFiles(Integer.MAX_VALUE);
  }

  /** Dies before that step, or in the middle of it if it writes a file. */
  static FastFiles dyingAfter(int steps) {
    return new FastFiles(steps);
  }

  private void step() {
    if (left-- <= 0) {
      throw new Killed();
    }
  }

  @Override
  public void write(Path file, byte[] content) throws IOException {
    if (left <= 0) {
      Files.write(file, Arrays.copyOf(content, content.length / 2));
    }
    step();
    files.write(file, content);
  }

  @Override
  public void force(Path file) {
    // Dying here looks the same as dying before the step that follows.
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    step();
    files.rename(from, to);
  }

  @Override
  public void link(Path existing, Path file) throws IOException {
    step();
    files.link(existing, file);
  }

  @Override
  public void delete(Path file) throws IOException {
    step();
    files.delete(file);
  }

  @Override
  public void forceDirectory(Path folder) {
    // As with force.
  }
}
