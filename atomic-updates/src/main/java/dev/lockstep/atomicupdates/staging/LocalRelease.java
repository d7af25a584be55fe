package dev.lockstep.atomicupdates.staging;

import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseDescription.Artifact;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A small release that this program itself makes, for {@link LocalStager}.
 *
 * @param manifest its tree
 * @param contents of each file, by its path
 */
public record LocalRelease(Manifest manifest, Map<String, String> contents) {
  private static final int PROGRAM = 0755;
  private static final int TEXT = 0644;

  /** Copies the map. */
  public LocalRelease {
    contents = Map.copyOf(contents);
  }

  /**
   * A release of these files. VERSION is added to them.
   *
   * @param files contents by path; what begins with {@code #!} is a program
   * @param links targets by path
   */
  public static LocalRelease of(
      String component,
      ReleaseVersion version,
      Map<String, String> files,
      Map<String, String> links) {
    Map<String, String> contents = new TreeMap<>(files);
    contents.put(Manifest.VERSION_FILE, version + "\n");
    Map<String, Manifest.Entry> entries = new TreeMap<>();
    contents.forEach(
        (path, text) -> {
          addFolder(entries, path);
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          String hash = HexFormat.of().formatHex(Hashing.sha256().digest(bytes));
          int mode = text.startsWith("#!") ? PROGRAM : TEXT;
          entries.put(path, Manifest.Entry.file(path, mode, bytes.length, hash));
        });
    links.forEach(
        (path, target) -> {
          addFolder(entries, path);
          entries.put(path, Manifest.Entry.link(path, target));
        });
    return new LocalRelease(
        new Manifest(component, version, List.copyOf(entries.values())), contents);
  }

  private static void addFolder(Map<String, Manifest.Entry> entries, String path) {
    int slash = path.lastIndexOf('/');
    if (slash >= 0) {
      String folder = path.substring(0, slash);
      addFolder(entries, folder);
      entries.put(folder, Manifest.Entry.directory(folder, PROGRAM));
    }
  }

  /** What a publisher would have signed about it. */
  ReleaseDescription description() {
    String stem =
        ReleaseDescription.targetStem(
            "dev",
            manifest.component(),
            manifest.version().toString(),
            ReleaseDescription.ANY_PLATFORM);
    return new ReleaseDescription(
        manifest.component(),
        manifest.version(),
        "dev",
        ReleaseDescription.TREE,
        ReleaseDescription.ANY_PLATFORM,
        false,
        false,
        false,
        Map.of(),
        Map.of(),
        100,
        manifest.totalSize(),
        "",
        List.of(new Artifact(stem + ".tar.gz", "tar.gz", "", manifest.totalSize())));
  }
}
