package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.v1.JobRecord;
import dev.lockstep.protocol.v1.JobState;
import dev.lockstep.versionmanagement.domain.CheckResult;
import dev.lockstep.versionmanagement.port.Journal.CheckRecord;
import dev.lockstep.versionmanagement.port.Journal.NumberedCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Checks as jobs: each has an id, and a log that is made of what the journal keeps of it. */
final class CheckJobs {
  private static final String PREFIX = "check-";

  private CheckJobs() {}

  static String id(NumberedCheck check) {
    return PREFIX + check.number();
  }

  static JobRecord toWire(String device, NumberedCheck numbered) {
    CheckRecord check = numbered.check();
    JobState.Builder job =
        JobState.newBuilder()
            .setJobId(id(numbered))
            .setKind("check")
            .setDevice(device)
            .setState(failed(check) ? "FAILED" : "COMPLETED")
            .setPercent(100)
            .setFinished(true)
            .setStartedAt(Times.toWire(check.at()))
            .setFinishedAt(Times.toWire(check.at()));
    check.problem().ifPresent(problem -> job.setError(Problems.toWire(problem)));
    return JobRecord.newBuilder()
        .setJob(job)
        .setMethod(word(check.result()))
        .setRequestedBy(Texts.bounded(check.reason()))
        .build();
  }

  /** What can be told of a check afterwards, oldest first. */
  static List<String> log(CheckRecord check) {
    List<String> lines = new ArrayList<>();
    lines.add("check: " + (check.reason().isEmpty() ? "no reason was given" : check.reason()));
    check.problem().ifPresent(problem -> lines.add(problem.message()));
    check.retryAt().ifPresent(at -> lines.add("the source wants to be asked again at " + at));
    lines.add("result: " + word(check.result()));
    return lines;
  }

  private static boolean failed(CheckRecord check) {
    return check.result() != CheckResult.AVAILABLE && check.result() != CheckResult.UP_TO_DATE;
  }

  private static String word(CheckResult result) {
    return result.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
