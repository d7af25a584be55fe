package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;

/** Brings one target to its place: stream, verify, sync, rename (specification section 5.7). */
final class TargetDownload {
  private static final int CHUNK = 64 * 1024;

  private final TargetFile target;
  private final Path destination;
  private final Optional<Path> scratch;

  /**
   * @param scratch where a file may be until it is whole, if there is such a place
   */
  TargetDownload(TargetFile target, Path destination, Optional<Path> scratch) {
    this.target = target;
    this.destination = destination.toAbsolutePath();
    this.scratch = scratch;
  }

  void run(Fetcher fetcher, URI uri) {
    digestsOf(target);
    Path folder = destination.getParent();
    try {
      removeLeftovers();
      if (isThereAlready()) {
        return;
      }
      Files.createDirectories(folder);
      try (PartialFile partial = PartialFile.in(placeBeside(folder));
          Download download = fetcher.open(uri, 0)) {
        copy(download.body(), partial.channel(), uri);
        partial.moveTo(destination);
      }
    } catch (IOException e) {
      throw new StoreException("cannot write " + destination + ": " + e, e);
    }
  }

  /** What a process that was killed while it downloaded left behind. */
  private void removeLeftovers() throws IOException {
    PartialFile.removeLeftovers(destination.getParent());
    if (scratch.isPresent()) {
      PartialFile.removeLeftovers(scratch.get());
    }
  }

  /** The scratch folder if a file can be renamed from there, so that nobody sees it before. */
  private Path placeBeside(Path folder) throws IOException {
    if (scratch.isPresent()
        && Files.getFileStore(scratch.get()).equals(Files.getFileStore(folder))) {
      return scratch.get();
    }
    return folder;
  }

  private void copy(InputStream body, FileChannel out, URI uri) throws IOException {
    Map<String, MessageDigest> digests = digestsOf(target);
    byte[] chunk = new byte[CHUNK];
    long length = 0;
    while (true) {
      int read = read(body, chunk, uri);
      if (read < 0) {
        break;
      }
      length += read;
      if (length > target.length()) {
        throw mismatch(target, "it is longer than " + target.length() + " bytes", null);
      }
      for (MessageDigest digest : digests.values()) {
        digest.update(chunk, 0, read);
      }
      ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, read);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    }
    check(target, length, digests);
  }

  /** Apart from writing, so that a broken connection is not reported as a broken disk. */
  private static int read(InputStream body, byte[] chunk, URI uri) {
    try {
      return body.read(chunk);
    } catch (IOException e) {
      throw FetchException.of(FetchException.Kind.UNREACHABLE, uri, String.valueOf(e), e);
    }
  }

  private boolean isThereAlready() {
    try {
      if (!Files.isRegularFile(destination) || Files.size(destination) != target.length()) {
        return false;
      }
      Map<String, MessageDigest> digests = digestsOf(target);
      try (InputStream in = Files.newInputStream(destination)) {
        byte[] chunk = new byte[CHUNK];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
          for (MessageDigest digest : digests.values()) {
            digest.update(chunk, 0, read);
          }
        }
      }
      return Description.hashesMatch(target.hashes(), digests);
    } catch (IOException e) {
      throw new StoreException("cannot read " + destination + ": " + e, e);
    }
  }

  /** Digests for the stated hashes; without one that is known here nothing can be verified. */
  static Map<String, MessageDigest> digestsOf(TargetFile target) {
    Map<String, MessageDigest> digests = Hashes.digestsFor(target.hashes());
    if (digests.isEmpty()) {
      throw mismatch(
          target, "none of its hashes is of a known kind " + target.hashes().keySet(), null);
    }
    return digests;
  }

  static void check(TargetFile target, long length, Map<String, MessageDigest> digests) {
    if (length != target.length()) {
      throw mismatch(target, "it has " + length + " bytes, not " + target.length(), null);
    }
    if (!Description.hashesMatch(target.hashes(), digests)) {
      throw mismatch(target, "its hash is not the signed one", null);
    }
  }

  static LengthOrHashException mismatch(TargetFile target, String why, Throwable cause) {
    return new LengthOrHashException(
        "cannot trust the target " + target.path() + ": " + why + "; nothing was kept of it",
        cause);
  }
}
