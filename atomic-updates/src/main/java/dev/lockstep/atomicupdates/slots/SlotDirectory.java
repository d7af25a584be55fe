package dev.lockstep.atomicupdates.slots;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.staging.TreeVerifier;
import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The slots of one component. What the disk says is read anew with every call; changes are
 * idempotent. Failures to change are {@code IOException}s, so that the caller says what for.
 */
public final class SlotDirectory {
  private static final String REMOVING = ".removing-";
  private static final int MAX_DESCRIPTION = 1024 * 1024;

  private final Path home;
  private final ActiveLink current;
  private final ActiveLink previous;
  private final Optional<Path> versionFile;
  private final FaultPoints faults;

  /**
   * Does nothing yet.
   *
   * @param home the component's folder
   * @param versionFile where the version is read from instead of {@code current/VERSION}
   */
  public SlotDirectory(Path home, Optional<Path> versionFile, FaultPoints faults) {
    this.home = home;
    this.versionFile = versionFile;
    this.faults = faults;
    this.current = new ActiveLink(home, "current", faults);
    this.previous = new ActiveLink(home, "previous", faults);
  }

  /** The component's folder. */
  public Path home() {
    return home;
  }

  /** The component's data; never inside a release. */
  public Path data() {
    return home.resolve("data");
  }

  /** The active link. */
  public Path currentLink() {
    return current.path();
  }

  /** A slot's folder, whether it is there or not. */
  public Path slot(ReleaseVersion version) {
    return home.resolve("releases").resolve(version.toString());
  }

  /**
   * The active version, empty where nothing is installed.
   *
   * @throws AtomicUpdatesException {@code CHECK_VERSION_MISSING} or {@code CHECK_VERSION_MALFORMED}
   *     where something is active that does not say what it is
   */
  public Optional<ReleaseVersion> active() {
    if (versionFile.isPresent()) {
      return Optional.of(VersionFile.read(versionFile.get()));
    }
    return Files.isSymbolicLink(current.path())
        ? Optional.of(VersionFile.read(current.path().resolve(Manifest.VERSION_FILE)))
        : Optional.empty();
  }

  /** The version whose slot the active link names, whatever is in that slot. */
  public Optional<ReleaseVersion> linked() {
    return named(current);
  }

