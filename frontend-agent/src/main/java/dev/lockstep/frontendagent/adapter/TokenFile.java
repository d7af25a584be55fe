package dev.lockstep.frontendagent.adapter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The state token between a drain and the restart, in a file that survives a crash and is for its
 * owner only: it may hold a conversation.
 */
public final class TokenFile {
  private final Path file;

  /** A token that is kept in that file. */
  public TokenFile(Path file) {
    this.file = file;
  }

  /** Keeps the token; durable when this returns. */
  public void put(byte[] token) {
    try {
      Files.createDirectories(file.getParent());
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.deleteIfExists(next);
      Set<StandardOpenOption> options =
          EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try (FileChannel channel =
          FileChannel.open(
              next,
              options,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer bytes = ByteBuffer.wrap(token);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      sync(file.getParent());
    } catch (IOException unwritable) {
      throw new UncheckedIOException("cannot keep the state token in " + file, unwritable);
    }
  }

  /** The token that waits to be handed back. */
  public Optional<byte[]> get() {
    try {
      return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read the state token in " + file, unreadable);
    }
  }

  /** It was handed back. */
  public void remove() {
    try {
      if (Files.deleteIfExists(file)) {
        sync(file.getParent());
      }
    } catch (IOException undeletable) {
      throw new UncheckedIOException("cannot remove the state token in " + file, undeletable);
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
