package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The device's reports, as messages; what ends an instruction answers it too. Calls return at once
 * and may come from any thread.
 */
final class BusReports implements Reports {
  private static final int REMEMBERED = 1_000;
  private final DownloadProgressProducer downloadProgress;
  private final DownloadCompleteProducer downloadComplete;
  private final InstallProgressProducer installProgress;
  private final InstallCompleteProducer installComplete;
  private final RestartRequiredProducer restartRequired;
  private final LogLineProducer logLine;
  private final InstructionLedger ledger;
  private final Consumer<InstallResult> restartsOver;
  private final Consumer<String> changed;
  private final Map<String, String> toldDownloads =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > REMEMBERED;
        }
      };

  BusReports(
      String device,
      Outlet outlet,
      Clock clock,
      InstructionLedger ledger,
      Consumer<InstallResult> restartsOver,
      Consumer<String> changed) {
    this.downloadProgress = new DownloadProgressProducer(device, outlet);
    this.downloadComplete = new DownloadCompleteProducer(device, outlet);
    this.installProgress = new InstallProgressProducer(device, outlet);
    this.installComplete = new InstallCompleteProducer(device, outlet);
    this.restartRequired = new RestartRequiredProducer(device, outlet);
    this.logLine = new LogLineProducer(device, outlet, clock);
    this.ledger = ledger;
    this.restartsOver = restartsOver;
    this.changed = changed;
  }

  @Override
  public void downloadProgress(
      String jobId,
      String component,
      ReleaseVersion version,
      long done,
      long total,
      long perSecond) {
    downloadProgress.publish(jobId, component, version, done, total, perSecond);
  }

  @Override
  public void downloadComplete(
      String jobId,
      String component,
      ReleaseVersion version,
      long bytesFetched,
      AtomicUpdatesException error) {
    if (notToldYet(jobId, component, error)) {
      downloadComplete.publish(jobId, component, version, bytesFetched, error);
    }
    ledger.staged(jobId, component, error);
  }

  @Override
  public void installProgress(
      String jobId,
      String component,
      ReleaseVersion version,
      Phase phase,
      int percent,
      String message) {
    installProgress.publish(jobId, component, version, phase, percent, message);
  }

  @Override
  public void installComplete(InstallResult result) {
    restartsOver.accept(result);
    installAnswered(result);
  }

  @Override
  public void installAnswered(InstallResult result) {
    installComplete.publish(result);
    ledger.installed(result);
  }

  @Override
  public void restartRequired(
      String component,
      boolean required,
      ReleaseVersion running,
      ReleaseVersion installed,
      String reason) {
    restartRequired.publish(component, required, running, installed, reason);
  }

  @Override
  public void logLine(String jobId, long line, String text) {
    logLine.publish(jobId, line, text);
  }

  @Override
  public void componentChanged(String component) {
    changed.accept(component);
  }

  /** The next end of that download is published even if it was published before. */
  void tellDownloadAgain(String jobId, String component) {
    synchronized (toldDownloads) {
      toldDownloads.remove(jobId + '/' + component);
    }
  }

  /** One end is published once, though the same job is staged for the deployment's barrier too. */
  private boolean notToldYet(String jobId, String component, AtomicUpdatesException error) {
    String how = error == null ? "staged" : error.code().name();
    synchronized (toldDownloads) {
      return !how.equals(toldDownloads.put(jobId + '/' + component, how));
    }
  }
}
