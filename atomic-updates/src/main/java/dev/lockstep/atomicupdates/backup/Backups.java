package dev.lockstep.atomicupdates.backup;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.files.MountPoints;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * The backups of one component, as {@code backup_<version>_<time>/{VERSION,INDEX,files/…,hook/…}},
 * readable by their owner only. Below {@code files} are the configured paths, below {@code hook} is
 * what the component's own commands wrote. Not for use by several threads.
 */
public final class Backups {
  private static final Duration SAME_MOMENT = Duration.ofMinutes(1);
  private static final String PARTIAL = ".partial-";
  private static final String FILES = "files";
  private static final String HOOK = "hook";

  private final Path home;
  private final Path folder;
  private final FaultPoints faults;
  private final LargeFiles large;
  private final BackedUpData data;
  private final Restoration restoration;

  /**
   * Does nothing yet.
   *
   * @param home the component's folder, in which the data are
   * @param folder where this component's backups are kept
   */
  public Backups(Path home, Path folder, FaultPoints faults) {
    this.home = home;
    this.folder = folder;
    this.faults = faults;
    this.large = new LargeFiles(home);
    this.data = new BackedUpData(home, large);
    this.restoration = new Restoration(faults, large, MountPoints::now);
  }

  /** Where they are kept. */
  public Path folder() {
    return folder;
  }

  /**
   * What stands against making a backup: the folder cannot be made or written, or is somebody
   * else's, there is too little space, or a path could not be put back, as it is a link or has
   * mount points in it. Empty where nothing does.
   */
  public Optional<String> obstacle(List<String> paths) {
    try {
      makeFolder();
      Path probe = folder.resolve(PARTIAL + "probe");
      Disk.deleteIfExists(probe);
      Disk.createFile(probe);
      UserPrincipal own = Files.getOwner(probe);
      UserPrincipal owner = Files.getOwner(folder);
      Disk.delete(probe);
      if (!own.equals(owner)) {
        return Optional.of(
            "%s belongs to %s, who could change what is kept there; make it belong to %s"
                .formatted(folder, owner.getName(), own.getName()));
      }
    } catch (IOException unusable) {
      return Optional.of(
          "%s is not usable (%s); make it a folder that this user may write to"
              .formatted(folder, unusable));
    }
    try {
      return data.obstacle(folder, paths);
    } catch (IOException unreadable) {
      return Optional.of(
          "the data in %s cannot be looked at (%s); let this user read them"
              .formatted(home, unreadable));
    }
  }

  /**
   * As {@link #obstacle}, as far as it shows without trying it out: changes nothing. Whose the
   * folder is it leaves out, since only a file made there tells whom this process is there.
   */
  public Optional<String> foreseenObstacle(List<String> paths) throws IOException {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    return Files.isWritable(there) && Files.isDirectory(there)
        ? data.obstacle(there, paths)
        : Optional.of("%s is not usable (%s cannot be written to)".formatted(folder, there));
  }

  /** Bytes of the files at these paths. */
  public long needed(List<String> paths) throws IOException {
    return data.needed(paths);
  }

  private void makeFolder() throws IOException {
    if (!Files.isDirectory(folder)) {
      DurableFiles.createFolders(folder.getParent());
      createPrivate(folder);
      // A backup in a folder that a power cut takes away again would be none.
      DurableFiles.sync(folder.getParent());
    }
  }

  private static void createPrivate(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Disk.createFolder(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Disk.createFolder(directory);
    }
  }

  /**
   * A name that no backup has yet, later than the others, so that the oldest is told by its name
   * also where two are made within a second. A clock that was far ahead once does not count.
   */
  public BackupName nameFor(ReleaseVersion version, ZonedDateTime now) throws IOException {
    BackupName name = BackupName.of(version, now);
    LocalDateTime end = name.time().plus(SAME_MOMENT);
    for (BackupName other : list()) {
      if (other.time().isBefore(end) && !other.time().isBefore(name.time())) {
        name = new BackupName(version, other.time().plusSeconds(1));
      }
    }
    return name;
  }

