package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds where a file says nothing, one by one. */
class DefaultsTest {
  @TempDir private Path directory;
  private SettingsText text;

  @BeforeEach
  void openFolder() {
    text = new SettingsText(directory);
  }

  static Stream<Arguments> updateDefaults() {
    return Stream.of(
        of("check_interval", UpdateSettings::checkInterval, Duration.ofHours(24)),
        of("auto_download", UpdateSettings::autoDownload, true),
        of("auto_install", UpdateSettings::autoInstall, false),
        of("critical_install", UpdateSettings::criticalInstall, true),
        of("notify_available", UpdateSettings::notifyAvailable, true),
        of("preferred_time", UpdateSettings::preferredTime, LocalTime.of(3, 0)),
        of("channel", UpdateSettings::channel, UpdateSettings.Channel.STABLE),
        of("time_zone", UpdateSettings::timeZone, ZoneId.systemDefault()),
        of("download_timeout", UpdateSettings::downloadTimeout, Duration.ofSeconds(30)),
        of("max_retries", UpdateSettings::maxRetries, 3),
        of("retry_delay", UpdateSettings::retryDelay, Duration.ofSeconds(5)),
        of("backup_enabled", UpdateSettings::backupEnabled, true),
        of("backup_path", UpdateSettings::backupPath, Path.of("/var/lib/lockstep/backups")),
        of("max_backups", UpdateSettings::maxBackups, 3),
        of("prepare_deadline", UpdateSettings::prepareDeadline, Duration.ofSeconds(5)),
        of("prepare_no_answer", UpdateSettings::prepareNoAnswer, UpdateSettings.NoAnswer.PROCEED),
        of("drain_deadline", UpdateSettings::drainDeadline, Duration.ofSeconds(30)),
        of("restart_notice", UpdateSettings::restartNotice, Duration.ofSeconds(10)),
        of("heartbeat", UpdateSettings::heartbeat, Duration.ofSeconds(10)),
        of("stage_deadline", UpdateSettings::stageDeadline, Duration.ofHours(1)),
        of("install_deadline", UpdateSettings::installDeadline, Duration.ofMinutes(15)));
  }

  private static Arguments of(String key, Function<UpdateSettings, ?> setting, Object value) {
    return Arguments.of(key, setting, value);
  }

  @ParameterizedTest(name = "update.{0}")
  @MethodSource("updateDefaults")
  @Tag("R30")
  @Tag("R140")
  @Tag("R141")
  void load_fileWithoutTheKey_givesTheDefault(
      String key, Function<UpdateSettings, ?> setting, Object value) {
    assertThat(setting.apply(text.load(SettingsText.MINIMAL).update())).as(key).isEqualTo(value);
  }

  @Test
  void updateDefaults_allOfThem_areTested() {
    assertThat(updateDefaults().map(row -> row.get()[0]))
        .containsExactlyInAnyOrderElementsOf(
            Keys.of(Section.UPDATE).stream().map(Key::name).toList());
  }

  @Test
  void load_fileWithoutBusKeys_givesAnEmbeddedBrokerWithCurveOnLoopback() {
    String keys =
        "bus: {key_file: a, broker_key_file: b, broker_secret_key_file: c, authorized_keys: d}\n";
    BusSettings bus = text.load(SettingsText.DEVICE + keys + SettingsText.SOURCE).bus();

    assertThat(bus.broker()).isEqualTo(BusSettings.Broker.EMBEDDED);
    assertThat(bus.security()).isEqualTo(BusSettings.Security.CURVE);
    assertThat(bus.publishAddress()).isEqualTo("tcp://127.0.0.1:5555");
    assertThat(bus.subscribeAddress()).isEqualTo("tcp://127.0.0.1:5556");
    assertThat(bus.maxMessageSize()).isEqualTo(4 * 1024 * 1024);
  }

