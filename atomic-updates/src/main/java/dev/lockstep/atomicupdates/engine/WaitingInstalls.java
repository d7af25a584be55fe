package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Ends the wait of staged releases that nobody is going to install: because their deployment ended,
 * because a newer job came for the same component, or because they waited too long. Only on the
 * thread of the {@link StateDoor}.
 *
 * <p>Only the job ends. The slot stays until room is made, and whoever asks for the same job again
 * gets it staged and installed as before: a wait that was ended too soon costs nothing.
 */
final class WaitingInstalls {
  /** Longer than a person's hold usually lasts; the hub orders staging again before an install. */
  static final Duration LONGEST_WAIT = Duration.ofDays(7);

  private static final Duration LOOK_AGAIN = Duration.ofHours(1);
  private static final int REMEMBERED = 200;

  private final InstallJournal journal;
  private final StateDoor door;
  private final EnginePorts ports;
  private final Map<String, Boolean> ended =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  WaitingInstalls(InstallJournal journal, StateDoor door, EnginePorts ports) {
    this.journal = journal;
    this.door = door;
    this.ports = ports;
  }

  /** What is still being staged for that job does not wait when it is staged. */
  void deploymentEnded(String jobId) {
    ended.put(jobId, true);
    waiting().stream()
        .filter(install -> install.key().jobId().equals(jobId))
        .forEach(install -> close(install, "its deployment has ended"));
  }

  /** Staging or an install has ended. */
  void reached(Install install) {
    if (install.state() == InstallState.STAGED && ended.containsKey(install.key().jobId())) {
      close(install, "its deployment has ended");
    }
    if (install.state() == InstallState.STAGED || install.state().endsInstall()) {
      closeOlderThan(install);
    }
  }

  /** The journal is newest first. */
  private void closeOlderThan(Install newer) {
    boolean older = false;
    for (Install install : journal.of(newer.key().component())) {
      if (older && install.state() == InstallState.STAGED) {
        close(install, "job " + newer.key().jobId() + " came after it");
      }
      older |= install.key().equals(newer.key());
    }
  }

  /** At the start and every hour. */
  void closeOldAndRepeat() {
    // First, so that a journal that cannot be read now ends nothing for good.
    door.later(LOOK_AGAIN, () -> door.submit("end long waits", this::closeOldAndRepeat));
    Instant oldest = ports.clock().instant().minus(LONGEST_WAIT);
    waiting().stream()
        .filter(install -> install.times().updated().isBefore(oldest))
        .forEach(
            install -> close(install, "nobody asked for it in " + LONGEST_WAIT.toDays() + " days"));
  }

  private List<Install> waiting() {
    return journal.unfinished().stream()
        .filter(install -> install.state() == InstallState.STAGED)
        .toList();
  }

  private void close(Install install, String why) {
    door.apply(
        install,
        Event.deploymentEnded(
            new Failure(
                ErrorCode.ERROR_CODE_DEPLOYMENT_ENDED,
                ErrorCategory.ERROR_CATEGORY_RETRY,
                "cannot go on to the install of %s %s by job %s: %s; nothing is wrong here, and a new job installs it without a download"
                    .formatted(
                        install.key().component(),
                        install.versions().to(),
                        install.key().jobId(),
                        why))));
    ports.reports().componentChanged(install.key().component());
  }
}
