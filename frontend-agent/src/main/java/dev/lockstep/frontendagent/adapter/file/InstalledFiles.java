package dev.lockstep.frontendagent.adapter.file;

import dev.lockstep.config.Settings;
import dev.lockstep.frontendagent.domain.Installed;
import dev.lockstep.frontendagent.port.InstalledView;
import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is installed from the device's folders, as atomic-updates lays them out. What cannot
 * be read is logged and counts as absent. Any thread may call it.
 */
public final class InstalledFiles implements InstalledView {
  private static final Logger LOG = LoggerFactory.getLogger(InstalledFiles.class);
  private static final int MOST_VERSION_BYTES = 64 * 1024;
  private static final int MOST_DESCRIPTION_BYTES = 1 << 20;
  private static final int MOST_STAGED = 100;

  private final Function<String, Path> folders;
  private final Map<String, Path> versionFiles;

  /**
   * Reads in each component's folder.
   *
   * @param folders component to its folder
   * @param versionFiles where the versions of components that Lockstep does not install are read
   */
  public InstalledFiles(Function<String, Path> folders, Map<String, Path> versionFiles) {
    this.folders = folders;
    this.versionFiles = Map.copyOf(versionFiles);
  }

  /** Reads below the settings' root folder. */
  public static InstalledFiles of(Settings settings) {
    Map<String, Path> versionFiles = new HashMap<>();
    settings
        .components()
        .forEach(
            (id, component) -> component.versionFile().ifPresent(f -> versionFiles.put(id, f)));
    return new InstalledFiles(settings.device().root()::resolve, versionFiles);
  }

  @Override
  public Installed installed(String component) {
    Path folder = folders.apply(component);
    Path versionFile =
        versionFiles.getOrDefault(
            component, folder.resolve("current").resolve(Manifest.VERSION_FILE));
    Optional<ReleaseVersion> active = version(versionFile);
    Optional<ReleaseVersion> previous =
        linked(folder.resolve("previous")).filter(version -> !active.equals(Optional.of(version)));
    List<ReleaseVersion> staged = new ArrayList<>(slots(folder));
    active.ifPresent(staged::remove);
    previous.ifPresent(staged::remove);
    return new Installed(
        active, previous, staged, active.flatMap(version -> description(folder, version)));
  }

  /** A bare version, or a line VERSION_ID= or VERSION= as in os-release. */
  private static Optional<ReleaseVersion> version(Path file) {
    try {
      String text = read(file, MOST_VERSION_BYTES).strip();
      for (String key : List.of("VERSION_ID=", "VERSION=")) {
        for (String line : text.split("\\R")) {
          if (line.startsWith(key)) {
            text = line.substring(key.length()).strip().replaceAll("^([\"'])(.*)\\1$", "$2");
          }
        }
      }
      if (ReleaseVersion.isValid(text)) {
        return Optional.of(ReleaseVersion.parse(text));
      }
      LOG.warn("{} does not hold a version; the component counts as not installed", file);
    } catch (NoSuchFileException absent) {
      LOG.debug("nothing is installed: {} does not exist", file);
    } catch (IOException unreadable) {
      LOG.warn("cannot read {}: {}", file, unreadable.toString());
    }
    return Optional.empty();
  }

  private static Optional<ReleaseVersion> linked(Path link) {
    try {
      Path target = Files.readSymbolicLink(link).getFileName();
      return Optional.ofNullable(target)
          .map(Path::toString)
          .filter(ReleaseVersion::isValid)
          .map(ReleaseVersion::parse)
          .filter(version -> Files.isDirectory(link));
    } catch (NoSuchFileException | NotLinkException absent) {
      return Optional.empty();
    } catch (IOException unreadable) {
      LOG.warn("cannot read {}: {}", link, unreadable.toString());
      return Optional.empty();
    }
  }

  private static List<ReleaseVersion> slots(Path folder) {
    List<ReleaseVersion> versions = new ArrayList<>();
    try (DirectoryStream<Path> slots = Files.newDirectoryStream(folder.resolve("releases"))) {
      for (Path slot : slots) {
        String name = slot.getFileName().toString();
        if (versions.size() < MOST_STAGED
            && ReleaseVersion.isValid(name)
            && Files.isDirectory(slot, LinkOption.NOFOLLOW_LINKS)) {
          versions.add(ReleaseVersion.parse(name));
        }
      }
    } catch (NoSuchFileException absent) {
      return List.of();
    } catch (IOException unreadable) {
      LOG.warn("cannot list the slots in {}: {}", folder, unreadable.toString());
    }
    Collections.sort(versions);
    return versions;
  }

  private static Optional<ReleaseDescription> description(Path folder, ReleaseVersion version) {
    Path file = folder.resolve("descriptions").resolve(version + ".json");
    try {
      return Optional.of(ReleaseJson.description(read(file, MOST_DESCRIPTION_BYTES)));
    } catch (NoSuchFileException absent) {
      LOG.debug("nothing is known of {}'s APIs: {} does not exist", version, file);
    } catch (IOException | MalformedReleaseException unreadable) {
      LOG.warn("cannot read {}: {}", file, unreadable.toString());
    }
    return Optional.empty();
  }

  private static String read(Path file, int most) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      byte[] bytes = content.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new IOException("it is longer than " + most + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
