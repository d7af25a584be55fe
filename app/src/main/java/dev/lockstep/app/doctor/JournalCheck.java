package dev.lockstep.app.doctor;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.journal.JournalReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the last installs left: what failed, what goes on, and what only a person can mend. */
final class JournalCheck {
  private static final String CHECK = "journal";
  private static final String LOGS = "read its log: lockstep logs ";

  private final Subject subject;
  private final List<Finding> found = new ArrayList<>();

  JournalCheck(Subject subject) {
    this.subject = subject;
  }

  List<Finding> look() throws IOException {
    Path state = subject.state();
    if (!Files.isDirectory(state)) {
      return List.of(Finding.ok(CHECK, "nothing was done yet"));
    }
    List<Install> installs;
    try {
      installs = JournalReader.installs(state.resolve("atomic.db"));
    } catch (AtomicUpdatesException unreadable) {
      return List.of(Finding.failed(CHECK, unreadable.getMessage()));
    }
    ends(installs);
    long moving = installs.stream().filter(install -> install.state().moving()).count();
    boolean running = DeviceProcess.runs(state);
    if (moving > 0 && !running) {
      found.add(
          Finding.warning(
              CHECK,
              jobs(moving) + " not ended, to go on at the next start",
              "start it: " + subject.verb()));
    }
    for (Path damaged : JournalReader.setAside(state)) {
      found.add(
          Finding.warning(
              CHECK,
              "a damaged journal was set aside: " + damaged,
              "look at the disk; remove the file when nobody needs it"));
    }
    wentBack(state);
    if (found.isEmpty()) {
      String going = moving > 0 ? ", " + moving + " going on" : "";
      found.add(Finding.ok(CHECK, jobs(installs.size()) + going + ", none needs a person"));
    }
    return found;
  }

  /** The last end of an install of each component is what counts. */
  private void ends(List<Install> newestFirst) {
    Set<String> seen = new HashSet<>();
    for (Install install : newestFirst) {
      if (install.state().endsInstall()
          && install.state() != InstallState.DEFERRED
          && install.state() != InstallState.REFUSED
          && subject.settings().components().containsKey(install.key().component())
          && seen.add(install.key().component())) {
        end(install);
      }
    }
  }

  private void end(Install install) {
    String name = install.key().component() + " " + install.versions().to();
    String job = Install.Key.jobOf(install.key().jobId());
    String why = install.failure() == null ? "" : ": " + install.failure().message();
    if (install.state() == InstallState.REVERT_FAILED) {
      found.add(
          Finding.failed(
              CHECK,
              "cannot go on with %s by itself: %s%s"
                  .formatted(
                      name,
                      install.owesData()
                          ? "the data of the version before are not put back, so none is started"
                          : "neither it nor the version before could be started",
                      cut(why)),
              LOGS + job + ", mend what it says, then install or revert again"));
    } else if (install.state() == InstallState.REVERTED && install.failure() != null) {
      found.add(Finding.warning(CHECK, "%s was reverted%s".formatted(name, cut(why)), LOGS + job));
    }
  }

  private static String jobs(long count) {
    return count + (count == 1 ? " job" : " jobs");
  }

  /** The beginning says what; the whole is in the log. */
  private static String cut(String text) {
    int most = 240;
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }

  private void wentBack(Path state) throws IOException {
    Path fallback = state.resolve("launcher").resolve("fallback");
    if (Files.isReadable(fallback)) {
      found.add(
          Finding.warning(
              CHECK,
              "the launcher went back to an earlier Lockstep: " + cut(Files.readString(fallback)),
              "start it; then lockstep history says why"));
    }
  }
}
