package dev.lockstep.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Trees for tests. */
public final class Trees {
  private Trees() {}

  /** An executable, a text and a link; no VERSION. */
  public static Path small(Path folder, String text) throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    Files.createDirectories(folder.resolve("lib"));
    mode(folder.resolve("bin"), "rwxr-xr-x");
    mode(folder.resolve("lib"), "rwxr-xr-x");
    Files.writeString(folder.resolve("bin/run"), "#!/bin/sh\necho " + text + "\n");
    mode(folder.resolve("bin/run"), "rwxr-xr-x");
    Files.writeString(folder.resolve("lib/text.txt"), text);
    mode(folder.resolve("lib/text.txt"), "rw-r--r--");
    Files.createSymbolicLink(folder.resolve("lib/latest.txt"), Path.of("text.txt"));
    return folder;
  }

  /** Sets a mode such as rwxr-xr-x, whatever the umask is. */
  public static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }
}
