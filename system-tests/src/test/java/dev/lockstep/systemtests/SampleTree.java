package dev.lockstep.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The tree of a release of the sample app, as its developer would build it. */
final class SampleTree {
  static final String BACKEND = "SampleBackend";
  static final String FRONTEND = "SampleFrontend";

  private SampleTree() {}

  /** Writes a release whose program is one of the two above. */
  static Path write(Path tree, String program, String version, boolean healthy) throws IOException {
    Files.createDirectories(tree.resolve("bin"));
    Files.createDirectories(tree.resolve("lib"));
    Files.copy(
        Run.HOME.resolve("examples/sample-app/target/lockstep-sample-app-0.1.0.jar"),
        tree.resolve("lib/sample-app.jar"));
    Files.writeString(tree.resolve("VERSION"), version + "\n");
    Files.writeString(
        tree.resolve("release.properties"), "api=" + version + "\nhealthy=" + healthy + "\n");
    Path run = tree.resolve("bin/run");
    Files.writeString(
        run,
        """
        #!/bin/sh
        release=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
        exec "%s/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx48m \\
            -cp "$release/lib/sample-app.jar" dev.lockstep.sample.%s "$release"
        """
            .formatted(System.getProperty("java.home"), program));
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
    return tree;
  }
}
