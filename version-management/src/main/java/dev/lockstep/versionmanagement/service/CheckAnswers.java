package dev.lockstep.versionmanagement.service;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.domain.CheckAnswer;
import dev.lockstep.versionmanagement.domain.CheckQuestion;
import dev.lockstep.versionmanagement.domain.CheckResult;
import dev.lockstep.versionmanagement.domain.CurrentOffer;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Withheld;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the end of a check means for one question. */
final class CheckAnswers {
  private CheckAnswers() {}

  static CheckAnswer to(
      CheckQuestion question, Checks.Finding finding, CurrentOffer current, Instant now) {
    if (finding.failure().isPresent()) {
      VersionManagementException.Source failure = finding.failure().get();
      return CheckAnswer.failed(failure.result(), failure.problem(), now, failure.retryAt());
    }
    boolean available =
        current.offer().releases().stream()
                .anyMatch(release -> question.covers(release.component()))
            || current.inStore().stream().anyMatch(release -> question.covers(release.component()));
    List<Withheld> withheld =
        current.withheld().stream().filter(one -> question.covers(one.component())).toList();
    return new CheckAnswer(
        available ? CheckResult.AVAILABLE : CheckResult.UP_TO_DATE,
        available ? Optional.of(current) : Optional.empty(),
        Optional.empty(),
        now,
        Optional.empty(),
        withheld);
  }

  /** What who asked about a component that nobody announced is told. */
  static CheckAnswer unknownComponent(String component, Instant now) {
    return CheckAnswer.failed(
        CheckResult.UNKNOWN_COMPONENT,
        Problem.operator(
            ErrorCode.ERROR_CODE_CHECK_UNKNOWN_COMPONENT,
            "cannot check \"%s\": nobody announced that component; check its name and that its"
                    .formatted(component)
                + " device runs"),
        now,
        Optional.empty());
  }
}
