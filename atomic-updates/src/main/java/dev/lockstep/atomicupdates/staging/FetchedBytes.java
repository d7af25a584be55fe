package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.port.Stager;

/**
 * Passes everything on, and counts what came over the network in all. A second download of one call
 * goes on where the first one ended: what was fetched in vain was fetched, and progress never goes
 * back.
 */
final class FetchedBytes implements Stager.Listener {
  private final Stager.Listener listener;
  private long fetched;
  private long earlier;
  private long furthest;

  FetchedBytes(Stager.Listener listener) {
    this.listener = listener;
  }

  /** Bytes of a download that has ended. */
  void add(long bytes) {
    fetched += bytes;
  }

  /** The next download follows. */
  void next() {
    earlier = furthest;
  }

  long fetched() {
    return fetched;
  }

  @Override
  public void progress(long bytesDone, long bytesTotal) {
    furthest = Math.max(furthest, earlier + bytesDone);
    listener.progress(earlier + bytesDone, earlier + bytesTotal);
  }

  @Override
  public void log(String line) {
    listener.log(line);
  }

  @Override
  public boolean cancelled() {
    return listener.cancelled();
  }

  @Override
  public boolean stopping() {
    return listener.stopping();
  }
}
