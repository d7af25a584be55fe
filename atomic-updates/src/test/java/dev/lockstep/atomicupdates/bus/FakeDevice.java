package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.atomicupdates.JobHistory;
import dev.lockstep.atomicupdates.JobHistory.Line;
import dev.lockstep.atomicupdates.port.Forecast;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A device that installs by changing a field, and keeps its jobs over a restart of its process, as
 * the real one does. What it did is noted in a list that all devices of a test share.
 */
final class FakeDevice implements DeviceUpdates {
  private final String device;
  private final String component;
  private final List<String> log;
  final List<String> deploymentsEnded = new ArrayList<>();
  final List<String> running = new ArrayList<>();
  final List<RevertOrder> reverts = new ArrayList<>();
  final Map<String, List<Line>> logs = new HashMap<>();
  private final Map<String, InstallResult> ended = new HashMap<>();
  private final Map<String, VersionRange> requires;
  private Reports reports;
  private ReleaseVersion active;
  private ReleaseVersion previous;
  private int busy;
  private Outcome nextInstall = Outcome.COMMITTED;

  FakeDevice(
      String device, String component, Map<String, VersionRange> requires, List<String> log) {
    this.device = device;
    this.component = component;
    this.requires = requires;
    this.log = log;
    this.active = ReleaseVersion.parse("1.0.0");
  }

  void reportTo(Reports where) {
    reports = where;
  }

  void nextInstall(Outcome outcome) {
    nextInstall = outcome;
  }

  ReleaseVersion active() {
    return active;
  }

  @Override
  public void start() {
    log.add("start on " + device);
  }

  @Override
  public void stage(String jobId, String what, ReleaseVersion version, String target) {
    log.add("stage " + what + " " + version + " on " + device);
    reports.downloadComplete(jobId, what, version, 10, null);
  }

  @Override
  public void cancelStage(String jobId) {
    log.add("cancel " + jobId + " on " + device);
  }

  /** Something else is installed at the moment, that many times. */
  void busy(int times) {
    busy = times;
  }

  @Override
  public void install(InstallOrder order) {
    if (order.dryRun()) {
      reports.installComplete(
          new InstallResult(
              order.jobId(),
              component,
              active,
              order.version(),
              Outcome.DRY_RUN,
              null,
              Duration.ZERO,
              Duration.ZERO,
              List.of("stop " + component + " " + active),
              new Forecast(
                  new Forecast.Download(false, 300, 4000, active, 5000, 6000, ""),
                  70,
                  Optional.of(Duration.ofSeconds(2)),
                  List.of("kiosk-ui on kiosk-1"),
                  List.of(),
                  List.of(component))));
      return;
    }
    if (busy-- > 0) {
      reports.installComplete(refusedAsBusy(order));
      return;
    }
    InstallResult result =
        ended.computeIfAbsent(
            order.jobId(),
            job -> {
              log.add("install " + order.component() + " " + order.version() + " on " + device);
              return install(job, order.version());
            });
    reports.installComplete(result);
  }

  private InstallResult refusedAsBusy(InstallOrder order) {
    return new InstallResult(
        order.jobId(),
        component,
        active,
        order.version(),
        Outcome.REFUSED,
        new AtomicUpdatesException.Install(
            ErrorCode.ERROR_CODE_INSTALL_BUSY,
            ErrorCategory.ERROR_CATEGORY_RETRY,
            "cannot install: already in progress; try again later",
            null),
        Duration.ZERO,
        Duration.ZERO,
        List.of());
  }

  private InstallResult install(String job, ReleaseVersion to) {
    ReleaseVersion from = active;
    reports.installProgress(job, component, to, Reports.Phase.PREPARE, 1, "");
    if (nextInstall == Outcome.COMMITTED) {
      previous = active;
      active = to;
    }
    AtomicUpdatesException error =
        nextInstall == Outcome.COMMITTED
            ? null
            : new AtomicUpdatesException.Install(
                ErrorCode.ERROR_CODE_HEALTH_FAILED,
                ErrorCategory.ERROR_CATEGORY_REVERT,
                "cannot commit: not healthy; look at its log",
                null);
    return new InstallResult(
        job,
        component,
        from,
        to,
        nextInstall,
        error,
        Duration.ofSeconds(3),
        Duration.ofSeconds(1),
        List.of());
  }

  @Override
  public void revert(RevertOrder order) {
    if (order.dryRun()) {
      reports.installComplete(
          new InstallResult(
              order.jobId(),
              component,
              active,
              previous,
              Outcome.DRY_RUN,
              null,
              Duration.ZERO,
              Duration.ZERO,
              List.of("data " + order.data().choice() + " " + order.data().backup())));
      return;
    }
    InstallResult result =
        ended.computeIfAbsent(
            order.jobId(),
            job -> {
              log.add("revert " + order.component() + " on " + device);
              reverts.add(order);
              ReleaseVersion from = active;
              active = order.version() == null ? previous : order.version();
              return new InstallResult(
                  job,
                  component,
                  from,
                  active,
                  Outcome.REVERTED,
                  null,
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(1),
                  List.of());
            });
    reports.installComplete(result);
  }

  @Override
  public JobHistory history() {
    return new JobHistory() {
      @Override
      public List<PastJob> jobs(Query query) {
        return FakeDevice.this.jobs().stream()
            .filter(job -> job.jobId().startsWith(query.jobId()))
            .map(
                job ->
                    new PastJob(
                        job,
                        Kind.INSTALL,
                        "update",
                        "tester",
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(1),
                        7,
                        "backup_1.0.0_20261121_120000",
                        ""))
            .limit(query.limit())
            .toList();
      }

      @Override
      public List<KeptBackup> backups(String of) {
        return List.of(
            new KeptBackup(
                component,
                "backup_1.0.0_20261121_120000",
                ReleaseVersion.parse("1.0.0"),
                Instant.EPOCH,
                42,
                "gone"));
      }

      @Override
      public LogPart log(String jobId, long fromLine, int maxChars) {
        List<Line> all = logs.getOrDefault(jobId, List.of());
        return new LogPart(
            logs.containsKey(jobId),
            true,
            all.stream().filter(line -> line.number() >= fromLine).limit(2).toList(),
            all.size());
      }
    };
  }

  @Override
  public List<ComponentStatus> components() {
    return List.of(
        new ComponentStatus(
            component, active, previous, List.of(), true, "", Optional.of(description())));
  }

  private ReleaseDescription description() {
    Map<String, ReleaseVersion> provides =
        component.equals("backend") ? Map.of("backend", active) : Map.of();
    return new ReleaseDescription(
        component,
        active,
        "stable",
        ReleaseDescription.TREE,
        ReleaseDescription.ANY_PLATFORM,
        false,
        false,
        false,
        provides,
        requires,
        100,
        1,
        "",
        List.of(new ReleaseDescription.Artifact("stable/x/x.tar.gz", "tar.gz", "", 1)));
  }

  @Override
  public void running(String what, ReleaseVersion version) {
    running.add(what + " " + version);
  }

  @Override
  public void deploymentEnded(String jobId) {
    deploymentsEnded.add(jobId);
  }

  @Override
  public List<JobStatus> jobs() {
    return List.of();
  }

  @Override
  public void close(boolean stopComponents) {
    log.add("close on " + device);
  }
}
