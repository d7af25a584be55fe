package dev.lockstep.app.doctor;

import dev.lockstep.atomicupdates.backup.Backups;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.slots.SlotDirectory;
import dev.lockstep.atomicupdates.staging.StagerSettings;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.release.ReleaseDescription;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether there is room for the next update: of each component a release like the active one, its
 * download, and a backup of its data; and what the hub's cache may take. What the next release
 * really needs is known, and looked at, before it is downloaded.
 */
final class SpaceCheck {
  private static final long MEGABYTE = 1L << 20;

  private final Subject subject;
  private final Map<FileStore, Need> needs = new LinkedHashMap<>();

  private static final class Need {
    private final Path folder;
    private long bytes;

    Need(Path folder) {
      this.folder = folder;
    }
  }

  SpaceCheck(Subject subject) {
    this.subject = subject;
  }

  List<Finding> look() throws IOException {
    Settings settings = subject.settings();
    add(subject.state(), StagerSettings.from(settings).spaceMargin());
    add(subject.root(), 0);
    for (ComponentSettings component : settings.components().values()) {
      component(component);
    }
    if (settings.lanCache().listen().isPresent()) {
      Path cache = subject.state().resolve("lan-cache");
      long most = settings.lanCache().maxMegabytes() * MEGABYTE;
      add(cache, Math.max(0, most - size(cache)));
    }
    List<Finding> found = new ArrayList<>();
    List<String> enough = new ArrayList<>();
    for (Map.Entry<FileStore, Need> one : needs.entrySet()) {
      long free = one.getKey().getUsableSpace();
      Path folder = one.getValue().folder;
      long need = one.getValue().bytes;
      String facts =
          "%s has %s free, the next update needs about %s"
              .formatted(folder, text(free), text(need));
      if (free < need) {
        found.add(Finding.failed("space", "cannot update: " + facts, "make room there"));
      } else if (free < 2 * need) {
        found.add(Finding.warning("space", facts, "make room there before it is needed"));
      } else {
        enough.add(facts);
      }
    }
    if (found.isEmpty()) {
      found.add(Finding.ok("space", String.join("; ", enough)));
    }
    return found;
  }

  private void component(ComponentSettings component) throws IOException {
    Path home = subject.root().resolve(component.id());
    SlotDirectory slots = new SlotDirectory(home, component.versionFile(), FaultPoints.NONE);
    Optional<ReleaseDescription> active = slots.linked().flatMap(slots::description);
    if (active.isPresent()) {
      add(subject.root(), active.get().installedSize());
      long artifact =
          active.get().artifacts().stream().mapToLong(one -> one.size()).max().orElse(0);
      add(subject.state(), artifact);
    }
    if (subject.settings().update().backupEnabled() && Files.isDirectory(home)) {
      Path folder = subject.settings().update().backupPath();
      long data = new Backups(home, folder, FaultPoints.NONE).needed(component.backupPaths());
      add(folder, data);
    }
  }

  private void add(Path folder, long bytes) throws IOException {
    Path there = FileFacts.existing(folder);
    needs.computeIfAbsent(Files.getFileStore(there), store -> new Need(there)).bytes += bytes;
  }

  private static long size(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (var files = Files.walk(folder)) {
      return files.map(Path::toFile).mapToLong(file -> file.isFile() ? file.length() : 0).sum();
    }
  }

  private static String text(long bytes) {
    return bytes >= 10 * 1024 * MEGABYTE
        ? bytes / (1024 * MEGABYTE) + " GB"
        : (bytes + MEGABYTE - 1) / MEGABYTE + " MB";
  }
}
