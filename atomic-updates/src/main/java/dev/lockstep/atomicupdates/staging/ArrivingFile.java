package dev.lockstep.atomicupdates.staging;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * A file that is read by one thread while another one still downloads it. The file itself is the
 * queue between the two: it is bounded by its signed length, needs no memory, and stays when the
 * process ends.
 *
 * <p>What is read is not yet verified; the hash of the whole file is known at its end only.
 */
final class ArrivingFile {
  private final Path path;
  private long arrived;
  private int beginnings;
  private boolean complete;
  private boolean abandoned;
  private IOException refused;

  ArrivingFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /**
   * So many bytes are in the file now.
   *
   * @throws IOException where whoever reads it said that no more is of use
   */
  synchronized void arrived(long bytes) throws IOException {
    if (refused != null) {
      throw refused;
    }
    arrived = bytes;
    notifyAll();
  }

  /** What is read cannot be kept, whatever still comes. */
  synchronized void refuse(IOException why) {
    refused = why;
  }

  /** What came so far is void; it comes anew. Whoever reads it fails, and begins anew too. */
  synchronized void beginsAnew() {
    arrived = 0;
    beginnings++;
    notifyAll();
  }

  /** Nothing more comes, and what is there was verified. */
  synchronized void complete() {
    complete = true;
    notifyAll();
  }

  /** Nothing more comes, and nobody wants it: who reads it fails. */
  synchronized void abandon() {
    abandoned = true;
    notifyAll();
  }

  synchronized boolean isAbandoned() {
    return abandoned;
  }

  /** How often it began anew. */
  synchronized int beginnings() {
    return beginnings;
  }

  /** Waits until all of it is there, and verified. */
  synchronized Path awaitAll() throws IOException {
    while (!complete) {
      awaitChange(beginnings);
    }
    return path;
  }

  /** Its content from the beginning; a read waits for what has not come yet. */
  InputStream open() throws IOException {
    return new Reading(beginnings());
  }

  /** Bytes that can be read from there on; 0 at the end. */
  private synchronized long awaitBytes(long position, int since) throws IOException {
    while (!complete && arrived <= position && since == beginnings) {
      awaitChange(since);
    }
    requireCurrent(since);
    return arrived - position;
  }

  private void awaitChange(int since) throws IOException {
    requireCurrent(since);
    try {
      wait();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a download was awaited");
    }
    requireCurrent(since);
  }

  private void requireCurrent(int since) throws IOException {
    if (abandoned || since != beginnings) {
      throw new InterruptedIOException("the download ended or began anew");
    }
  }

  private final class Reading extends InputStream {
    private final int since;
    private InputStream file;
    private long position;

    Reading(int since) {
      this.since = since;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      long available = awaitBytes(position, since);
      if (available <= 0) {
        return -1;
      }
      if (file == null) {
        file = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS);
      }
      int read = file.read(bytes, offset, (int) Math.min(length, available));
      position += Math.max(read, 0);
      return read;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public void close() throws IOException {
      if (file != null) {
        file.close();
      }
    }
  }
}
