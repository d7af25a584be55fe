package dev.lockstep.atomicupdates.rehearsal;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.Participants;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Hears how downloads and installs end; and asks nobody, as nobody else takes part. For threads of
 * any kind; the ends wait until they are taken.
 */
public final class RehearsalReports implements Reports, Participants {
  private final BlockingQueue<Optional<AtomicUpdatesException>> staged =
      new LinkedBlockingQueue<>();
  private final BlockingQueue<InstallResult> results = new LinkedBlockingQueue<>();

  /** The ends of staging, with what went wrong. */
  public BlockingQueue<Optional<AtomicUpdatesException>> staged() {
    return staged;
  }

  /** The ends of installs and reverts. */
  public BlockingQueue<InstallResult> results() {
    return results;
  }

  @Override
  public void downloadComplete(
      String jobId,
      String component,
      ReleaseVersion version,
      long bytesFetched,
      AtomicUpdatesException error) {
    staged.add(Optional.ofNullable(error));
  }

  @Override
  public void installComplete(InstallResult result) {
    results.add(result);
  }

  @Override
  public void downloadProgress(
      String jobId,
      String component,
      ReleaseVersion version,
      long done,
      long total,
      long perSecond) {
    // Nothing is fetched.
  }

  @Override
  public void installProgress(
      String jobId,
      String component,
      ReleaseVersion version,
      Phase phase,
      int percent,
      String message) {
    // The end is what counts.
  }

  @Override
  public void restartRequired(
      String component,
      boolean required,
      ReleaseVersion running,
      ReleaseVersion installed,
      String reason) {
    // Nobody is told.
  }

  @Override
  public void logLine(String jobId, long line, String text) {
    // The error of a failure has the lines that matter.
  }

  @Override
  public void componentChanged(String component) {
    // Nobody is told.
  }

  @Override
  public Optional<Inhibited> prepare(
      String jobId, String component, ReleaseVersion to, boolean critical) {
    return Optional.empty();
  }

  @Override
  public void announceRestart(RestartNotice notice) {
    // Nobody waits for it.
  }

  @Override
  public void drain(String jobId, String component) {
    // Nobody is connected.
  }
}
