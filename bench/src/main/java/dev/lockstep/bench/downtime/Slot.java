package dev.lockstep.bench.downtime;

import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A staged release of a program that says when it was told to stop, stopped, started, was up. */
final class Slot {
  private static final int EXECUTABLE = 0755;
  private static final int READABLE = 0644;

  private Slot() {}

  static void write(
      Path home, String component, String version, int stopMillis, int startMillis, int files)
      throws IOException {
    Path slot = Files.createDirectories(home.resolve("releases").resolve(version));
    List<Manifest.Entry> entries = new ArrayList<>();
    entries.add(file(slot, Manifest.VERSION_FILE, version + "\n", READABLE));
    for (int i = 0; i < files; i++) {
      entries.add(file(slot, "part-%05d".formatted(i), "part " + i + " of " + version, READABLE));
    }
    entries.add(file(slot, "run.sh", program(stopMillis, startMillis), EXECUTABLE));
    Path manifests = Files.createDirectories(home.resolve("manifests"));
    Files.write(
        manifests.resolve(version + ".json"),
        ReleaseJson.write(new Manifest(component, ReleaseVersion.parse(version), entries)));
  }

  private static String program(int stopMillis, int startMillis) {
    return """
        #!/bin/sh
        say() { echo "$1 $(date +%%s%%N)" >>../../data/times; }
        stop() { say told; rm -f ../../data/up; sleep %s; say stopped; exit 0; }
        trap stop TERM
        say started
        sleep %s
        : >../../data/up
        say up
        while :; do sleep 10 & wait $!; done
        """
        .formatted(seconds(stopMillis), seconds(startMillis));
  }

  private static String seconds(int millis) {
    return "%d.%03d".formatted(millis / 1000, millis % 1000);
  }

  private static Manifest.Entry file(Path slot, String name, String text, int mode)
      throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    Path path = Files.write(slot.resolve(name), content);
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(mode == EXECUTABLE ? "rwxr-xr-x" : "rw-r--r--"));
    try {
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      return Manifest.Entry.file(name, mode, content.length, hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
