package dev.lockstep.app.doctor;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.backup.BackupName;
import dev.lockstep.atomicupdates.backup.Backups;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.slots.SlotDirectory;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The folders that a device writes to: whose they are, who else may use them, what is in them. */
final class FolderChecks {
  static final String AS_OWNER = "run it as that user: sudo -u %s lockstep doctor";

  private final Subject subject;

  FolderChecks(Subject subject) {
    this.subject = subject;
  }

  /** Whose the state folder is, where it is there and not of the user that runs this. */
  Optional<String> otherOwner() throws IOException {
    Path folder = subject.state();
    String owner = Files.isDirectory(folder) ? FileFacts.owner(folder) : FileFacts.user();
    return owner.equals(FileFacts.user()) ? Optional.empty() : Optional.of(owner);
  }

  List<Finding> state() throws IOException {
    List<Finding> found = folder("state", subject.state(), true);
    return found.isEmpty()
        ? List.of(Finding.ok("state", subject.state() + ", for its owner only"))
        : found;
  }

  /** Also whether what is active is there, and is what was staged, as far as sizes tell. */
  List<Finding> releases() throws IOException {
    List<Finding> found = new ArrayList<>(folder("releases", subject.root(), false));
    List<String> active = new ArrayList<>();
    for (ComponentSettings component : subject.settings().components().values()) {
      Optional<Finding> problem = slots(component, active);
      problem.ifPresent(found::add);
    }
    if (found.isEmpty()) {
      String what = active.isEmpty() ? "nothing is installed yet" : String.join(", ", active);
      found.add(Finding.ok("releases", subject.root() + ": " + what));
    }
    return found;
  }

  private Optional<Finding> slots(ComponentSettings component, List<String> active)
      throws IOException {
    Path home = subject.root().resolve(component.id());
    SlotDirectory slots = new SlotDirectory(home, component.versionFile(), FaultPoints.NONE);
    Optional<ReleaseVersion> linked = slots.linked();
    if (linked.isEmpty()) {
      return Optional.empty();
    }
    String name = component.id() + " " + linked.get();
    try {
      Optional<String> difference =
          slots.has(linked.get())
              ? slots.quickDifference(linked.get())
              : Optional.of("its slot or its manifest is not there");
      if (difference.isPresent()) {
        return Optional.of(
            Finding.failed(
                "releases",
                "cannot rely on %s, which is active: %s".formatted(name, difference.get()),
                "install another version: lockstep install " + component.id() + "@VERSION"));
      }
    } catch (AtomicUpdatesException unreadable) {
      return Optional.of(Finding.failed("releases", unreadable.getMessage()));
    }
    active.add(name);
    return Optional.empty();
  }

  List<Finding> backups() throws IOException {
    if (!subject.settings().update().backupEnabled()) {
      return List.of(
          Finding.ok("backups", "off: a revert brings the old version back, not the old data"));
    }
    Path folder = subject.settings().update().backupPath();
    List<Finding> found = new ArrayList<>(folder("backups", folder, false));
    int count = 0;
    if (found.isEmpty()) {
      for (ComponentSettings component : subject.settings().components().values()) {
        Backups backups =
            new Backups(
                subject.root().resolve(component.id()),
                folder.resolve(component.id()),
                FaultPoints.NONE);
        closed(backups.folder()).ifPresent(found::add);
        for (BackupName name : backups.all()) {
          count++;
          backups
              .problem(name.toString())
              .ifPresent(
                  problem ->
                      found.add(
                          Finding.warning(
                              "backups",
                              "cannot use a backup of " + component.id() + ": " + problem,
                              "remove it, so that nobody relies on it")));
        }
      }
    }
    if (found.isEmpty()) {
      found.add(Finding.ok("backups", folder + ": " + count + " usable"));
    }
    return found;
  }

  /** Backups hold what the component's own folder may protect. */
  private static Optional<Finding> closed(Path folder) throws IOException {
    return Files.isDirectory(folder) && FileFacts.othersMayRead(folder)
        ? Optional.of(
            Finding.failed(
                "backups",
                "cannot keep the data in %s to their owner: others may look into it (%s)"
                    .formatted(folder, FileFacts.mode(folder)),
                "chmod 700 " + folder))
        : Optional.empty();
  }

  /** Nothing where it is as it has to be. */
  private List<Finding> folder(String check, Path folder, boolean secret) throws IOException {
    Path there = FileFacts.existing(folder);
    String user = FileFacts.user();
    if (!there.equals(folder.toAbsolutePath())) {
      return Files.exists(folder) || !Files.isWritable(there)
          ? List.of(
              Finding.failed(
                  check,
                  "cannot make %s: %s".formatted(folder, notWritable(folder, there, user)),
                  "as root: install -d -o %s -m 0700 %s".formatted(user, folder)))
          : List.of(Finding.ok(check, folder + " is made when it is needed"));
    }
    String owner = FileFacts.owner(folder);
    if (!owner.equals(user)) {
      return List.of(otherOwner(check, folder, owner, user));
    }
    if (!Files.isWritable(folder)) {
      return List.of(
          Finding.failed(
              check,
              "cannot write to %s: its rights are %s, or its file system is read-only"
                  .formatted(folder, FileFacts.mode(folder)),
              "chmod u+rwx " + folder + ", and look at its mount"));
    }
    List<Finding> found = new ArrayList<>();
    if (FileFacts.othersMayChange(folder)) {
      found.add(
          Finding.failed(
              check,
              "cannot rely on %s: others than %s may change it (%s)"
                  .formatted(folder, owner, FileFacts.mode(folder)),
              (secret ? "chmod 700 " : "chmod go-w ") + folder));
    } else if (secret && FileFacts.othersMayRead(folder)) {
      found.add(
          Finding.warning(
              check,
              "%s: others than %s may look into it (%s)"
                  .formatted(folder, owner, FileFacts.mode(folder)),
              "chmod 700 " + folder));
    }
    FileFacts.foreign(folder, owner)
        .ifPresent(
            file ->
                found.add(
                    Finding.failed(
                        check,
                        "cannot rely on %s: %s is not %s's, or cannot be looked at"
                            .formatted(folder, folder.relativize(file), owner),
                        "as root: chown -R %s %s".formatted(owner, folder))));
    return found;
  }

  private static String notWritable(Path folder, Path there, String user) throws IOException {
    return Files.exists(folder)
        ? "it is no folder"
        : "%s belongs to %s, and this is %s".formatted(there, FileFacts.owner(there), user);
  }

  /** Root may do everything, so it would not see what the device's user cannot do. */
  private static Finding otherOwner(String check, Path folder, String owner, String user) {
    String remedy = AS_OWNER.formatted(owner);
    return user.equals("root")
        ? Finding.warning(
            check, "%s belongs to %s, and this is root".formatted(folder, owner), remedy)
        : Finding.failed(
            check,
            "cannot look at %s: it belongs to %s, and this is %s".formatted(folder, owner, user),
            remedy);
  }
}
