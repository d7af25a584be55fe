package dev.lockstep.app.doctor;

import dev.lockstep.atomicupdates.journal.SqliteLibrary;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.rehearsal.Rehearsal;
import dev.lockstep.atomicupdates.rehearsal.Scratch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An install, an update, a failing release and a revert, in folders beside the device's own. */
final class RehearsalCheck implements AutoCloseable {
  private static final String CHECK = "rehearsal";

  private final Subject subject;
  private final Scratch scratch;
  private final String obstacle;

  /** Takes the folders, and removes what a killed one left. */
  RehearsalCheck(Subject subject) {
    this.subject = subject;
    Scratch opened = null;
    String problem = "";
    try {
      opened =
          Scratch.open(subject.root(), subject.state(), subject.settings().update().backupPath());
      // Not where the device's process has its own: that one is not touched.
      SqliteLibrary.keepIn(opened.state());
    } catch (IOException | RuntimeException unusable) {
      problem = unusable.getMessage() == null ? unusable.toString() : unusable.toString();
    }
    this.scratch = opened;
    this.obstacle = problem;
  }

  /** Rehearses, and removes everything. */
  List<Finding> rehearse(Duration within) throws InterruptedException {
    if (scratch == null) {
      return List.of(
          Finding.failed(
              CHECK,
              "cannot make folders for it: " + obstacle,
              "mend what is said about the folders above; remove leftovers named " + Scratch.NAME));
    }
    List<Finding> found = new ArrayList<>();
    Optional<String> failure =
        new Rehearsal(scratch, within, FaultPoints.NONE)
            .run(part -> found.add(Finding.ok(CHECK, part.what() + ": " + part.seen())));
    failure.ifPresent(
        why ->
            found.add(
                new Finding(
                    CHECK,
                    Finding.Result.FAILED,
                    why,
                    "look at the mount (noexec, read-only), the room and the rights of %s and %s"
                        .formatted(subject.root(), subject.state()))));
    return found;
  }

  @Override
  public void close() throws IOException {
    if (scratch != null) {
      scratch.close();
    }
  }
}
