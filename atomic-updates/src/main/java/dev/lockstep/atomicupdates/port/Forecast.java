package dev.lockstep.atomicupdates.port;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an install on this device would take.
 *
 * @param download what would have to be fetched
 * @param backupBytes of the backup that would be made
 * @param expectedDowntime as in the last install; empty where nothing was measured yet
 * @param asked who would be asked whether it may start, as "component on device"
 * @param drained who would be asked to drain
 * @param restarts what would be stopped and started
 */
public record Forecast(
    Download download,
    long backupBytes,
    Optional<Duration> expectedDowntime,
    List<String> asked,
    List<String> drained,
    List<String> restarts) {
  /** Copies the lists. */
  public Forecast {
    asked = List.copyOf(asked);
    drained = List.copyOf(drained);
    restarts = List.copyOf(restarts);
  }

  /**
   * What would have to be fetched.
   *
   * @param staged whether the release is here already, as it was signed
   * @param bytes that would be fetched
   * @param archiveBytes of the whole archive
   * @param deltaFrom what a delta starts from; null where the whole archive is fetched
   * @param diskBytes that the release needs on the disk
   * @param diskFree bytes that are free there
   * @param unknown why the sizes are not known; empty where they are
   */
  public record Download(
      boolean staged,
      long bytes,
      long archiveBytes,
      ReleaseVersion deltaFrom,
      long diskBytes,
      long diskFree,
      String unknown) {

    /** It is here already. */
    public static Download none() {
      return new Download(true, 0, 0, null, 0, 0, "");
    }

    /** Nobody can say without changing anything. */
    public static Download unknown(String why) {
      return new Download(false, 0, 0, null, 0, 0, why);
    }
  }
}
