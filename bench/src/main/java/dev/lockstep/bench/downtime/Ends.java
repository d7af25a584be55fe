package dev.lockstep.bench.downtime;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.Participants;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Waits for the ends of installs, and keeps nobody from anything. */
final class Ends implements Reports, Participants {
  private final BlockingQueue<InstallResult> results = new LinkedBlockingQueue<>();

  BlockingQueue<InstallResult> results() {
    return results;
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
      long perSecond) {}

  @Override
  public void downloadComplete(
      String jobId,
      String component,
      ReleaseVersion version,
      long bytesFetched,
      AtomicUpdatesException error) {}

  @Override
  public void installProgress(
      String jobId,
      String component,
      ReleaseVersion version,
      Phase phase,
      int percent,
      String message) {}

  @Override
  public void restartRequired(
      String component,
      boolean required,
      ReleaseVersion running,
      ReleaseVersion installed,
      String reason) {}

  @Override
  public void logLine(String jobId, long line, String text) {}

  @Override
  public void componentChanged(String component) {}

  @Override
  public Optional<Inhibited> prepare(
      String jobId, String component, ReleaseVersion to, boolean critical) {
    return Optional.empty();
  }

  @Override
  public void announceRestart(RestartNotice notice) {}

  @Override
  public void drain(String jobId, String component) {}
}
