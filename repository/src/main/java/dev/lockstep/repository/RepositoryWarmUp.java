package dev.lockstep.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Does once what {@code lockstep-repo} is used for most, in a folder of its own, so that the
 * launcher can keep the classes it needs in a class-data archive.
 */
public final class RepositoryWarmUp {
  private final Path repository;
  private final Path keys;

  private RepositoryWarmUp(Path folder) {
    this.repository = folder.resolve("repository");
    this.keys = folder.resolve("keys");
  }

  /**
   * Nothing is left of what it does.
   *
   * @throws IllegalStateException if a command fails; there is no archive then
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("lockstep-repo-warm-up");
    try {
      Path tree = Files.createDirectory(folder.resolve("tree"));
      new RepositoryWarmUp(folder).run(tree);
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void run(Path tree) throws IOException {
    signing("init", "--yes");
    for (String version : List.of("1.0.0", "1.1.0")) {
      Files.writeString(tree.resolve("file"), version.repeat(10_000));
      signing("publish", "--component", "a", "--version", version, "--dir", tree.toString());
    }
    signing("promote", "--component", "a", "--version", "1.0.0", "--from", "stable", "--to", "dev");
    signing("refresh");
    execute("list");
    execute("verify", "--ignore", "weak-threshold", "--ignore", "no-spare-key");
  }

  private void signing(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--keys", keys.toString()));
    execute(all.toArray(String[]::new));
  }

  private void execute(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--repository", repository.toString()));
    int exit = RepositoryCommand.commandLine().execute(all.toArray(String[]::new));
    if (exit != CommandLine.ExitCode.OK) {
      throw new IllegalStateException("%s ended with %d".formatted(all, exit));
    }
  }
}
