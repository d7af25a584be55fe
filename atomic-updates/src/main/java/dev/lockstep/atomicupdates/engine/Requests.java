package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.Install.Method;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what a request leads to: an event, a repetition of what was reached, or a refusal. Only
 * on the thread of the {@link StateDoor}.
 */
final class Requests {
  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
  private final Map<String, ManagedComponent> components;
  private final InstallJournal journal;
  private final StateDoor door;
  private final Outcomes outcomes;
  private final Progress progress;
  private final Preparation preparation;
  private final StagingWorker staging;
  private final Clock clock;

  Requests(EngineCore core) {
    this.components = core.components();
    this.journal = core.journal();
    this.door = core.door();
    this.outcomes = core.outcomes();
    this.progress = core.progress();
    this.preparation = core.preparation();
    this.staging = core.staging();
    this.clock = core.clock();
  }

  /** Whoever asked hears of it also where it cannot even be looked at. */
  void stage(Install.Key key, ReleaseVersion version, String manifestTarget) {
    try {
      stageKnown(key, version, manifestTarget);
    } catch (AtomicUpdatesException failed) {
      Install wanted =
          Install.requested(
              key,
              new Install.Order(method(null, version), "", ""),
              new Install.Versions(null, version, null),
              clock.instant());
      outcomes.told(wanted, Failures.of("stage " + key.component() + " " + version, failed));
      door.withdraw(failed);
    }
  }

  private void stageKnown(Install.Key key, ReleaseVersion version, String manifestTarget) {
    ManagedComponent component = components.get(key.component());
    Install wanted = stageOf(key, component, version, manifestTarget);
    Optional<Install> known = journal.find(key);
    if (component == null) {
      outcomes.told(wanted, unknown(key));
    } else if (known.isEmpty()) {
      door.apply(wanted, Event.stageAsked());
    } else if (!known.get().versions().to().equals(version)) {
      outcomes.told(wanted, otherVersion(key, known.get()));
    } else {
      stageAgain(known.get(), component);
    }
  }

  private Install stageOf(
      Install.Key key, ManagedComponent component, ReleaseVersion version, String target) {
    ReleaseVersion from = component == null ? null : component.active().orElse(null);
    return Install.requested(
        key,
        new Install.Order(method(from, version), "", target == null ? "" : target),
        new Install.Versions(from, version, null),
        clock.instant());
  }

  private void stageAgain(Install known, ManagedComponent component) {
    boolean there = component.slots().has(known.versions().to());
    boolean cancelled =
        known.failure() != null
            && known.failure().code() == ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED;
    switch (known.state()) {
      case DOWNLOADING -> {
        // It goes on, and its end is told.
      }
      case FAILED -> {
        if (cancelled) {
          outcomes.told(known, known.failure());
        } else {
          door.apply(known, Event.stageAsked());
        }
      }
      case STAGED -> {
        // What an older Lockstep staged is verified again, without a download, for its facts.
        if (there && component.facts().knows(component.id(), known.versions().to())) {
          outcomes.told(known, null);
        } else {
          door.apply(known, Event.stageAsked());
        }
      }
      default -> outcomes.told(known, there ? null : notStaged(known.key(), known.versions().to()));
    }
  }

  void cancel(String jobId) {
    journal.unfinished().stream()
        .filter(install -> install.key().jobId().equals(jobId))
        .filter(install -> install.state() == InstallState.DOWNLOADING)
        .forEach(install -> staging.cancel(install.key()));
  }

  /**
   * Whoever asked hears of it also where the journal cannot take it: then nothing has begun. What
   * it has taken is carried out, whatever else failed.
   */
  void install(InstallOrder order) {
    Install.Key key = new Install.Key(order.jobId(), order.component());
    try {
      install(order, key);
    } catch (AtomicUpdatesException failed) {
      String what = "install " + key.component() + " " + order.version();
      outcomes.refuse(key, null, order.version(), Failures.of(what, failed));
      door.withdraw(failed);
    }
  }

  private void install(InstallOrder order, Install.Key key) {
    ManagedComponent component = components.get(order.component());
    ReleaseVersion to = order.version();
    if (component == null) {
      outcomes.refuse(key, null, to, unknown(key));
      return;
    }
    ReleaseVersion from = component.active().orElse(null);
    Optional<Install> known = journal.find(key);
    if (known.isPresent() && repeats(known.get(), to)) {
      return;
    }
    Install.Order asked = new Install.Order(method(from, to), text(order.requestedBy()), "");
    begin(key, component, known, asked, from, to, null);
  }

  /** Whether that job has been asked for before, and the answer is where it stands. */
  boolean repeats(Install known, ReleaseVersion to) {
    if (!known.versions().to().equals(to)) {
      outcomes.refuse(known.key(), known.versions().from(), to, otherVersion(known.key(), known));
      return true;
    }
    switch (known.state()) {
      case PREPARING, INSTALLING, REVERTING -> {
        progress.again(known);
        return true;
      }
      case COMMITTED, REVERTED, REVERT_FAILED, REFUSED -> {
        outcomes.tell(known);
        return true;
      }
      case DEFERRED -> {
        boolean still = preparation.stillInhibited(known.key());
        if (still) {
          outcomes.tell(known);
        }
        return still;
      }
      case DOWNLOADING -> {
        outcomes.refuse(known.key(), known.versions().from(), to, notStaged(known.key(), to));
        return true;
      }
      default -> {
        return false;
      }
    }
  }

