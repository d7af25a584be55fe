package dev.lockstep.atomicupdates.backup;

import dev.lockstep.atomicupdates.files.ChangingTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;

/** Counts the files in which a tree differs from its copy. Reads no content, changes nothing. */
final class Comparison {
  private long changed;
  private long added;
  private long removed;
  private long bytes;
  private Instant newest;

  /** Compares a tree, or a file, with its copy; either may be missing. */
  void add(Path now, Path copy) throws IOException {
    walk(
        now,
        (file, attributes) -> {
          Path before = copy.resolve(now.relativize(file).toString());
          if (!Files.exists(before, LinkOption.NOFOLLOW_LINKS)) {
            added++;
            written(attributes);
          } else if (differs(attributes, before)) {
            changed++;
            written(attributes);
          }
        });
    walk(
        copy,
        (file, attributes) -> {
          Path after = now.resolve(copy.relativize(file).toString());
          removed += Files.exists(after, LinkOption.NOFOLLOW_LINKS) ? 0 : 1;
        });
  }

  DataChanges result() {
    return new DataChanges(changed, added, removed, bytes, Optional.ofNullable(newest));
  }

  private static boolean differs(BasicFileAttributes now, Path before) throws IOException {
    BasicFileAttributes then =
        Files.readAttributes(before, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return now.size() != then.size()
        || now.isSymbolicLink() != then.isSymbolicLink()
        || now.lastModifiedTime().toMillis() != then.lastModifiedTime().toMillis();
  }

  private void written(BasicFileAttributes attributes) {
    bytes += attributes.size();
    Instant at = attributes.lastModifiedTime().toInstant();
    newest = newest == null || at.isAfter(newest) ? at : newest;
  }

  private interface Found {
    void file(Path file, BasicFileAttributes attributes) throws IOException;
  }

  private static void walk(Path tree, Found found) throws IOException {
    new ChangingTree() {
      @Override
      protected void visit(Path file, BasicFileAttributes attributes) throws IOException {
        if (!attributes.isOther()) {
          found.file(file, attributes);
        }
      }
    }.walk(tree);
  }
}
