package dev.lockstep.atomicupdates.lancache;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.tuf.Download;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file on its way from the repository into the cache, and to everybody who wants it meanwhile:
 * however many ask, it is fetched once. One thread fills, others read what is there already.
 */
final class Fill implements Runnable, Content {
  private static final Logger LOG = LoggerFactory.getLogger(Fill.class);
  private static final int CHUNK = 64 * 1024;
  private static final long LOOK_AGAIN_MILLIS = 1_000;

  private final AskedFile asked;
  private final CacheFolder folder;
  private final Places places;
  private final Runnable afterwards;
  private long length = -1;
  private long written;
  private boolean ended;
  private Exception failure;
  private FileChannel content;
  private int users = 1;

  /**
   * A file to fetch.
   *
   * @param afterwards called at the end, before readers learn of it
   */
  Fill(AskedFile asked, CacheFolder folder, Places places, Runnable afterwards) {
    this.asked = asked;
    this.folder = folder;
    this.places = places;
    this.afterwards = afterwards;
  }

  @Override
  public void run() {
    Exception why = null;
    try {
      fill();
    } catch (IOException | RuntimeException failed) {
      LOG.info("{} is not in the cache: {}", asked.path(), failed.toString());
      why = failed;
      if (hasBegun()) {
        places.preferAnother(asked);
      }
      if (asked.hash().isEmpty() || written() == 0) {
        // Nothing to go on from; names that the repository does not have must leave nothing.
        folder.discard(asked.key());
      }
    } finally {
      afterwards.run();
      end(why);
      close();
    }
  }

  private void fill() throws IOException {
    Path part = folder.part(asked.key());
    if (asked.hash().isEmpty()) {
      folder.discard(asked.key());
    }
    FileChannel out =
        Disk.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    publish(out);
    MessageDigest digest = AskedFile.newDigest();
    long there = takeUp(out, digest);
    try (Download download = places.open(asked, there)) {
      if (download.offset() != there) {
        out.truncate(0);
        digest.reset();
        there = 0;
      }
      long total = download.totalLength().orElse(-1);
      if (total < 0 || total > folder.most()) {
        folder.discard(asked.key());
        throw new IOException("its length is not known, or too much for the cache");
      }
      begin(total, there);
      copy(download, out, digest);
    }
    keep(digest);
  }

  /** What an earlier try left counts again where the content is known by its hash. */
  private long takeUp(FileChannel out, MessageDigest digest) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
    long there = 0;
    for (int read = out.read(bytes); read >= 0; read = out.read(bytes.clear())) {
      digest.update(bytes.array(), 0, read);
      there += read;
    }
    return there;
  }

  private void copy(Download download, FileChannel out, MessageDigest digest) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (int read = download.body().read(chunk); read >= 0; read = download.body().read(chunk)) {
      ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, read);
      long at = written();
      if (at + read > length) {
        folder.discard(asked.key());
        throw new IOException("it is longer than it was said to be");
      }
      while (bytes.hasRemaining()) {
        at += out.write(bytes, at);
      }
      digest.update(chunk, 0, read);
      advance(at);
    }
    if (written() != length) {
      throw new IOException("it ended at " + written() + " of " + length + " bytes");
    }
  }

  private void keep(MessageDigest digest) throws IOException {
    String hash = HexFormat.of().formatHex(digest.digest());
    if (asked.hash().isPresent() && !asked.hash().get().equals(hash)) {
      folder.discard(asked.key());
      throw new IOException("its content has not the hash of its name");
    }
    folder.complete(asked.key());
  }

  private synchronized void publish(FileChannel channel) {
    content = channel;
  }

  private synchronized void begin(long total, long there) {
    length = total;
    written = there;
    notifyAll();
  }

  private synchronized void advance(long to) {
    written = to;
    notifyAll();
  }

  private synchronized void end(Exception why) {
    failure = why;
    ended = true;
    notifyAll();
  }

  private synchronized boolean hasBegun() {
    return length >= 0;
  }

  private synchronized long written() {
    return written;
  }

  /**
   * Waits until the repository has answered.
   *
   * @return the file's length
   * @throws IOException or the fetcher's exception, where there is none
   */
  @Override
  public synchronized long length() throws IOException, InterruptedException {
    while (length < 0 && !ended) {
      wait(LOOK_AGAIN_MILLIS);
    }
    if (length < 0) {
      throw asIoException();
    }
    return length;
  }

  private IOException asIoException() {
    if (failure instanceof RuntimeException fetching) {
      throw fetching;
    }
    return failure instanceof IOException io ? io : new IOException("it was not fetched");
  }

  /** Writes a part of the file as it comes. */
  @Override
  public void copyTo(OutputStream out, long from, long end)
      throws IOException, InterruptedException {
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
    long at = from;
    while (at < end) {
      long there = awaitMoreThan(at);
      bytes.clear().limit((int) Math.min(CHUNK, Math.min(there, end) - at));
      int read = content.read(bytes, at);
      if (read <= 0) {
        throw new IOException("the cache lost a part of it");
      }
      out.write(bytes.array(), 0, read);
      at += read;
    }
  }

  /** The last bytes are given only once all of it is known to be right. */
  private synchronized long awaitMoreThan(long at) throws IOException, InterruptedException {
    while (!ended && (written <= at || written == length)) {
      wait(LOOK_AGAIN_MILLIS);
    }
    if (failure != null) {
      throw asIoException();
    }
    return written;
  }

  /** Somebody wants to read; false where the last one has let go already. */
  synchronized boolean join() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  /** A reader, or the one who fills, lets go. */
  @Override
  public synchronized void close() {
    users--;
    if (users == 0 && content != null) {
      try {
        content.close();
      } catch (IOException unclosed) {
        LOG.debug("a file of the cache was not closed", unclosed);
      }
    }
  }
}
