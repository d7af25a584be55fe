package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be written, and what it is read as. */
class ValuesTest {
  @TempDir private Path directory;
  private SettingsText text;

  @BeforeEach
  void openFolder() {
    text = new SettingsText(directory);
  }

  @ParameterizedTest
  @Tag("R40")
  @ValueSource(strings = {"false", "\"false\"", "\"False\"", "FALSE", "\"0\"", "0", "\"no\"", "no"})
  void load_wordForNo_isFalse(String word) {
    assertThat(text.update("auto_download: " + word).autoDownload()).isFalse();
  }

  @ParameterizedTest
  @Tag("R40")
  @ValueSource(strings = {"true", "\"true\"", "\"True\"", "TRUE", "\"1\"", "1", "\"yes\"", "on"})
  void load_wordForYes_isTrue(String word) {
    assertThat(text.update("auto_install: " + word).autoInstall()).isTrue();
  }

  @ParameterizedTest
  @Tag("R30")
  @Tag("R42")
  @CsvSource({
    "24, PT24H",
    "1, PT1H",
    "\"6\", PT6H",
    "90s, PT90S",
    "60s, PT60S",
    "15m, PT15M",
    "24h, PT24H",
    "PT6H, PT6H",
    "7d, PT168H",
    "60000ms, PT60S",
    "P1D, PT24H"
  })
  void load_checkInterval_isHoursOrHasItsUnit(String written, Duration interval) {
    assertThat(text.update("check_interval: " + written).checkInterval()).isEqualTo(interval);
  }

  @Test
  void load_otherDurationWithoutUnit_isSeconds() {
    assertThat(text.update("download_timeout: 45").downloadTimeout())
        .isEqualTo(Duration.ofSeconds(45));
  }

  @ParameterizedTest
  @Tag("R39")
  @CsvSource({"stable, STABLE", "beta, BETA", "dev, DEV"})
  void load_channel_isOneOfThree(String written, UpdateSettings.Channel channel) {
    assertThat(text.update("channel: " + written).channel()).isEqualTo(channel);
  }

  @Test
  void load_timeZone_isKept() {
    assertThat(text.update("time_zone: Europe/Berlin").timeZone())
        .isEqualTo(ZoneId.of("Europe/Berlin"));
  }

  @Test
  void load_sectionWhoseKeysAreAllCommentedOut_hasTheDefaults() {
    assertThat(text.load(SettingsText.MINIMAL + "update:\n  # channel: beta\n").update())
        .isEqualTo(text.load(SettingsText.MINIMAL).update());
  }

  @Test
  @Tag("R51")
  @Tag("R143")
  void load_placeholder_isExpandedFromTheEnvironment() {
    Map<String, String> environment = Map.of("DEVICE", "kiosk-1", "ROOT", "/srv/app", "ON", "yes");
    Settings settings =
        text.load(
            SettingsText.MINIMAL
                    .replace("id: hub", "id: \"${DEVICE}\"")
                    .replace("/opt/app", "\"${ROOT}/components\"")
                + "update: {auto_install: \"${ON}\"}",
            environment);

    assertThat(settings.device().id()).isEqualTo("kiosk-1");
    assertThat(settings.device().root()).isEqualTo(Path.of("/srv/app/components"));
    assertThat(settings.update().autoInstall()).isTrue();
  }

