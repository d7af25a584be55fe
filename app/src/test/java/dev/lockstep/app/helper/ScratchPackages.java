package dev.lockstep.app.helper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The distribution's package manager below a folder, with a repository there. Needs root. */
final class ScratchPackages {
  private static final int SECONDS = 120;
  private final Path folder;

  ScratchPackages(Path folder) throws IOException {
    this.folder = folder;
    for (String made :
        List.of(
            "repository",
            "root/etc/apt/apt.conf.d",
            "root/etc/apt/preferences.d",
            "root/etc/apt/trusted.gpg.d",
            "root/var/lib/apt/lists/partial",
            "root/var/cache/apt/archives/partial",
            "root/var/log/apt",
            "root/var/lib/dpkg/info",
            "root/var/lib/dpkg/updates")) {
      Files.createDirectories(folder.resolve(made));
    }
    Files.createFile(folder.resolve("root/var/lib/dpkg/status"));
    Files.writeString(
        folder.resolve("root/etc/apt/sources.list"),
        "deb [trusted=yes] file:%s ./\n".formatted(folder.resolve("repository")));
    Files.writeString(
        folder.resolve("apt.conf"),
        """
        Dir "%1$s/root";
        Dir::State::status "%1$s/root/var/lib/dpkg/status";
        Dir::Bin::methods "/usr/lib/apt/methods";
        Dir::Log "%1$s/root/var/log/apt";
        APT::Sandbox::User "root";
        APT::Architecture "amd64";
        DPkg::Options {"--root=%1$s/root"; "--force-not-root"; "--no-triggers"; "--log=%1$s/dpkg.log";};
        """
            .formatted(folder));
    Files.writeString(
        aptGet(),
        "#!/bin/sh\nAPT_CONFIG='%s' exec /usr/bin/apt-get \"$@\"\n"
            .formatted(folder.resolve("apt.conf")));
    Files.setPosixFilePermissions(aptGet(), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** An apt-get that knows of nothing else. */
  Path aptGet() {
    return folder.resolve("apt-get");
  }

  Path archive(String name, String version) {
    return folder.resolve("repository/%s_%s_all.deb".formatted(name, version));
  }

  /** Builds a package with one file, and puts it into the repository. */
  void publish(String name, String version) throws Exception {
    Path tree = folder.resolve("build-" + name + "-" + version);
    Files.createDirectories(tree.resolve("DEBIAN"));
    Files.createDirectories(tree.resolve("opt"));
    Files.writeString(tree.resolve("opt/" + name), version + "\n");
    String control =
        """
        Package: %s
        Version: %s
        Architecture: all
        Maintainer: nobody <nobody@example.org>
        Description: for a test
        """
            .formatted(name, version);
    Files.writeString(tree.resolve("DEBIAN/control"), control);
    Path archive = archive(name, version);
    run("/usr/bin/dpkg-deb", "--root-owner-group", "-Znone", "-b", tree + "", archive + "");
    byte[] bytes = Files.readAllBytes(archive);
    Path index = folder.resolve("repository/Packages");
    Files.writeString(
        index,
        (Files.exists(index) ? Files.readString(index) : "")
            + control
            + "Filename: ./%s%nSize: %d%nSHA256: %s%n%n"
                .formatted(
                    archive.getFileName(),
                    bytes.length,
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))));
  }

  void update() throws Exception {
    run(aptGet().toString(), "-q", "update");
  }

  void apt(String verb, String... names) throws Exception {
    List<String> words = new ArrayList<>(List.of(aptGet().toString(), "-q", "-y", verb));
    words.addAll(List.of(names));
    run(words.toArray(String[]::new));
  }

  /** The version of which dpkg says that it is installed. */
  String installed(String name) throws Exception {
    return run(
            "/usr/bin/dpkg-query",
            "--admindir=" + folder.resolve("root/var/lib/dpkg"),
            "-W",
            "-f=${Version}",
            name)
        .strip();
  }

  private String run(String... words) throws Exception {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    Process process = builder.start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(List.of(words) + ": " + Files.readString(output));
    }
    return Files.readString(output);
  }
}