  /**
   * Begins a backup anew: what an interrupted one of that name left is removed. Has to come before
   * {@link #make}; not for one that is there.
   *
   * @param hooked whether it gets a folder for what the component's own commands write
   */
  public void begin(String name, boolean hooked) throws IOException {
    makeFolder();
    Path partial = folder.resolve(PARTIAL + name);
    FileTrees.delete(partial);
    createPrivate(partial);
    faults.reached("backup.begun");
    if (hooked) {
      createPrivate(partial.resolve(HOOK));
    }
  }

  /** Where that folder is now; nothing is there where no such backup was begun. */
  public Path hookFolder(String name) {
    return folder.resolve(has(name) ? name : PARTIAL + name).resolve(HOOK);
  }

  /**
   * Makes a backup that was begun, complete and on the disk when this returns. The component may go
   * on running: a file that goes away meanwhile is left out.
   */
  public void make(String name, ReleaseVersion version, List<String> paths) throws IOException {
    Path partial = folder.resolve(PARTIAL + name);
    Path files = Disk.createFolder(partial.resolve(FILES));
    List<BackupIndex.Entry> index = new ArrayList<>();
    for (String path : paths) {
      Path source = inside(home, path);
      boolean present = Files.exists(source, LinkOption.NOFOLLOW_LINKS);
      index.add(new BackupIndex.Entry(path, present));
      if (present) {
        Path copy = files.resolve(path);
        DurableFiles.createFolders(copy.getParent());
        TreeCopy.copyChanging(source, copy, large);
      }
    }
    faults.reached("backup.copied");
    // Of the copy: the data may grow while a component goes on running.
    OptionalLong bytes = OptionalLong.of(TreeCopy.size(files));
    DurableFiles.write(
        partial.resolve(Manifest.VERSION_FILE), (version + "\n").getBytes(StandardCharsets.UTF_8));
    DurableFiles.write(partial.resolve(BackupIndex.FILE), new BackupIndex(bytes, index).content());
    DurableFiles.sync(files);
    FileTrees.sync(partial.resolve(HOOK));
    DurableFiles.sync(partial);
    Disk.rename(partial, folder.resolve(name));
    faults.reached("backup.renamed");
    DurableFiles.sync(folder);
  }

  /** Whether a backup of that name is there, complete. */
  public boolean has(String name) {
    return Files.isRegularFile(folder.resolve(name).resolve(BackupIndex.FILE));
  }

  /**
   * Puts the data back as they were: each configured path is replaced as a whole, or filled anew
   * where something is mounted at it, and what was not there is removed. Repeatable after a crash
   * at any instant.
   *
   * @throws IOException with nothing changed where the backup is missing or not readable
   */
  public void restore(String name) throws IOException {
    Path backup = folder.resolve(name);
    BackupIndex index = BackupIndex.read(backup);
    Optional<Path> missing = missing(backup, index);
    if (missing.isPresent()) {
      throw new NoSuchFileException(missing.get().toString());
    }
    for (BackupIndex.Entry entry : index.paths()) {
      restoration.replace(
          inside(home, entry.path()),
          entry.present() ? backup.resolve(FILES).resolve(entry.path()) : null);
    }
  }

  private static Optional<Path> missing(Path backup, BackupIndex index) {
    return index.paths().stream()
        .filter(BackupIndex.Entry::present)
        .map(entry -> backup.resolve(FILES).resolve(entry.path()))
        .filter(copy -> !Files.exists(copy, LinkOption.NOFOLLOW_LINKS))
        .findFirst();
  }

  /**
   * Why that backup cannot be used, without reading its files; empty where nothing is seen. Of
   * {@link #damage} the cheap part.
   */
  public Optional<String> problem(String name) {
    Path backup = folder.resolve(name);
    if (!Files.isDirectory(backup)) {
      return Optional.of("there is no backup " + name + " in " + folder);
    }
    try {
      return missing(backup, BackupIndex.read(backup))
          .map(
              copy ->
                  "the backup %s is not complete: %s is missing"
                      .formatted(name, backup.resolve(FILES).relativize(copy)));
    } catch (IOException unreadable) {
      return Optional.of("the backup " + name + " cannot be read (" + unreadable + ")");
    }
  }