  private static Optional<ReleaseVersion> named(ActiveLink link) {
    try {
      return link.target()
          .map(target -> target.getFileName().toString())
          .filter(ReleaseVersion::isValid)
          .map(ReleaseVersion::parse);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** What "revert" goes back to: the version that was active before, where its slot is there. */
  public Optional<ReleaseVersion> previous() {
    return previousLinked()
        .filter(this::has)
        .filter(version -> active().filter(version::equals).isEmpty());
  }

  /**
   * The version that the previous link names, whatever is in its slot: the launcher goes back there
   * also where no manifest says what it should be.
   */
  public Optional<ReleaseVersion> previousLinked() {
    return named(previous);
  }

  /** Whether the slot is there, also one that was not staged and has no manifest. */
  public boolean hasFolder(ReleaseVersion version) {
    return Files.isDirectory(slot(version), LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether the slot is there, with the manifest that it was staged by. */
  public boolean has(ReleaseVersion version) {
    return hasFolder(version) && Files.isRegularFile(manifestFile(version));
  }

  /** The versions in slots, oldest first. */
  public List<ReleaseVersion> slots() {
    return folders().stream().filter(this::has).toList();
  }

  /**
   * The versions that take room, oldest first: those in slots, and those without a manifest, which
   * an installation script or an end in the middle left.
   */
  public List<ReleaseVersion> folders() {
    return children(home.resolve("releases")).stream()
        .filter(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS))
        .map(folder -> folder.getFileName().toString())
        .filter(ReleaseVersion::isValid)
        .map(ReleaseVersion::parse)
        .sorted()
        .toList();
  }

  /** The signed description that was verified when the release was staged. */
  public Optional<ReleaseDescription> description(ReleaseVersion version) {
    Path file = home.resolve("descriptions").resolve(version + ".json");
    try (InputStream json = Files.newInputStream(file)) {
      String text = new String(json.readNBytes(MAX_DESCRIPTION), StandardCharsets.UTF_8);
      return Optional.of(ReleaseJson.description(text));
    } catch (IOException | MalformedReleaseException unreadable) {
      return Optional.empty();
    }
  }

  /** The manifest that was verified when the release was staged. */
  public Manifest manifest(ReleaseVersion version) {
    try (InputStream json = Files.newInputStream(manifestFile(version))) {
      return ReleaseJson.manifest(json);
    } catch (IOException | MalformedReleaseException unreadable) {
      throw new AtomicUpdatesException.Install(
          ErrorCode.ERROR_CODE_MANIFEST_MISMATCH,
          ErrorCategory.ERROR_CATEGORY_RETRY,
          "cannot check release %s: its manifest %s is not readable (%s); stage it again"
              .formatted(version, manifestFile(version), unreadable.getMessage()),
          unreadable);
    }
  }

  /** Compares every file of the slot with the manifest, hashes included; empty when equal. */
  public List<String> differences(ReleaseVersion version) {
    return TreeVerifier.verify(slot(version), manifest(version)).stream()
        .map(Object::toString)
        .toList();
  }

  /**
   * Compares types and sizes only: quick enough while the component is down, after {@link
   * #differences} was empty. The first difference, empty when equal.
   */
  public Optional<String> quickDifference(ReleaseVersion version) throws IOException {
    for (Manifest.Entry entry : manifest(version).entries()) {
      Path file = slot(version).resolve(entry.path());
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(entry.path() + " is missing");
      }
      BasicFileAttributes found =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      boolean same =
          switch (entry.type()) {
            case FILE -> found.isRegularFile() && found.size() == entry.size();
            case DIRECTORY -> found.isDirectory();
            case LINK -> found.isSymbolicLink();
          };
      if (!same) {
        return Optional.of(entry.path() + " is another type or size");
      }
    }
    return Optional.empty();
  }

  /** Points the active link at a slot. */
  public void activate(ReleaseVersion version) throws IOException {
    current.switchTo(relative(version));
  }

  /** Removes the active link: nothing is installed then. */
  public void deactivate() throws IOException {
    current.remove();
  }

  /** Points the previous link at a slot, or removes it where the version is null. */
  public void setPrevious(ReleaseVersion version) throws IOException {
    if (version == null) {
      previous.remove();
    } else {
      previous.switchTo(relative(version));
    }
  }

  private Path relative(ReleaseVersion version) {
    return home.getFileSystem().getPath("releases", version.toString());
  }

  /**
   * Removes the named slots and no other, also none that appeared since they were chosen. What is
   * half removed has another name and is swept later.
   */
  public List<ReleaseVersion> remove(Collection<ReleaseVersion> versions) throws IOException {
    List<ReleaseVersion> removed = new ArrayList<>();
    for (ReleaseVersion version : versions) {
      if (Files.isDirectory(slot(version), LinkOption.NOFOLLOW_LINKS)) {
        Path doomed = slot(version).resolveSibling(REMOVING + version);
        FileTrees.delete(doomed);
        Disk.rename(slot(version), doomed);
        faults.reached("slot.renamed");
        FileTrees.delete(doomed);
        faults.reached("slot.deleted");
        Disk.deleteIfExists(manifestFile(version));
        Disk.deleteIfExists(home.resolve("descriptions").resolve(version + ".json"));
        removed.add(version);
      }
    }
    return removed;
  }

  /** Removes what an interrupted switch or removal left. */
  public void sweep() throws IOException {
    current.sweep();
    previous.sweep();
    for (Path child : children(home.resolve("releases"))) {
      if (child.getFileName().toString().startsWith(REMOVING)) {
        String version = child.getFileName().toString().substring(REMOVING.length());
        FileTrees.delete(child);
        if (!Files.exists(child.resolveSibling(version), LinkOption.NOFOLLOW_LINKS)) {
          Disk.deleteIfExists(home.resolve("manifests").resolve(version + ".json"));
          Disk.deleteIfExists(home.resolve("descriptions").resolve(version + ".json"));
        }
      }
    }
  }

  private Path manifestFile(ReleaseVersion version) {
    return home.resolve("manifests").resolve(version + ".json");
  }

  private static List<Path> children(Path folder) {
    List<Path> children = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        entries.forEach(children::add);
      } catch (IOException unreadable) {
        throw new UncheckedIOException("cannot list " + folder, unreadable);
      }
    }
    return children;
  }
}