  /**
   * Whether the component's data have to be put back before anything else is done with it: then
   * that is tried again, and whoever asked hears so.
   */
  boolean restoresFirst(
      Install.Key key, ManagedComponent component, ReleaseVersion from, ReleaseVersion to) {
    Optional<Install> owing =
        busy().isPresent()
            ? Optional.empty()
            : LastChange.owingData(component, journal.changes(component.id()));
    owing.ifPresent(
        install -> {
          door.apply(install, Event.restoreAsked());
          outcomes.refuse(key, from, to, restoredFirst(key, install));
        });
    return owing.isPresent();
  }

  /** What was interrupted of a component that the settings do not name any more stands still. */
  private Optional<Install> busy() {
    return journal.unfinished().stream()
        .filter(install -> install.state().busy())
        .filter(install -> components.containsKey(install.key().component()))
        .findFirst();
  }

  /** Begins an install or a revert, unless something stands against it that is seen at once. */
  void begin(
      Install.Key key,
      ManagedComponent component,
      Optional<Install> known,
      Install.Order asked,
      ReleaseVersion from,
      ReleaseVersion to,
      String restored) {
    Optional<Install> busy = busy();
    if (busy.isPresent()) {
      outcomes.refuse(key, from, to, busy(key, busy.get()));
    } else if (restoresFirst(key, component, from, to)) {
      LOG.info("{}: the data of {} are put back first", key, component.id());
    } else if (to.equals(from)) {
      outcomes.nothingToDo(
          key, to, asked.method() == Method.REVERT ? Outcome.REVERTED : Outcome.COMMITTED);
    } else if (!component.slots().has(to)) {
      outcomes.refuse(
          key,
          from,
          to,
          asked.method() == Method.REVERT ? nothingToRevert(component, to) : notStaged(key, to));
    } else {
      Install.Versions versions =
          new Install.Versions(from, to, component.slots().previousLinked().orElse(null));
      Install install =
          known.orElseGet(() -> Install.requested(key, asked, versions, clock.instant()));
      door.apply(install.begunAs(asked, versions, restored), Event.installAsked());
    }
  }

  private static Method method(ReleaseVersion from, ReleaseVersion to) {
    if (from == null) {
      return Method.FRESH;
    }
    return to.isNewerThan(from) ? Method.UPDATE : Method.DOWNGRADE;
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }

  static Failure unknown(Install.Key key) {
    return Failure.forOperator(
        ErrorCode.ERROR_CODE_INSTALL_UNKNOWN_COMPONENT,
        "cannot install %s: this device has no such component; name it in its settings"
            .formatted(key.component()));
  }

  private static Failure otherVersion(Install.Key key, Install known) {
    return Failure.forOperator(
        ErrorCode.ERROR_CODE_INSTALL_NOT_STAGED,
        "cannot use job %s for another version: on this device it is for %s %s; use a new job"
            .formatted(key.jobId(), key.component(), known.versions().to()));
  }

  private static Failure notStaged(Install.Key key, ReleaseVersion version) {
    return new Failure(
        ErrorCode.ERROR_CODE_INSTALL_NOT_STAGED,
        ErrorCategory.ERROR_CATEGORY_RETRY,
        "cannot install %s %s: it is not staged on this device; download it first"
            .formatted(key.component(), version));
  }

  static Failure busy(Install.Key key, Install other) {
    return new Failure(
        ErrorCode.ERROR_CODE_INSTALL_BUSY,
        ErrorCategory.ERROR_CATEGORY_RETRY,
        "cannot install %s: already in progress: %s to %s by job %s is %s; try again when it has ended"
            .formatted(
                key.component(),
                other.key().component(),
                other.versions().to(),
                other.key().jobId(),
                other.state()));
  }

  static Failure restoredFirst(Install.Key key, Install owing) {
    return new Failure(
        ErrorCode.ERROR_CODE_INSTALL_BUSY,
        ErrorCategory.ERROR_CATEGORY_RETRY,
        "cannot change %s now: its data are being put back from %s first, which failed before (job %s); see lockstep history for how that ends"
            .formatted(key.component(), owing.backups().made(), owing.key().jobId()));
  }

  static Failure nothingToRevert(ManagedComponent component, ReleaseVersion to) {
    return Failure.forOperator(
        ErrorCode.ERROR_CODE_NOTHING_TO_REVERT,
        to == null
            ? "cannot revert %s: no previous version is kept; name a release and install it"
                .formatted(component.id())
            : "cannot revert %s to %s: it has no slot; the versions kept are %s"
                .formatted(component.id(), to, component.slots().slots()));
  }
}
