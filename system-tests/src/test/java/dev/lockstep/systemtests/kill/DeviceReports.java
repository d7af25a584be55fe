package dev.lockstep.systemtests.kill;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.Participants;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Hears of ends, and stands for components that are always ready. */
final class DeviceReports implements Reports, Participants {
  private static final int PATIENCE_SECONDS = 60;
  private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

  /** The next end of a download or an install. */
  String awaitEnd() {
    try {
      String end = ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return end == null ? "NOTHING" : end;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  @Override
  public void downloadComplete(
      String jobId,
      String component,
      ReleaseVersion version,
      long bytesFetched,
      AtomicUpdatesException error) {
    ends.add(error == null ? "STAGED" : error.code().name());
  }

  @Override
  public void installComplete(InstallResult result) {
    ends.add(result.outcome().name());
  }

  @Override
  public void downloadProgress(
      String jobId,
      String component,
      ReleaseVersion version,
      long done,
      long total,
      long perSecond) {
    // Only ends count here.
  }

  @Override
  public void installProgress(
      String jobId,
      String component,
      ReleaseVersion version,
      Phase phase,
      int percent,
      String message) {
    // Only ends count here.
  }

  @Override
  public void restartRequired(
      String component,
      boolean required,
      ReleaseVersion running,
      ReleaseVersion installed,
      String reason) {
    // Nobody has to restart anything here.
  }

  @Override
  public void logLine(String jobId, long line, String text) {
    // In the journal as well.
  }

  @Override
  public void componentChanged(String component) {
    // Nobody listens.
  }

  @Override
  public Optional<Inhibited> prepare(
      String jobId, String component, ReleaseVersion to, boolean critical) {
    return Optional.empty();
  }

  @Override
  public void announceRestart(RestartNotice notice) {
    // At once.
  }

  @Override
  public void drain(String jobId, String component) {
    // Nothing is open.
  }
}
