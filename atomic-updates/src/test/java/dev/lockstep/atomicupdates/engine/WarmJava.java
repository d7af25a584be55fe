package dev.lockstep.atomicupdates.engine;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Starts programs of the tests' class path in half the time: class data of what a first run loads
 * are kept in an archive, for which every folder of the class path has to be a jar.
 */
final class WarmJava {
  private final List<String> command;

  private WarmJava(List<String> command) {
    this.command = command;
  }

  /** Makes it in a folder by one run of a program that ends by itself. */
  static WarmJava of(Path folder, String main, String... arguments)
      throws IOException, InterruptedException {
    List<String> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      classPath.add(
          Files.isDirectory(path)
              ? jar(path, folder.resolve(classPath.size() + ".jar")).toString()
              : entry);
    }
    Path archive = folder.resolve("classes.jsa");
    List<String> plain =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xmx64m",
            "-Xlog:disable",
            "-cp",
            String.join(File.pathSeparator, classPath));
    List<String> first = new ArrayList<>(plain);
    first.add(1, "-XX:ArchiveClassesAtExit=" + archive);
    first.add(main);
    first.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(first)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("first-run.log").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    List<String> warm = new ArrayList<>(plain);
    if (Files.exists(archive)) {
      warm.add(1, "-XX:SharedArchiveFile=" + archive);
    }
    return new WarmJava(warm);
  }

  /** The command of a program, for a shell. */
  String shell(String main, String... arguments) {
    List<String> words = new ArrayList<>(command);
    words.add(main);
    words.addAll(List.of(arguments));
    return "'" + String.join("' '", words) + "'";
  }

  private static Path jar(Path classes, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
    return jar;
  }
}
