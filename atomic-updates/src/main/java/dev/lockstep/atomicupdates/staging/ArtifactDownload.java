package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.tuf.Download;
import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.TargetFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Fetches one artifact into a file that may be read meanwhile, and goes on where an earlier try,
 * call or process stopped.
 *
 * <p>The file never holds more than the signed length. When {@link #run} returns, the whole file
 * has the signed hash. Where it has not, and a part of it came from before this call, it is fetched
 * once more from its beginning. After a failure the caller decides whether the file stays.
 */
final class ArtifactDownload {
  private static final int CHUNK = 64 * 1024;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final ReleaseSource source;
  private final TargetFile target;
  private final String signedHash;
  private final ArrivingFile file;
  private final String release;
  private final Stager.Listener listener;
  private final MessageDigest digest = Hashing.sha256();
  private final byte[] chunk = new byte[CHUNK];
  private long done;
  private long fetched;
  private boolean resumed;

  ArtifactDownload(
      ReleaseSource source, VerifiedRelease release, ArrivingFile file, Stager.Listener listener) {
    this.source = source;
    this.target = release.artifactTarget();
    this.signedHash = Hashing.signedHash(target);
    this.file = file;
    this.release = release.name();
    this.listener = listener;
  }

  /** Bytes that came over the network, also after a failure. */
  long fetched() {
    return fetched;
  }

  /** Fetches what is missing. */
  void run(Retries retries) throws IOException {
    try (SeekableByteChannel out =
        Disk.open(
            file.path(),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      takeUp(out);
      fetchRest(out, retries);
      if (!hashMatches() && resumed) {
        listener.log("what was kept of " + target.path() + " is damaged; it is fetched anew");
        startOver(out);
        fetchRest(out, retries);
      }
    }
    if (!hashMatches()) {
      throw mismatch("its hash is not the signed one");
    }
  }

  /** Hashes what is there already. */
  private void takeUp(SeekableByteChannel out) throws IOException {
    if (out.size() > target.length()) {
      out.truncate(0);
    }
    ByteBuffer bytes = ByteBuffer.wrap(chunk);
    for (int read = out.read(bytes); read >= 0; read = out.read(bytes.clear())) {
      digest.update(chunk, 0, read);
      done += read;
      file.arrived(done);
      requireNotCancelled();
    }
    resumed = done > 0;
    if (resumed) {
      listener.log("%d of %d bytes are here already".formatted(done, target.length()));
    }
    listener.progress(done, target.length());
  }

  private void startOver(SeekableByteChannel out) throws IOException {
    out.truncate(0);
    out.position(0);
    file.beginsAnew();
    digest.reset();
    done = 0;
    resumed = false;
  }

  private void fetchRest(SeekableByteChannel out, Retries retries) throws IOException {
    if (done == target.length()) {
      return;
    }
    try {
      retries.run(
          release,
          listener,
          () -> {
            try {
              fetchOnce(out);
              return null;
            } catch (IOException disk) {
              throw new UncheckedIOException(disk);
            }
          });
    } catch (UncheckedIOException disk) {
      throw disk.getCause();
    }
  }

  private void fetchOnce(SeekableByteChannel out) throws IOException {
    try (Download download = open(out)) {
      if (download.offset() != done) {
        if (download.offset() != 0) {
          throw broken("the server sent another part than the one asked for", null);
        }
        startOver(out);
      }
      if (download.totalLength().orElse(target.length()) != target.length()) {
        throw mismatch("the server's file has " + download.totalLength().getAsLong() + " bytes");
      }
      copy(download, out);
    }
  }

  private Download open(SeekableByteChannel out) throws IOException {
    try {
      return source.open(target, done);
    } catch (FetchException failed) {
      if (done > 0 && failed.statusCode().orElse(0) == RANGE_NOT_SATISFIABLE) {
        startOver(out);
        return source.open(target, 0);
      }
      throw failed;
    }
  }

  private void copy(Download download, SeekableByteChannel out) throws IOException {
    while (done < target.length()) {
      int read = read(download, (int) Math.min(CHUNK, target.length() - done));
      if (read < 0) {
        throw broken(
            "the connection ended after %d of %d bytes".formatted(done, target.length()), null);
      }
      fetched += read;
      ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, read);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      digest.update(chunk, 0, read);
      done += read;
      file.arrived(done);
      listener.progress(done, target.length());
      requireNotCancelled();
    }
    if (read(download, 1) >= 0) {
      throw mismatch("it is longer than the signed " + target.length() + " bytes");
    }
  }

  /** Apart from writing, so that a broken connection is not taken for a broken disk. */
  private int read(Download download, int most) {
    try {
      return download.body().read(chunk, 0, most);
    } catch (IOException e) {
      throw broken(e.toString(), e);
    }
  }

  private FetchException broken(String why, Throwable cause) {
    return FetchException.of(FetchException.Kind.UNREACHABLE, source.locate(target), why, cause);
  }

  private boolean hashMatches() {
    try {
      MessageDigest soFar = (MessageDigest) digest.clone();
      return HexFormat.of().formatHex(soFar.digest()).equals(signedHash);
    } catch (CloneNotSupportedException impossible) {
      throw new IllegalStateException("SHA-256 cannot be cloned here", impossible);
    }
  }

  private RuntimeException mismatch(String why) {
    return StagingFailures.refusal(
        ErrorCode.ERROR_CODE_TRUST_LENGTH_OR_HASH,
        "cannot stage %s: %s is not what was signed, %s; nothing was kept, check the repository"
            .formatted(release, target.path(), why),
        null);
  }

  private void requireNotCancelled() {
    if (listener.cancelled()) {
      throw StagingFailures.cancelled(release);
    }
  }
}
