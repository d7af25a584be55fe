package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.DeviceUpdates.JobStatus;
import dev.lockstep.atomicupdates.JobHistory;
import dev.lockstep.atomicupdates.backup.BackupName;
import dev.lockstep.atomicupdates.backup.Backups;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.Install.Method;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the journal and the folders of backups tell. */
final class History implements JobHistory {
  private static final Logger LOG = LoggerFactory.getLogger(History.class);
  private static final int LINES_AT_ONCE = 500;

  private final InstallJournal journal;
  private final List<ManagedComponent> components;
  private final Function<Install, JobStatus> status;

  History(
      InstallJournal journal,
      List<ManagedComponent> components,
      Function<Install, JobStatus> status) {
    this.journal = journal;
    this.components = List.copyOf(components);
    this.status = status;
  }

  @Override
  public List<PastJob> jobs(Query query) {
    return journal.latest(query.jobId(), query.component(), query.limit()).stream()
        .map(this::past)
        .toList();
  }

  private PastJob past(Install install) {
    return new PastJob(
        status.apply(install),
        kind(install),
        install.order().method().name().toLowerCase(Locale.ROOT),
        install.order().requestedBy(),
        install.duration(),
        install.downtime(),
        install.bytesFetched(),
        text(install.backups().made()),
        text(install.backups().restored()));
  }

  private static Kind kind(Install install) {
    if (install.order().method() == Method.REVERT) {
      return Kind.REVERT;
    }
    return install.times().asked() == null ? Kind.DOWNLOAD : Kind.INSTALL;
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }

  @Override
  public List<KeptBackup> backups(String component) {
    List<KeptBackup> kept = new ArrayList<>();
    for (ManagedComponent one : components) {
      if (component.isEmpty() || one.id().equals(component)) {
        kept.addAll(backups(one));
      }
    }
    kept.sort(Comparator.comparing(KeptBackup::madeAt).reversed());
    return kept;
  }

  private static List<KeptBackup> backups(ManagedComponent component) {
    Backups backups = component.backups();
    List<KeptBackup> kept = new ArrayList<>();
    try {
      for (BackupName name : backups.all()) {
        kept.add(backup(component, name));
      }
    } catch (IOException unreadable) {
      LOG.warn("cannot list the backups in {}", backups.folder(), unreadable);
    }
    return kept;
  }

  /** One that is damaged is told with what is wrong with it, and hides no other. */
  private static KeptBackup backup(ManagedComponent component, BackupName backup)
      throws IOException {
    Backups backups = component.backups();
    String name = backup.toString();
    String problem = backups.problem(name).orElse("");
    long bytes = 0;
    try {
      bytes = backups.bytes(name);
    } catch (IOException unreadable) {
      problem = problem.isEmpty() ? "its files cannot be read (" + unreadable + ")" : problem;
    }
    return new KeptBackup(
        component.id(), name, backup.version(), backups.madeAt(name), bytes, problem);
  }

  @Override
  public LogPart log(String jobId, long fromLine, int maxChars) {
    List<Install> installs =
        journal.latest(jobId, "", Integer.MAX_VALUE).stream()
            .filter(install -> Install.Key.jobOf(install.key().jobId()).equals(jobId))
            .toList();
    // Before the lines, so that no line comes after an end that was told.
    boolean finished = installs.stream().noneMatch(install -> install.state().moving());
    long last = journal.lastLine(jobId);
    List<Line> lines = new ArrayList<>();
    long next = Math.max(1, fromLine);
    long chars = 0;
    while (next <= last && (chars == 0 || chars < maxChars)) {
      long before = next;
      for (InstallJournal.LogLine line : journal.log(jobId, next, LINES_AT_ONCE)) {
        if (chars == 0 || chars + line.text().length() <= maxChars) {
          lines.add(new Line(line.line(), line.at(), line.text()));
          next = line.line() + 1;
        }
        chars += 1 + line.text().length();
      }
      if (next == before) {
        break;
      }
    }
    return new LogPart(!installs.isEmpty() || last > 0, finished, lines, last);
  }
}
