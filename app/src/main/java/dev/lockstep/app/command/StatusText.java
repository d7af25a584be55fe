package dev.lockstep.app.command;

import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.JobState;
import dev.lockstep.protocol.v1.StateReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A state report as people read it. */
final class StatusText {
  private static final String INDENT = "    ";
  private static final String ROW = "%-14s %-14s %-10s %-10s %s";

  private StatusText() {}

  /** How every component stands, as a table; then what people are asked, and when what happens. */
  static String of(StateReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(ROW.formatted("DEVICE", "COMPONENT", "VERSION", "AVAILABLE", "STATE"));
    for (ComponentState component : report.getComponentsList()) {
      lines.add(row(component));
      if (!component.getAway() && !component.getProblem().isEmpty()) {
        lines.add(HistoryText.wrapped(INDENT, "it " + component.getProblem()));
      }
      lastInstall(report, component).flatMap(StatusText::failure).ifPresent(lines::add);
    }
    report.getJobsList().stream()
        .filter(job -> !job.getQuestion().isEmpty())
        .forEach(
            job -> {
              lines.add(HistoryText.wrapped("", "asked: " + job.getQuestion()));
              lines.add(INDENT + "answer: lockstep decide proceed, wait or give-up");
            });
    if (report.getOffer().getInStoreCount() > 0) {
      lines.add(MessageText.inStore(report.getOffer()));
    }
    if (report.hasInstallPlannedAt()) {
      lines.add("install planned at " + MessageText.time(report.getInstallPlannedAt()));
    }
    if (report.hasLastCheck()) {
      lines.add("last check " + MessageText.time(report.getLastCheck()));
    }
    if (report.hasLastError()) {
      lines.add("last error: " + MessageText.of(report.getLastError()));
    }
    return String.join("\n", lines);
  }

  private static String row(ComponentState component) {
    return ROW.formatted(
        component.getDevice(),
        component.getComponent(),
        component.getVersion().isEmpty() ? "-" : component.getVersion(),
        component.getAvailableVersion().isEmpty() ? "-" : component.getAvailableVersion(),
        component.getAway() ? "away" : component.getRunning() ? "running" : "not running");
  }

  /** The last install or revert of a component that has ended; reports have the newest first. */
  static Optional<JobState> lastInstall(StateReport report, ComponentState component) {
    return report.getJobsList().stream()
        .filter(
            job ->
                job.getFinished()
                    && !job.getState().equals("FAILED")
                    && job.getDevice().equals(component.getDevice())
                    && job.getComponent().equals(component.getComponent()))
        .findFirst();
  }

  private static Optional<String> failure(JobState job) {
    return HubJobs.failed(job)
        ? Optional.of(
            HistoryText.wrapped(
                INDENT,
                "%s %s at %s: %s"
                    .formatted(
                        job.getToVersion(),
                        HistoryText.result(job, ""),
                        MessageText.time(job.getFinishedAt()),
                        MessageText.of(job.getError()))))
        : Optional.empty();
  }
}