  @ParameterizedTest
  @Tag("R51")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ${MISSING} | set MISSING in the environment
          ${missing} | capital letters
          ${}        | capital letters
          ${OPEN     | close it with }
          """)
  void load_placeholderWithoutValue_isRefused(String placeholder, String remedy) {
    assertThat(text.updateRefusal("backup_path: \"" + placeholder + "\""))
        .isInstanceOf(ConfigException.UnresolvedPlaceholder.class)
        .hasMessageContainingAll(
            placeholder + " of update.backup_path", text.file().toString(), remedy)
        .extracting(ConfigException::code)
        .isEqualTo("CONFIG_UNRESOLVED_PLACEHOLDER");
  }

  @Test
  @Tag("R51")
  void load_whatAPlaceholderGave_isNotExpandedAgain() {
    String keys =
        "role: module, process: {command: [\"${A}\", \"$${A}\", \"${release}/x\", \"$5\"]}";
    Settings settings =
        text.load(SettingsText.MINIMAL + "components: {ui: {" + keys + "}}", Map.of("A", "${B}$1"));

    assertThat(settings.components().get("ui").process().command())
        .isEqualTo(List.of("${B}$1", "${A}", "${release}/x", "$5"));
  }

  @Test
  void load_componentPlaceholderWhereItMeansNothing_isRefused() {
    assertThat(text.updateRefusal("backup_path: \"${data}/backups\""))
        .isInstanceOf(ConfigException.UnresolvedPlaceholder.class);
  }

  @Test
  @Tag("R148")
  void load_valueFromTheEnvironment_isNeverInAMessage() {
    ConfigException error =
        text.refusal(
            SettingsText.MINIMAL + "update: {max_retries: \"${SECRET}\"}",
            Map.of("SECRET", "hunter2"));

    assertThat(error).hasMessageContaining("${SECRET}");
    assertThat(error.getMessage()).doesNotContain("hunter2");
  }

  @Test
  @Tag("R148")
  void load_passwordInUrl_isRefusedAndNotShown() {
    ConfigException error =
        text.refusal(
            SettingsText.DEVICE
                + SettingsText.BUS
                + "source: {metadata_url: \"https://me:hunter2@h/m/\", root_file: r}");

    assertThat(error).hasMessageContaining("without user and password");
    assertThat(error.getMessage()).doesNotContain("hunter2");
  }

  @Test
  @Tag("R148")
  void load_environmentOfAComponent_isNeverShown() {
    String keys = "role: module, process: {command: [a], environment: {TOKEN: %s}}";
    ComponentSettings component = text.component(keys.formatted("hunter2"));
    ConfigException error = text.componentRefusal(keys.formatted("\"hunter2${lower}\""));

    assertThat(component.process().environment()).containsEntry("TOKEN", "hunter2");
    assertThat(component.toString()).contains("TOKEN").doesNotContain("hunter2");
    assertThat(error.getMessage()).contains("environment.TOKEN").doesNotContain("hunter2");
  }

  @Test
  void load_healthByTcp_hasHostAndPort() {
    ComponentSettings component =
        text.component(
            "role: backend, process: {command: [a]}, health: {probe: tcp, host: db, port: 99}");

    assertThat(component.health().host()).isEqualTo("db");
    assertThat(component.health().port()).isEqualTo(99);
  }

  @Test
  void load_deadlineOfTheStart_isItsOwnOrTheSame() {
    String keys = "role: backend, process: {command: [a]}, health: {deadline: 5s%s}";
    ComponentSettings own = text.component(keys.formatted(", start_deadline: 2m"));
    ComponentSettings none = text.component(keys.formatted(""));

    assertThat(own.health().startDeadline()).contains(Duration.ofMinutes(2));
    assertThat(own.health().untilFirstAnswer()).isEqualTo(Duration.ofMinutes(2));
    assertThat(none.health().startDeadline()).isEmpty();
    assertThat(none.health().untilFirstAnswer()).isEqualTo(Duration.ofSeconds(5));
    assertThat(own.health().deadline()).isEqualTo(none.health().deadline());
  }

  @Test
  void load_backupHooks_areReadWithTheirPlaceholders() {
    assertThat(
            text.component(
                    "role: backend, process: {command: [a]}, backup_hooks: {before: [bin/dump,"
                        + " \"${data}\"], before_timeout: 10m, after: [bin/thaw], while_running: yes}")
                .backupHooks())
        .isEqualTo(
            new ComponentSettings.BackupHooks(
                List.of("bin/dump", "${data}"),
                Duration.ofMinutes(10),
                List.of("bin/thaw"),
                Duration.ofMinutes(1),
                true));
  }

  @Test
  @Tag("R95")
  void load_packages_onlyNamesAndOnlyWhereNothingElseStartsTheComponent() {
    String keys = "role: module, kind: packages, packages: [%s], process: {control: %s}";
    assertThat(text.component(keys.formatted("openssl, libc6", "external")).packages())
        .containsExactly("openssl", "libc6");
    for (String name : List.of("-o", "a", "x=1", "/tmp/x.deb", "a b", "A")) {
      assertThat(text.componentRefusal(keys.formatted("'" + name + "'", "external")))
          .isInstanceOf(ConfigException.OutOfRange.class)
          .hasMessageContaining("components.ui.packages");
    }
    assertThat(text.componentRefusal(keys.formatted("openssl", "supervised, command: [a]")))
        .hasMessageContaining("external or systemd, as kind is packages");
    assertThat(
            text.componentRefusal(
                "role: module, packages: [openssl], process: {control: external}"))
        .hasMessageContaining("none, as kind is tree");
  }
}
