package dev.lockstep.atomicupdates.process;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A configured command for one component: placeholders replaced, a minimal environment, run in the
 * active release.
 */
public final class CommandLine {
  /** Variables that a component gets from this process, where they are set. */
  private static final List<String> INHERITED =
      List.of("PATH", "HOME", "LANG", "JAVA_HOME", "TMPDIR", "TZ");

  private final Path home;
  private final String component;

  /** For a component with that folder. */
  public CommandLine(String component, Path home) {
    this.component = component;
    this.home = home.toAbsolutePath();
  }

  /** The active link: the working folder. */
  public Path release() {
    return home.resolve("current");
  }

  /** The component's folder. */
  Path home() {
    return home;
  }

  /** The variable by which a component's processes are found. */
  String marker() {
    return "LOCKSTEP_COMPONENT_HOME=" + home;
  }

  /**
   * A command that is ready to run, for a version or for none; its output is still to be directed.
   */
  public ProcessBuilder prepare(
      List<String> prefix,
      List<String> command,
      Map<String, String> environment,
      ReleaseVersion version) {
    List<String> words = new ArrayList<>(prefix);
    for (int i = 0; i < command.size(); i++) {
      String word = replace(command.get(i));
      words.add(i == 0 ? program(word) : word);
    }
    ProcessBuilder builder = new ProcessBuilder(words).directory(release().toFile());
    Map<String, String> clean = new TreeMap<>();
    for (String name : INHERITED) {
      if (System.getenv(name) != null) {
        clean.put(name, System.getenv(name));
      }
    }
    environment.forEach((name, value) -> clean.put(name, replace(value)));
    clean.put("LOCKSTEP_COMPONENT", component);
    clean.put("LOCKSTEP_COMPONENT_HOME", home.toString());
    if (version != null) {
      clean.put("LOCKSTEP_VERSION", version.toString());
    }
    builder.environment().clear();
    builder.environment().putAll(clean);
    return builder;
  }

  /** A program with a slash that is not absolute is looked up in the release. */
  private String program(String word) {
    return word.contains("/") && !word.startsWith("/") ? release().resolve(word).toString() : word;
  }

  private String replace(String text) {
    return text.replace("${root}", home.toString())
        .replace("${release}", release().toString())
        .replace("${data}", home.resolve("data").toString());
  }
}
