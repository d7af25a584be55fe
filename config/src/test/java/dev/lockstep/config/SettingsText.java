package dev.lockstep.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Settings files for tests: the mandatory keys, and what a test adds. */
final class SettingsText {
  static final String DEVICE = "device: {id: hub, root: /opt/app, state: /var/lib/lockstep}\n";
  static final String BUS = "bus: {security: plain}\n";
  static final String SOURCE =
      "source: {metadata_url: \"https://updates.example.org/metadata/\", root_file: root.json}\n";
  static final String MINIMAL = DEVICE + BUS + SOURCE;

  private final Path file;

  SettingsText(Path directory) {
    this.file = directory.resolve("lockstep.yaml");
  }

  Path file() {
    return file;
  }

  /** Loads a file of exactly that text. */
  Settings load(String text, Map<String, String> environment) {
    try {
      Files.writeString(file, text);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return SettingsLoader.load(file, environment);
  }

  Settings load(String text) {
    return load(text, Map.of());
  }

  /** Loads the mandatory keys with one key under {@code update:}. */
  UpdateSettings update(String line) {
    return load(MINIMAL + "update:\n  " + line + "\n").update();
  }

  /** Loads the mandatory keys with one component, whose keys are given in flow style. */
  ComponentSettings component(String keys) {
    return load(MINIMAL + "components:\n  ui: {" + keys + "}\n").components().get("ui");
  }

  /** The error that such a file gives. */
  ConfigException refusal(String text, Map<String, String> environment) {
    return catchThrowableOfType(ConfigException.class, () -> load(text, environment));
  }

  ConfigException refusal(String text) {
    return refusal(text, Map.of());
  }

  ConfigException updateRefusal(String line) {
    return refusal(MINIMAL + "update:\n  " + line + "\n");
  }

  ConfigException componentRefusal(String keys) {
    return refusal(MINIMAL + "components:\n  ui: {" + keys + "}\n");
  }
}
