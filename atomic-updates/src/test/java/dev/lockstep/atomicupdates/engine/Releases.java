package dev.lockstep.atomicupdates.engine;

import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** Puts releases of small shell programs into slots, as staging does. */
final class Releases {
  /** Takes the data over as its own, then runs until it is told to stop. */
  static final String GOOD =
      """
      #!/bin/sh
      trap 'exit 0' TERM
      cp VERSION ../../data/owner.new && mv ../../data/owner.new ../../data/owner
      echo "running $LOCKSTEP_VERSION"
      while :; do sleep 1 & wait $!; done
      """;

  /** Spoils the data, then crashes. */
  static final String CRASHING =
      """
      #!/bin/sh
      echo spoiled > ../../data/owner
      rm -f ../../data/precious
      echo "cannot read configuration, password=hunter2"
      exit 3
      """;

  /** Spoils the data, then runs without ever being healthy. */
  static final String UNHEALTHY =
      """
      #!/bin/sh
      trap 'exit 0' TERM
      echo spoiled > ../../data/owner
      while :; do sleep 1 & wait $!; done
      """;

  private static final String FILE_MODE = "rw-r--r--";
  private static final String PROGRAM_MODE = "rwxr-xr-x";

  private Releases() {}

  static ReleaseVersion v(String version) {
    return ReleaseVersion.parse(version);
  }

  /** Writes a slot with its manifest and description. */
  static void stage(Path home, String component, String version, String program, String migrate)
      throws IOException {
    Map<String, String> files = new TreeMap<>();
    files.put("VERSION", version + "\n");
    files.put("run.sh", program);
    files.put("lib/part.txt", "part of " + version + "\n");
    if (migrate != null) {
      files.put("migrate.sh", migrate);
    }
    stage(home, component, version, files, "lib");
  }

  /** Writes a slot of these files, of which one folder has some. */
  static void stage(
      Path home, String component, String version, Map<String, String> files, String folder)
      throws IOException {
    Path slot = home.resolve("releases").resolve(version);
    Files.createDirectories(slot.resolve(folder));
    Files.setPosixFilePermissions(
        slot.resolve(folder), PosixFilePermissions.fromString(PROGRAM_MODE));
    Map<String, Manifest.Entry> entries = new TreeMap<>();
    entries.put(folder, Manifest.Entry.directory(folder, 0755));
    for (Map.Entry<String, String> file : files.entrySet()) {
      boolean program2 = file.getValue().startsWith("#!");
      byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
      Path path = slot.resolve(file.getKey());
      Files.write(path, content);
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(program2 ? PROGRAM_MODE : FILE_MODE));
      entries.put(
          file.getKey(),
          Manifest.Entry.file(
              file.getKey(), program2 ? 0755 : 0644, content.length, sha256(content)));
    }
    Manifest manifest = new Manifest(component, v(version), List.copyOf(entries.values()));
    Files.createDirectories(home.resolve("manifests"));
    Files.createDirectories(home.resolve("descriptions"));
    Files.write(home.resolve("manifests/" + version + ".json"), ReleaseJson.write(manifest));
    Files.writeString(
        home.resolve("descriptions/" + version + ".json"),
        JsonMapper.builder()
            .build()
            .writeValueAsString(ReleaseJson.toMap(description(component, version))));
  }

  static ReleaseDescription description(String component, String version) {
    return new ReleaseDescription(
        component,
        v(version),
        "stable",
        "tree",
        "any",
        false,
        false,
        false,
        Map.of(),
        Map.of(),
        100,
        1000,
        "",
        List.of(new ReleaseDescription.Artifact("stable/x/x.tar.gz", "tar.gz", "", 10)));
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