  @Test
  void load_fileWithoutDeploymentKeys_givesTheDefaults() {
    assertThat(text.load(SettingsText.MINIMAL).deployment())
        .isEqualTo(
            new DeploymentSettings(
                10,
                1,
                DeploymentSettings.FrontendFailure.KEEP,
                Duration.ofMinutes(15),
                Duration.ofHours(24),
                Duration.ofDays(30),
                5,
                Duration.ofHours(24),
                1,
                Duration.ofHours(1)));
  }

  @Test
  @Tag("R63")
  void load_viaTheHub_needsItsAddressAndPermissionForPlainHttp() {
    assertThat(text.load(SettingsText.MINIMAL).source().via()).isEqualTo(SourceSettings.Via.DIRECT);
    assertThat(text.load(SettingsText.MINIMAL).lanCache().listen()).isEmpty();
    String source = "source: {metadata_url: 'https://r.example.org/m', root_file: root.json, ";
    assertThatThrownBy(() -> text.load(bus() + source + "via: hub}\n"))
        .hasMessageContaining("source.hub_url");
    assertThatThrownBy(() -> text.load(bus() + source + "via: hub, hub_url: 'http://hub:8765'}\n"))
        .hasMessageContaining("source.allow_plain_http");
    SourceSettings both =
        text.load(
                bus()
                    + source
                    + "via: hub_then_direct, allow_plain_http: true, hub_url: 'http://hub:8765'}\n")
            .source();
    assertThat(both.metadataUrls())
        .extracting(Object::toString)
        .containsExactly("http://hub:8765/metadata/", "https://r.example.org/m/");
    assertThat(both.contentUrls())
        .extracting(Object::toString)
        .containsExactly("http://hub:8765/targets/", "https://r.example.org/targets/");
  }

  private static String bus() {
    return SettingsText.DEVICE
        + "bus: {key_file: a, broker_key_file: b, broker_secret_key_file: c, authorized_keys: d}\n";
  }

  @Test
  void load_fileWithoutComponents_givesNone() {
    Settings settings = text.load(SettingsText.MINIMAL);

    assertThat(settings.components()).isEmpty();
    assertThat(settings.source().allowPlainHttp()).isFalse();
    assertThat(settings.device().platform()).matches("[a-z0-9]{1,16}/[a-z0-9_]{1,16}");
  }

  @Test
  void load_componentWithItsRoleOnly_givesTheDefaults() {
    ComponentSettings module = text.component("role: module, process: {control: external}");

    assertThat(module.id()).isEqualTo("ui");
    assertThat(module.announce()).isEqualTo(ComponentSettings.Announce.UPDATER);
    assertThat(module.backupPaths()).isEqualTo(List.of("data"));
    assertThat(module.migrate()).isEmpty();
    assertThat(module.migrateDeadline()).isEqualTo(Duration.ofMinutes(5));
    assertThat(module.versionFile()).isEmpty();
    assertThat(module.process().command()).isEmpty();
    assertThat(module.process().environment()).isEqualTo(Map.of());
    assertThat(module.process().stopTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(module.kind()).isEqualTo(ComponentSettings.Kind.TREE);
    assertThat(module.packages()).isEmpty();
    assertThat(module.backupHooks()).isEqualTo(ComponentSettings.BackupHooks.NONE);
    assertThat(module.health())
        .isEqualTo(
            new ComponentSettings.HealthSettings(
                ComponentSettings.Probe.PROCESS,
                java.util.Optional.empty(),
                "127.0.0.1",
                0,
                List.of(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                2,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10)));
  }

  @Test
  void machine_anyOperatingSystem_isNamedAsReleasesNameIt() {
    assertThat(SettingsLoader.platform("Linux", "amd64")).isEqualTo("linux/amd64");
    assertThat(SettingsLoader.platform("Linux", "aarch64")).isEqualTo("linux/arm64");
    assertThat(SettingsLoader.platform("Mac OS X", "aarch64")).isEqualTo("darwin/arm64");
    assertThat(SettingsLoader.platform("Windows 11", "x86_64")).isEqualTo("windows/amd64");
  }
}
