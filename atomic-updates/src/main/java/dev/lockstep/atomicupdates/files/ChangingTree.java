package dev.lockstep.atomicupdates.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Visits a tree that a running component may be writing to: what goes away meanwhile, such as a
 * file that takes the place of another one, was not there. Never follows a link.
 */
public abstract class ChangingTree extends SimpleFileVisitor<Path> {
  /** Visits a file that was there a moment ago; that it is gone now is no error. */
  protected abstract void visit(Path file, BasicFileAttributes attributes) throws IOException;

  /** Told of what has gone; for a visitor that cannot do without it. */
  protected void gone(NoSuchFileException missing) throws IOException {}

  /** Walks a tree, or a file; harmless where there is none. */
  public final void walk(Path tree) throws IOException {
    Files.walkFileTree(tree, this);
  }

  @Override
  public final FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
      throws IOException {
    try {
      visit(file, attributes);
    } catch (NoSuchFileException missing) {
      visitMissing(file, missing);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public final FileVisitResult visitFileFailed(Path file, IOException failed) throws IOException {
    if (!(failed instanceof NoSuchFileException missing)) {
      throw failed;
    }
    visitMissing(file, missing);
    return FileVisitResult.CONTINUE;
  }

  /** Something is missing; what is visited has gone unless that was something else. */
  protected final void visitMissing(Path visited, NoSuchFileException missing) throws IOException {
    if (Files.exists(visited, LinkOption.NOFOLLOW_LINKS)) {
      throw missing;
    }
    gone(missing);
  }
}
