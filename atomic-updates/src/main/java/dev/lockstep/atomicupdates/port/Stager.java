package dev.lockstep.atomicupdates.port;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.version.ReleaseVersion;

/**
 * Brings a release into an inactive slot: verifies, downloads, unpacks, checks the tree on disk.
 *
 * <p>Idempotent: a release that is staged already is checked again and not fetched again. Blocks;
 * called on a worker thread. After a crash at any instant a later call goes on or starts over, and
 * nothing partial is ever taken for staged.
 */
public interface Stager {

  /**
   * Stages one release.
   *
   * @throws dev.lockstep.atomicupdates.AtomicUpdatesException with the code of what went wrong;
   *     {@code DOWNLOAD_CANCELLED} when {@link Listener#cancelled()} said so
   */
  Staged stage(Request request, Listener listener);

  /**
   * What {@link #stage} would fetch and need for a release that is not staged. Changes no file, not
   * even of the metadata that it remembers. Blocks as long as the source takes.
   *
   * @return with a reason in {@code unknown} where that cannot be told without changing anything
   * @throws dev.lockstep.atomicupdates.AtomicUpdatesException where staging would be refused
   */
  default Forecast.Download preview(Request request) {
    return Forecast.Download.unknown("only staging it tells");
  }

  /**
   * What to stage.
   *
   * @param jobId for logs
   * @param component id
   * @param version which release
   * @param manifestTarget TUF target path of the manifest, as the offer hinted; verified here
   */
  record Request(String jobId, String component, ReleaseVersion version, String manifestTarget) {}

  /**
   * A staged release.
   *
   * @param description what is known of the release
   * @param bytesFetched bytes that came over the network for this call
   * @param verified whether its signatures were checked in this call, and not only in the one that
   *     staged it once
   */
  record Staged(ReleaseDescription description, long bytesFetched, boolean verified) {
    /** With a description whose signatures were checked in this call. */
    public Staged(ReleaseDescription description, long bytesFetched) {
      this(description, bytesFetched, true);
    }
  }

  /** Hears how far it is, and may stop it. Called on the worker thread. */
  interface Listener {
    /** Bytes of the download so far and in all; as often as it happens, the caller thins out. */
    void progress(long bytesDone, long bytesTotal);

    /** A line for the job's log. */
    void log(String line);

    /**
     * Whether to stop; asked after every 64 KiB of a download, and fifty times a second after it.
     */
    boolean cancelled();

    /**
     * Whether {@link #cancelled()} says so only because this process ends: what was fetched is kept
     * then, and a later call goes on with it.
     */
    default boolean stopping() {
      return false;
    }

    /**
     * Removes what the device can do without, as there is too little room; asked before anything is
     * fetched or changed.
     *
     * @return whether anything was removed
     */
    default boolean makeRoom() {
      return false;
    }
  }
}
