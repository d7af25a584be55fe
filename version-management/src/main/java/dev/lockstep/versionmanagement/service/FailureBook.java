package dev.lockstep.versionmanagement.service;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.deployment.DeploymentState;
import dev.lockstep.versionmanagement.deployment.Part;
import dev.lockstep.versionmanagement.domain.ComponentOnDevice;
import dev.lockstep.versionmanagement.domain.Failure;
import dev.lockstep.versionmanagement.domain.Offer;
import dev.lockstep.versionmanagement.domain.OfferedRelease;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.port.Journal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What did not get through, so that it is not tried again and again by itself. */
final class FailureBook {
  private static final int MAX_FAILURES = 500;

  private final Journal journal;
  private List<Failure> failures;

  FailureBook(Journal journal, List<Failure> failures) {
    this.journal = journal;
    this.failures = List.copyOf(failures);
  }

  List<Failure> all() {
    return failures;
  }

  /** Writes a deployment that has ended, and what its end means, to the journal at once. */
  void ended(Deployment deployment, Instant now) {
    List<Failure> next = after(deployment, now);
    journal.end(deployment, next);
    failures = next;
  }

  /** A person goes back from what is at a site: it is not installed again by itself. */
  void wentBack(ComponentOnDevice site, Optional<ReleaseVersion> to, String who, Instant now) {
    site.version().ifPresent(left -> wentBack(site.site().component(), left, to, who, now));
  }

  private void wentBack(
      String component,
      ReleaseVersion version,
      Optional<ReleaseVersion> downTo,
      String who,
      Instant now) {
    Failure failure =
        Failure.next(
                Offer.NONE,
                component,
                version,
                true,
                Failure.Kind.REVERTED,
                0,
                now,
                "%s went back from it".formatted(who.isEmpty() ? "somebody" : who))
            .downTo(downTo);
    List<Failure> next = new ArrayList<>(failures);
    next.removeIf(same(component, version));
    next.add(failure);
    journal.saveFailures(bounded(next));
    failures = bounded(next);
  }

  /** When the next pause after a failure ends. */
  Optional<Instant> nextRetry(Instant now) {
    return failures.stream()
        .filter(failure -> !failure.blocked() && failure.notBefore().isAfter(now))
        .map(Failure::notBefore)
        .min(Comparator.naturalOrder());
  }

  private List<Failure> after(Deployment ended, Instant now) {
    List<Failure> next = new ArrayList<>(failures);
    if (ended.state() == DeploymentState.COMMITTED) {
      ended.offer().versions().forEach((name, version) -> next.removeIf(reached(name, version)));
      ended.offer().releases().stream()
          .filter(OfferedRelease::downgrades)
          .map(release -> left(release, ended.wish().requestedBy(), now))
          .forEach(
              left -> {
                next.removeIf(same(left.component(), left.version()));
                next.add(left);
              });
    }
    Failure.Kind kind = kind(ended.state());
    Set<String> failed =
        ended.parts().stream()
            .filter(part -> part.state() == Part.State.FAILED)
            .map(part -> part.site().component())
            .collect(Collectors.toSet());
    if (!failed.isEmpty() && onlyHardware(ended)) {
      return bounded(next);
    }
    boolean someGotThrough = ended.state() == DeploymentState.COMMITTED;
    if (ended.state() == DeploymentState.CANCELLED || (someGotThrough && failed.isEmpty())) {
      return bounded(next);
    }
    boolean allToBlame = failed.isEmpty() && kind.installed();
    for (OfferedRelease release : ended.offer().releases()) {
      boolean culprit = allToBlame || failed.contains(release.component());
      if (culprit || !someGotThrough) {
        int earlier = earlier(release);
        next.removeIf(same(release.component(), release.to()));
        next.add(
            Failure.next(
                ended.offer(),
                release.component(),
                release.to(),
                culprit,
                kind,
                earlier,
                now,
                reason(ended)));
      }
    }
    return bounded(next);
  }

  /** Whether nothing failed but that devices have other hardware: no fault of the release. */
  private static boolean onlyHardware(Deployment ended) {
    return ended.parts().stream()
        .filter(part -> part.state() == Part.State.FAILED)
        .allMatch(part -> part.problem().filter(HardwareBook::isRefusal).isPresent());
  }

  private static Failure left(OfferedRelease release, String who, Instant now) {
    return Failure.left(release.component(), release.from().orElseThrow(), release.to(), now, who);
  }

  private static Failure.Kind kind(DeploymentState end) {
    return switch (end) {
      case DEFERRED -> Failure.Kind.DEFERRED;
      case REFUSED, FAILED -> Failure.Kind.NOT_DONE;
      case REVERT_FAILED -> Failure.Kind.REVERT_FAILED;
      default -> Failure.Kind.REVERTED;
    };
  }

  private static String reason(Deployment ended) {
    return ended
        .problem()
        .or(() -> ended.parts().stream().flatMap(part -> part.problem().stream()).findFirst())
        .map(Problem::cause)
        .orElse("no reason was given");
  }

  private int earlier(OfferedRelease release) {
    return failures.stream()
        .filter(same(release.component(), release.to()))
        .mapToInt(Failure::attempts)
        .max()
        .orElse(0);
  }

  private static java.util.function.Predicate<Failure> same(
      String component, ReleaseVersion version) {
    return failure -> failure.component().equals(component) && failure.version().equals(version);
  }

  private static java.util.function.Predicate<Failure> reached(
      String component, ReleaseVersion version) {
    return failure ->
        failure.component().equals(component) && !failure.version().isNewerThan(version);
  }

  /** The oldest go first. */
  private static List<Failure> bounded(List<Failure> all) {
    return List.copyOf(all.subList(Math.max(0, all.size() - MAX_FAILURES), all.size()));
  }
}
