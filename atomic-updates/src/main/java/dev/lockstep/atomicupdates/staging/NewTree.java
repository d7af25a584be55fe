package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.protocol.release.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Writes a tree that its manifest describes, wherever the content comes from.
 *
 * <p>All folders are made first, and all links last: while files are written there is no link in
 * the tree that could be followed. Every byte is hashed as it is written, no file grows beyond its
 * signed size, and none is finished that has not its signed hash. Fails with {@code
 * MANIFEST_MISMATCH}; the folder is then the caller's to remove. Different files may be written by
 * different threads.
 */
final class NewTree {
  private final Manifest manifest;
  private final Path folder;
  private final String release;

  /** Writes into an existing, empty folder. */
  NewTree(Manifest manifest, Path folder) {
    this.manifest = manifest;
    this.folder = folder;
    this.release = manifest.component() + " " + manifest.version();
  }

  /** "backend 1.2.0". */
  String release() {
    return release;
  }

  Path path(Manifest.Entry entry) {
    return folder.resolve(entry.path());
  }

  /** Makes the folders. */
  void begin() throws IOException {
    for (Manifest.Entry entry : manifest.entries()) {
      if (entry.type() == Manifest.Type.DIRECTORY) {
        Disk.createFolder(path(entry));
      }
    }
  }

  /** Begins a file of the manifest. */
  NewFile create(Manifest.Entry entry) throws IOException {
    return new NewFile(entry);
  }

  /** Writes the file VERSION, which an artifact need not carry. */
  void createVersion(Manifest.Entry entry) throws IOException {
    try (NewFile file = create(entry)) {
      byte[] content = (manifest.version() + "\n").getBytes(StandardCharsets.UTF_8);
      file.write(content, content.length);
      file.finish();
    }
  }

  /**
   * Makes the links, then sets the folders' modes: children first, as a mode may forbid writing.
   */
  void finish() throws IOException {
    for (Manifest.Entry entry : manifest.entries()) {
      if (entry.type() == Manifest.Type.LINK) {
        Disk.createLink(path(entry), folder.getFileSystem().getPath(entry.linkTarget()));
      }
    }
    for (int i = manifest.entries().size() - 1; i >= 0; i--) {
      Manifest.Entry entry = manifest.entries().get(i);
      if (entry.type() == Manifest.Type.DIRECTORY) {
        Modes.write(path(entry), entry.mode());
      }
    }
  }

  /** A file that is being written, by one thread. */
  final class NewFile implements AutoCloseable {
    private final Manifest.Entry entry;
    private final WritableByteChannel out;
    private final MessageDigest digest = Hashing.sha256();
    private long size;

    private NewFile(Manifest.Entry entry) throws IOException {
      this.entry = entry;
      this.out = Disk.open(path(entry), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Appends the beginning of a buffer. */
    void write(byte[] bytes, int length) throws IOException {
      size += length;
      if (size > entry.size()) {
        throw StagingFailures.mismatch(release, entry.path() + " is longer than " + entry.size());
      }
      digest.update(bytes, 0, length);
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
    }

    /** Checks size and hash, and sets the mode. */
    void finish() throws IOException {
      out.close();
      if (size != entry.size()
          || !HexFormat.of().formatHex(digest.digest()).equals(entry.sha256())) {
        throw StagingFailures.mismatch(release, entry.path() + " has another content");
      }
      Modes.write(path(entry), entry.mode());
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
