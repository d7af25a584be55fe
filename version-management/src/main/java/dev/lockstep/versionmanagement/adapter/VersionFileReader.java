package dev.lockstep.versionmanagement.adapter;

import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.version.VersionFile;
import dev.lockstep.protocol.version.VersionFileException;
import dev.lockstep.versionmanagement.domain.ComponentRole;
import dev.lockstep.versionmanagement.domain.LocalComponent;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Site;
import dev.lockstep.versionmanagement.port.VersionFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the VERSION files and os-release style files that the settings name. */
public final class VersionFileReader implements VersionFiles {
  private final Settings settings;

  /** Reads those of these settings' components that have a {@code version_file}. */
  public VersionFileReader(Settings settings) {
    this.settings = settings;
  }

  @Override
  public List<LocalComponent> read() {
    return settings.components().values().stream()
        .flatMap(component -> component.versionFile().map(file -> read(component, file)).stream())
        .toList();
  }

  private LocalComponent read(ComponentSettings component, Path file) {
    Site site = new Site(settings.device().id(), component.id());
    ComponentRole role = ComponentRole.valueOf(component.role().name());
    String platform = settings.device().platform();
    try {
      return new LocalComponent(
          site, role, platform, Optional.of(VersionFile.read(file)), Optional.empty());
    } catch (VersionFileException unknown) {
      return new LocalComponent(
          site,
          role,
          platform,
          Optional.empty(),
          Optional.of(Problem.operator(unknown.code(), unknown.getMessage())));
    }
  }
}
