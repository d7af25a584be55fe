package dev.lockstep.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;

/** Makes the trees of the example apps' releases: a start script, libraries, facts, pictures. */
final class JavaReleases {
  // As a real app would have, so that there is something to fetch.
  private static final int PICTURES = 4_000_000;
  private final String programs;
  private final List<Path> libraries;

  /**
   * Releases of programs of one package.
   *
   * @param programs the package of the programs
   * @param libraries the jars that they need
   */
  JavaReleases(String programs, List<Path> libraries) {
    this.programs = programs;
    this.libraries = libraries;
  }

  /** Writes the tree of a release that starts that program. */
  Path write(Path tree, String version, boolean healthy, String program) throws IOException {
    Files.createDirectories(tree.resolve("bin"));
    Files.createDirectories(tree.resolve("lib"));
    for (Path library : libraries) {
      Files.copy(library, tree.resolve("lib").resolve(library.getFileName()));
    }
    Files.writeString(tree.resolve("VERSION"), version + "\n");
    byte[] pictures = new byte[PICTURES];
    new Random(version.hashCode()).nextBytes(pictures);
    Files.write(tree.resolve("lib/pictures.bin"), pictures);
    Files.writeString(
        tree.resolve("release.properties"), "api=" + version + "\nhealthy=" + healthy + "\n");
    Path run = tree.resolve("bin/run");
    Files.writeString(
        run,
        """
        #!/bin/sh
        release=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
        exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx48m \\
            -Xshare:auto -Dslf4j.internal.verbosity=ERROR -cp "$release/lib/*" %s.%s "$release"
        """
            .formatted(programs, program));
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
    return tree;
  }

  /** Health settings of such a program. */
  static String health(DemoDevice device) {
    return """
        health:
          probe: http
          url: "%s"
          interval: 100ms
          timeout: 1s
          successes: 2
          start_deadline: 60s
          deadline: 5s
          window: 1s
        """
        .formatted(HttpQuestion.uri(device, "/health"));
  }
}
