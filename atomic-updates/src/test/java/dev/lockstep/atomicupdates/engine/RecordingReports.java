package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was told. */
class RecordingReports implements Reports {
  final List<InstallResult> results = new CopyOnWriteArrayList<>();
  final List<InstallResult> answered = new CopyOnWriteArrayList<>();
  final List<Staged> staged = new CopyOnWriteArrayList<>();
  final List<Progressed> progress = new CopyOnWriteArrayList<>();
  final List<long[]> bytes = new CopyOnWriteArrayList<>();
  final List<String> restarts = new CopyOnWriteArrayList<>();
  final List<String> lines = new CopyOnWriteArrayList<>();

  record Staged(
      String jobId, String component, ReleaseVersion version, AtomicUpdatesException error) {}

  record Progressed(String component, Phase phase, int percent, String message) {}

  @Override
  public void downloadProgress(
      String jobId,
      String component,
      ReleaseVersion version,
      long done,
      long total,
      long perSecond) {
    bytes.add(new long[] {done, total});
  }

  @Override
  public void downloadComplete(
      String jobId,
      String component,
      ReleaseVersion version,
      long bytesFetched,
      AtomicUpdatesException error) {
    staged.add(new Staged(jobId, component, version, error));
  }

  @Override
  public void installProgress(
      String jobId,
      String component,
      ReleaseVersion version,
      Phase phase,
      int percent,
      String message) {
    progress.add(new Progressed(component, phase, percent, message));
  }

  @Override
  public void installComplete(InstallResult result) {
    results.add(result);
  }

  @Override
  public void installAnswered(InstallResult result) {
    answered.add(result);
    results.add(result);
  }

  @Override
  public void restartRequired(
      String component,
      boolean required,
      ReleaseVersion running,
      ReleaseVersion installed,
      String reason) {
    restarts.add(required + " " + installed);
  }

  @Override
  public void logLine(String jobId, long line, String text) {
    lines.add(line + " " + text);
  }

  @Override
  public void componentChanged(String component) {}
}
