package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.ComponentSettings.Announce;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A whole file, as an operator writes it. */
class SettingsLoaderTest {
  private static final Path HUB = Path.of("src/test/resources/hub.yaml");

  @Test
  void load_completeFile_givesAllSettings() {
    Settings settings = SettingsLoader.load(HUB, Map.of());

    assertThat(settings.device().id()).isEqualTo("hub");
    assertThat(settings.device().root()).isEqualTo(Path.of("/opt/app"));
    assertThat(settings.source().metadataUrl())
        .isEqualTo(URI.create("https://updates.example.org/metadata/"));
    assertThat(settings.source().contentUrl())
        .isEqualTo(URI.create("https://updates.example.org/targets/"));
    assertThat(settings.components().keySet()).containsExactly("backend", "kiosk-ui");
    ComponentSettings backend = settings.components().get("backend");
    assertThat(backend.process().command()).isEqualTo(List.of("bin/backend", "--data", "${data}"));
    assertThat(backend.process().environment()).isEqualTo(Map.of("PORT", "8080"));
    assertThat(backend.announce()).isEqualTo(Announce.UPDATER);
    assertThat(backend.health().url()).contains(URI.create("http://127.0.0.1:8080/health"));
    assertThat(backend.health().deadline()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.components().get("kiosk-ui").announce()).isEqualTo(Announce.AGENT);
  }

  @Test
  @Tag("R86")
  void load_relativePaths_areRelativeToTheFile() {
    Settings settings = SettingsLoader.load(HUB, Map.of());
    Path folder = HUB.toAbsolutePath().getParent();

    assertThat(settings.device().state()).isEqualTo(folder.resolve("state"));
    assertThat(settings.source().rootFile()).isEqualTo(folder.resolve("root.json"));
    assertThat(settings.bus().keyFile()).contains(folder.resolve("keys/hub.key_secret"));
    assertThat(settings.update().backupPath()).isEqualTo(folder.resolve("state/backups"));
  }

  @Test
  void loadBus_fileWithOtherSections_givesTheSameBus() {
    assertThat(SettingsLoader.loadBus(HUB, Map.of()))
        .isEqualTo(SettingsLoader.load(HUB, Map.of()).bus());
  }
}
