package dev.lockstep.app.command;

import dev.lockstep.protocol.v1.Backup;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.JobRecord;
import dev.lockstep.protocol.v1.JobState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Jobs and backups as people read them, at most 80 columns wide. */
final class HistoryText {
  static final int WIDTH = 80;
  private static final int SHORT_ID = 8;
  private static final String INDENT = "    ";

  private HistoryText() {}

  /** Jobs, then backups. */
  static String of(History history) {
    List<String> lines = new ArrayList<>();
    if (history.jobs().isEmpty()) {
      lines.add("nothing was done yet");
    }
    history.jobs().forEach(job -> lines.add(of(job)));
    if (!history.backups().isEmpty()) {
      lines.add("");
      lines.add(backups(history.backups()));
    }
    return String.join("\n", lines);
  }

  /** What it was and how it ended; then by whom and how long; then what went wrong. */
  static String of(JobRecord record) {
    JobState job = record.getJob();
    List<String> lines = new ArrayList<>();
    String first =
        "%s  %-8s  %s"
            .formatted(MessageText.time(job.getStartedAt()), shortId(job.getJobId()), what(job));
    String result = result(job, record.getMethod());
    List<String> facts = new ArrayList<>();
    if (first.length() + 2 + result.length() <= WIDTH) {
      lines.add(first + "  " + result);
    } else {
      lines.add(first);
      facts.add(result);
    }
    if (!record.getMethod().isEmpty() && !job.getKind().equals("check")) {
      facts.add(record.getMethod());
    }
    if (!record.getRequestedBy().isEmpty()) {
      facts.add("by " + record.getRequestedBy());
    }
    if (record.getDuration().getSeconds() + record.getDuration().getNanos() > 0) {
      facts.add("took " + MessageText.seconds(record.getDuration()));
    }
    if (record.getDowntime().getSeconds() + record.getDowntime().getNanos() > 0) {
      facts.add("down for " + MessageText.seconds(record.getDowntime()));
    }
    if (record.getBytesFetched() > 0) {
      facts.add(MessageText.bytes(record.getBytesFetched()) + " fetched");
    }
    if (!record.getRestored().isEmpty()) {
      facts.add("data of " + record.getRestored());
    }
    if (!record.getBackup().isEmpty()) {
      facts.add("made " + record.getBackup());
    }
    if (!facts.isEmpty()) {
      lines.add(wrapped(INDENT, String.join(", ", facts)));
    }
    if (!job.getError().getMessage().isEmpty() && !notAFailure(job)) {
      lines.add(wrapped(INDENT, MessageText.of(job.getError())));
    }
    return String.join("\n", lines);
  }

  private static String what(JobState job) {
    if (job.getKind().equals("check")) {
      return "check";
    }
    if (job.getComponent().isEmpty()) {
      return "deployment";
    }
    String where = job.getDevice().isEmpty() ? "" : job.getDevice() + "/";
    return where
        + job.getComponent()
        + " "
        + MessageText.fromTo(job.getFromVersion(), job.getToVersion());
  }

  /** The state in words. */
  static String result(JobState job, String method) {
    if (job.getKind().equals("check")) {
      return method;
    }
    boolean revert = job.getKind().equals("revert");
    return switch (job.getState()) {
      case "COMMITTED" -> revert ? "went back" : "committed";
      case "REVERTED" -> revert && job.getError().getMessage().isEmpty() ? "went back" : "reverted";
      case "REVERT_FAILED" -> "revert failed: a person has to step in";
      case "STAGED" -> "downloaded, waits to be installed";
      case "FAILED" ->
          notAFailure(job) ? "downloaded, kept for the next install" : "not downloaded";
      default -> job.getState().toLowerCase(Locale.ROOT).replace('_', ' ') + running(job);
    };
  }

  /** The deployment ended elsewhere; here is nothing that a person could mend. */
  private static boolean notAFailure(JobState job) {
    return job.getError().getCode() == ErrorCode.ERROR_CODE_DEPLOYMENT_ENDED;
  }

  private static String running(JobState job) {
    return job.getFinished() ? "" : ", " + job.getPercent() + " %";
  }

  /** The beginning of an id that is long; {@code logs} takes it too. */
  static String shortId(String id) {
    return id.length() == 36 && id.charAt(SHORT_ID) == '-' ? id.substring(0, SHORT_ID) : id;
  }

  /** Backups, a line each. */
  static String backups(List<Backup> backups) {
    List<String> lines = new ArrayList<>();
    lines.add("BACKUPS");
    for (Backup backup : backups) {
      lines.add(
          "%s  %s/%s  %s  %s"
              .formatted(
                  MessageText.time(backup.getMadeAt()),
                  backup.getDevice(),
                  backup.getComponent(),
                  backup.getName(),
                  MessageText.bytes(backup.getBytes())));
      if (!backup.getProblem().isEmpty()) {
        lines.add(wrapped(INDENT, "not usable: " + backup.getProblem()));
      }
    }
    return String.join("\n", lines);
  }

  /** Broken at spaces, each line indented. */
  static String wrapped(String indent, String text) {
    return wrapped(indent, text, WIDTH);
  }

  /** The same for a width of the caller's. */
  static String wrapped(String indent, String text, int width) {
    StringBuilder wrapped = new StringBuilder(indent);
    int column = indent.length();
    for (String word : text.strip().split("\\s+")) {
      boolean first = column == indent.length();
      if (!first && column + 1 + word.length() > width) {
        wrapped.append('\n').append(indent);
        column = indent.length();
        first = true;
      }
      wrapped.append(first ? "" : " ").append(word);
      column += word.length() + (first ? 0 : 1);
    }
    return wrapped.toString();
  }
}
