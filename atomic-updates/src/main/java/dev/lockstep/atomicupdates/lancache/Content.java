package dev.lockstep.atomicupdates.lancache;

import java.io.IOException;
import java.io.OutputStream;

/** A file that somebody is given, wherever it comes from. Whoever gets it closes it. */
interface Content extends AutoCloseable {
  /**
   * Its length in bytes; waits until that is known.
   *
   * @return negative where nobody says it
   */
  long length() throws IOException, InterruptedException;

  /**
   * Writes the bytes from {@code from} up to {@code end}; all that follow where that is unknown.
   */
  void copyTo(OutputStream out, long from, long end) throws IOException, InterruptedException;

  @Override
  void close();
}
