package dev.lockstep.frontendagent.adapter;

import dev.lockstep.frontendagent.domain.Installed;
import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads what is installed of one component from its folder; changes nothing there. */
public final class InstalledReader {
  private static final int MAX_DESCRIPTION = 1 << 20;
  private final Path folder;

  /** Reads the component in that folder ({@code <root>/<component>}). */
  public InstalledReader(Path folder) {
    this.folder = folder;
  }

  /**
   * What is installed now.
   *
   * @throws UncheckedIOException if the files cannot be read
   */
  public Installed read() {
    try {
      String version = version("current");
      if (version.isEmpty()) {
        return new Installed("", version("previous"), staged("", ""), Map.of(), Map.of());
      }
      String previous = version("previous");
      ReleaseDescription description = description(version);
      return new Installed(
          version,
          previous,
          staged(version, previous),
          asText(description.provides()),
          asText(description.requires()));
    } catch (IOException | MalformedReleaseException unreadable) {
      throw new UncheckedIOException(
          new IOException(
              "cannot read what is installed in " + folder + "; check that folder", unreadable));
    }
  }

  private String version(String link) throws IOException {
    try {
      String version = Files.readString(folder.resolve(link).resolve("VERSION")).strip();
      return ReleaseVersion.isValid(version) ? version : "";
    } catch (NoSuchFileException nothingInstalled) {
      return "";
    }
  }

  private ReleaseDescription description(String version) throws IOException {
    Path file = folder.resolve("descriptions").resolve(version + ".json");
    if (Files.size(file) > MAX_DESCRIPTION) {
      throw new IOException(file + " is larger than a description can be");
    }
    return ReleaseJson.description(Files.readString(file));
  }

  private List<String> staged(String active, String previous) throws IOException {
    try (Stream<Path> slots = Files.list(folder.resolve("releases"))) {
      return slots
          .map(slot -> slot.getFileName().toString())
          .filter(ReleaseVersion::isValid)
          .filter(version -> !version.equals(active) && !version.equals(previous))
          .sorted()
          .toList();
    } catch (NoSuchFileException noSlots) {
      return List.of();
    }
  }

  private static Map<String, String> asText(Map<String, ?> values) {
    Map<String, String> text = new LinkedHashMap<>();
    values.forEach((api, value) -> text.put(api, value.toString()));
    return text;
  }
}