  /** Why that backup cannot be used, by a look at each of its files; empty where it can. */
  public Optional<String> damage(String name) {
    Optional<String> problem = problem(name);
    if (problem.isPresent()) {
      return problem;
    }
    try {
      Path files = folder.resolve(name).resolve(FILES);
      Optional<Path> unreadable = TreeCopy.unreadable(files);
      long found = TreeCopy.size(files);
      long made = bytes(name);
      if (unreadable.isPresent()) {
        return Optional.of(
            "the backup %s cannot be read: %s".formatted(name, files.relativize(unreadable.get())));
      }
      return found == made
          ? Optional.empty()
          : Optional.of(
              "the backup %s is damaged: its files have %d bytes, not %d"
                  .formatted(name, found, made));
    } catch (IOException failed) {
      return Optional.of("the backup " + name + " cannot be read (" + failed + ")");
    }
  }

  /** Bytes of its files when it was made. */
  public long bytes(String name) throws IOException {
    Path backup = folder.resolve(name);
    OptionalLong made = has(name) ? BackupIndex.read(backup).bytes() : OptionalLong.empty();
    return made.isPresent() ? made.getAsLong() : TreeCopy.size(backup.resolve(FILES));
  }

  /** When it was complete. */
  public Instant madeAt(String name) throws IOException {
    Path index = folder.resolve(name).resolve(BackupIndex.FILE);
    Path shown = Files.exists(index) ? index : folder.resolve(name);
    return Files.getLastModifiedTime(shown).toInstant();
  }

  /** How the data at these paths differ from a backup. */
  public DataChanges changesSince(String name, List<String> paths) throws IOException {
    Comparison comparison = new Comparison();
    for (String path : paths) {
      comparison.add(inside(home, path), folder.resolve(name).resolve(FILES).resolve(path));
    }
    return comparison.result();
  }

  /** All that have a backup's name, newest first, usable or not. */
  public List<BackupName> all() throws IOException {
    List<BackupName> names = find(name -> true);
    names.sort(BackupOrder.BY_NAME.newestFirst());
    return names;
  }

  /** The backups, newest first by their names. */
  public List<BackupName> list() throws IOException {
    return list(BackupOrder.BY_NAME);
  }

  /** The backups, newest first. */
  public List<BackupName> list(BackupOrder order) throws IOException {
    List<BackupName> names = find(name -> has(name.toString()));
    names.sort(order.newestFirst());
    return names;
  }

  private List<BackupName> find(Predicate<BackupName> wanted) throws IOException {
    List<BackupName> names = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
        for (Path child : children) {
          BackupName.parse(child.getFileName().toString()).filter(wanted).ifPresent(names::add);
        }
      }
    }
    return names;
  }

  /**
   * Removes the oldest until at most {@code max} are left, but none that is in use; and what an
   * interrupted backup or restore left.
   */
  public void prune(int max, Collection<String> inUse, BackupOrder order, List<String> paths)
      throws IOException {
    sweep(paths);
    List<BackupName> all = list(order);
    int left = all.size();
    for (int i = all.size() - 1; i >= 0 && left > max; i--) {
      String name = all.get(i).toString();
      if (!inUse.contains(name)) {
        // Under its own name it would look complete while it is being removed.
        Path doomed = folder.resolve(PARTIAL + name);
        FileTrees.delete(doomed);
        Disk.rename(folder.resolve(name), doomed);
        FileTrees.delete(doomed);
        left--;
      }
    }
  }

  private void sweep(List<String> paths) throws IOException {
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(folder, PARTIAL + "*")) {
        for (Path child : children) {
          FileTrees.delete(child);
        }
      }
    }
    for (String path : paths) {
      restoration.sweep(inside(home, path));
    }
  }

  static Path inside(Path home, String path) throws IOException {
    Path resolved = home.resolve(path).normalize();
    if (!resolved.startsWith(home.normalize()) || resolved.equals(home.normalize())) {
      throw new IOException("\"" + path + "\" is outside of " + home);
    }
    return resolved;
  }
}
