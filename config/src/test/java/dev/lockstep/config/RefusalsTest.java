package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file that cannot be used gets: code, key, file, value, and what is allowed. */
class RefusalsTest {
  @TempDir private Path directory;
  private SettingsText text;

  @BeforeEach
  void openFolder() {
    text = new SettingsText(directory);
  }

  @Test
  @Tag("R145")
  void load_timeOfDayThatIsNone_namesKeyValueFileAndRemedy() {
    assertThat(text.updateRefusal("preferred_time: 25:00"))
        .hasMessage(
            "cannot use update.preferred_time: 25:00 in %s; write HH:MM between 00:00 and 23:59"
                .formatted(text.file()))
        .extracting(ConfigException::code)
        .isEqualTo("CONFIG_OUT_OF_RANGE");
  }

  @ParameterizedTest
  @Tag("R42")
  @Tag("R145")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          channel: foo            | update.channel: foo             | stable or beta or dev
          check_interval: 0       | update.check_interval: 0        | from 60s to 365d
          check_interval: 59s     | update.check_interval: 59s      | from 60s to 365d
          check_interval: PT59S   | update.check_interval: PT59S    | from 60s to 365d
          check_interval: P2000D  | update.check_interval: P2000D   | from 60s to 365d
          preferred_time: 3:00    | update.preferred_time: 3:00     | HH:MM
          preferred_time: 24:00   | update.preferred_time: 24:00    | HH:MM
          max_retries: -1         | update.max_retries: -1          | from 0 to 100
          max_backups: 0          | update.max_backups: 0           | from 1 to 1000
          time_zone: Mars/Olympus | update.time_zone: Mars/Olympus  | Europe/Berlin
          heartbeat: 10ms         | update.heartbeat: 10ms          | from 1s to 1h
          prepare_no_answer: wait | update.prepare_no_answer: wait  | proceed or defer
          backup_path: ''         | update.backup_path: ""          | a path
          """)
  void load_valueOutOfRange_namesKeyValueAndWhatIsAllowed(
      String line, String keyAndValue, String allowed) {
    assertThat(text.updateRefusal(line))
        .isInstanceOf(ConfigException.OutOfRange.class)
        .hasMessageContainingAll(keyAndValue, text.file().toString(), allowed);
  }

  @ParameterizedTest
  @Tag("R145")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          max_retries: many        | max_retries: many              | a whole number from 0 to 100
          max_retries: 3.5         | max_retries: 3.5               | a whole number from 0 to 100
          max_retries: 0x10        | max_retries: 0x10              | a whole number from 0 to 100
          max_retries: [3]         | max_retries: (a list)          | a whole number from 0 to 100
          check_interval: soon     | check_interval: soon           | a bare number means hours
          check_interval: 1.5h     | check_interval: 1.5h           | a bare number means hours
          check_interval: -5       | check_interval: -5             | a bare number means hours
          check_interval: PT6      | check_interval: PT6            | a bare number means hours
          retry_delay: 5 s         | retry_delay: 5 s               | a bare number means seconds
          auto_install: {a: b}     | auto_install: (a map)          | true or false
          auto_install: null       | auto_install: (nothing)        | true or false
          """)
  void load_valueOfWrongType_namesKeyValueAndWhatIsAllowed(
      String line, String keyAndValue, String allowed) {
    assertThat(text.updateRefusal(line))
        .isInstanceOf(ConfigException.WrongType.class)
        .hasMessageContainingAll("update." + keyAndValue, text.file().toString(), allowed)
        .extracting(ConfigException::code)
        .isEqualTo("CONFIG_WRONG_TYPE");
  }

  @ParameterizedTest
  @Tag("R40")
  @ValueSource(strings = {"maybe", "\"\"", "2", "y", "truee", "null_", "\" true\""})
  void load_wordThatIsNeitherYesNorNo_isRefused(String word) {
    assertThat(text.updateRefusal("auto_install: " + word))
        .isInstanceOf(ConfigException.WrongType.class)
        .hasMessageContaining("update.auto_install")
        .hasMessageContaining("write true or false");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          update: {chanel: beta}              | update.chanel         | did you mean update.channel?
          update: {check-interval: 1}         | update.check-interval | did you mean update.check_interval?
          update: {metadata_url: x}           | update.metadata_url   | did you mean source.metadata_url?
          update: {qqqqqqqqqq: 1}             | update.qqqqqqqqqq     | write one of check_interval, auto_download
          channel: beta                       | channel               | did you mean update.channel?
          updates: {}                         | updates               | did you mean update?
          components: {ui: {rolle: backend}}  | components.ui.rolle   | did you mean components.ui.role?
          components: {ui: {role: module, process: {control: external}, health: {prob: tcp}}} | components.ui.health.prob | did you mean components.ui.health.probe?
          """)
  void load_unknownKey_suggestsTheOneThatWasMeant(String line, String key, String remedy) {
    assertThat(text.refusal(SettingsText.MINIMAL + line + "\n"))
        .isInstanceOf(ConfigException.UnknownKey.class)
        .hasMessageContainingAll("cannot use " + key + " in " + text.file(), remedy)
        .extracting(ConfigException::code)
        .isEqualTo("CONFIG_UNKNOWN_KEY");
  }

  @ParameterizedTest
  @Tag("R142")
  @ValueSource(
      strings = {
        "device.id",
        "device.root",
        "device.state",
        "source.metadata_url",
        "source.root_file"
      })
  void load_mandatoryKeyMissing_namesKeyAndFile(String key) {
    String name = key.substring(key.indexOf('.') + 1);
    String without =
        SettingsText.MINIMAL.replaceFirst("([{ ])" + name + ": (\"[^\"]*\"|[^,}]*),? ?", "$1");

    assertThat(without).isNotEqualTo(SettingsText.MINIMAL);
    assertThat(text.refusal(without))
        .isInstanceOf(ConfigException.MissingKey.class)
        .hasMessageStartingWith("cannot use %s: %s is missing".formatted(text.file(), key))
        .extracting(ConfigException::code)
        .isEqualTo("CONFIG_MISSING_KEY");
  }

  @Test
  @Tag("R142")
  void keys_mandatoryOnes_areThoseThatAreTested() {
    assertThat(Keys.all().stream().filter(key -> key.presence() == Key.Presence.MANDATORY))
        .extracting(Key::path)
        .containsExactly(
            "device.id",
            "device.root",
            "device.state",
            "source.metadata_url",
            "source.root_file",
            "components.<id>.role");
  }

  @ParameterizedTest
  @Tag("R142")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          process: {control: external}                                       | role
          role: backend                                                      | process.command
          role: backend, process: {command: [a]}, health: {probe: http}      | health.url
          role: backend, process: {command: [a]}, health: {probe: tcp}       | health.port
          role: backend, process: {command: [a]}, health: {probe: command}   | health.command
          role: backend, process: {command: [a]}, backup_hooks: {while_running: yes} | backup_hooks.before
          role: backend, process: {command: [a]}, health: {probe: bus}       | announce
          role: module, kind: packages, process: {control: external} | packages
          """)
  void load_keyThatAnotherMakesMandatoryIsMissing_namesIt(String keys, String missing) {
    assertThat(text.componentRefusal(keys))
        .isInstanceOf(ConfigException.MissingKey.class)
        .hasMessageContaining("components.ui." + missing + " is missing");
  }

  @Test
  void load_healthByTheWordOfOneWhoDoesNotSpeak_isRefused() {
    String keys = "role: backend, announce: updater, process: {command: [a]}, health: {probe: bus}";
    assertThat(text.componentRefusal(keys))
        .isInstanceOf(ConfigException.OutOfRange.class)
        .hasMessageContaining("components.ui.announce: updater")
        .hasMessageContaining("write component, as health.probe is bus");
  }

  @Test
  void load_curveWithoutKeys_namesWhichOneIsMissing() {
    String others = SettingsText.DEVICE + SettingsText.SOURCE;

    assertThat(text.refusal(others)).hasMessageContaining("bus.key_file is missing");
    assertThat(text.refusal(others + "bus: {key_file: a}"))
        .hasMessageContaining("bus.broker_key_file is missing, and bus.security is curve");
    assertThat(text.refusal(others + "bus: {key_file: a, broker_key_file: b}"))
        .hasMessageContaining("bus.broker_secret_key_file is missing, and bus.broker is embedded");
    assertThat(text.load(others + "bus: {broker: external, key_file: a, broker_key_file: b}").bus())
        .extracting(BusSettings::brokerSecretKeyFile)
        .isEqualTo(java.util.Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp://10.0.0.1:5555",
        "tcp://0.0.0.0:5555",
        "tcp://127.example.org:5555",
        "tcp://*:5555"
      })
  void load_plainBeyondThisMachine_isRefused(String address) {
    assertThat(
            text.refusal(
                SettingsText.DEVICE
                    + SettingsText.SOURCE
                    + "bus: {security: plain, publish_address: \"%s\"}".formatted(address)))
        .isInstanceOf(ConfigException.OutOfRange.class)
        .hasMessageContainingAll("bus.publish_address: " + address, "bus.security: curve");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp://[::1]:5555", "tcp://localhost:5555", "ipc:///run/lockstep/bus"})
  void load_plainOnThisMachine_isTaken(String address) {
    String bus = "bus: {security: plain, publish_address: \"%s\"}".formatted(address);

    assertThat(text.load(SettingsText.DEVICE + SettingsText.SOURCE + bus).bus().publishAddress())
        .isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tcp://127.0.0.1", "tcp://127.0.0.1:70000", "tcp://h:0", "udp://h:1", "x"})
  void load_addressThatIsNone_isRefused(String address) {
    String bus = "bus: {security: plain, subscribe_address: \"%s\"}".formatted(address);

    assertThat(text.refusal(SettingsText.DEVICE + SettingsText.SOURCE + bus))
        .isInstanceOf(ConfigException.OutOfRange.class)
        .hasMessageContainingAll("bus.subscribe_address: " + address, "tcp://HOST:PORT");
  }

  @Test
  @Tag("R63")
  void load_plainHttpSource_isRefusedAndNamesTheSetting() {
    String start = SettingsText.DEVICE + SettingsText.BUS + "source:\n  root_file: root.json\n";
    String url = "  metadata_url: http://updates.example.org/metadata/\n";

    assertThat(text.refusal(start + url))
        .hasMessageContainingAll("source.metadata_url: http://", "source.allow_plain_http: true");
    assertThat(text.load(start + url + "  allow_plain_http: true\n").source().contentUrl())
        .hasToString("http://updates.example.org/targets/");
  }

  @Test
  @Tag("R63")
  void load_plainHttpMirror_isRefusedAndNamesTheSetting() {
    String start =
        SettingsText.DEVICE
            + SettingsText.BUS
            + "source:\n  root_file: root.json\n  metadata_url: https://h/metadata/\n";
    String mirrors = "  metadata_mirrors: [https://a/m, \"http://b/m/\"]\n";

    assertThat(text.refusal(start + mirrors))
        .hasMessageContainingAll("source.metadata_mirrors", "source.allow_plain_http: true");
    SourceSettings read = text.load(start + mirrors + "  allow_plain_http: true\n").source();
    assertThat(read.metadataMirrors())
        .map(URI::toString)
        .containsExactly("https://a/m/", "http://b/m/");
    assertThat(read.contentMirrors())
        .map(URI::toString)
        .containsExactly("https://a/targets/", "http://b/targets/");
    assertThat(text.refusal(start + "  content_mirrors: [/x]\n"))
        .hasMessageContaining("source.content_mirrors[0]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://h/m/",
        "https:///m/",
        "/m/",
        "not a url",
        "https://h/m/?q=1",
        "https://h/#f"
      })
  void load_sourceThatIsNoFolderOnTheWeb_isRefused(String url) {
    String start = SettingsText.DEVICE + SettingsText.BUS + "source:\n  root_file: root.json\n";

    assertThat(text.refusal(start + "  metadata_url: \"" + url + "\"\n"))
        .isInstanceOf(ConfigException.OutOfRange.class)
        .hasMessageContainingAll("source.metadata_url", "https://updates.example.org/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../other", "/etc", "a/../../b", ""})
  void load_backupPathOutsideTheComponent_isRefused(String path) {
    String keys = "role: module, process: {control: external}, backup_paths: [data, \"%s\"]";

    assertThat(text.componentRefusal(keys.formatted(path)))
        .isInstanceOf(ConfigException.OutOfRange.class)
        .hasMessageContaining("components.ui.backup_paths[1]");
  }

  @Test
  void load_componentIdThatIsNone_isRefused() {
    assertThat(text.refusal(SettingsText.MINIMAL + "components: {../ui: {role: module}}"))
        .isInstanceOf(ConfigException.OutOfRange.class)
        .hasMessageContainingAll("components: ../ui", "lower-case letters");
  }

  @Test
  void load_missingFile_saysSo() {
    ConfigException error =
        catchThrowableOfType(
            ConfigException.class,
            () -> SettingsLoader.load(directory.resolve("none.yaml"), Map.of()));

    assertThat(error)
        .hasMessageContainingAll("cannot read", "none.yaml", "no such file")
        .extracting(ConfigException::code)
        .isEqualTo("CONFIG_UNREADABLE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'device: {id: [}'                   | not YAML in line 1
          'device: {id: a, id: b}'            | not YAML in line 1
          '[a, b]'                            | not a map of keys
          'device: &x {id: a}\nbus: *x'       | an alias
          'device: {}\n---\nbus: {}'          | a second document
          'device: hub'                       | device: (not a map)
          'bus: [[[[[[[[[[[[[[1]]]]]]]]]]]]]]' | nested too deeply
          """)
  void load_fileThatIsNoSettingsFile_saysWhatAndWhere(String content, String why) {
    ConfigException error = text.refusal(content.replace("\\n", "\n"));

    assertThat(error).hasMessageContainingAll(text.file().toString(), why);
    assertThat(error).hasNoCause();
  }

  @Test
  void load_hugeFile_isRefused() throws IOException {
    Files.writeString(text.file(), "#".repeat((1 << 20) + 1));

    assertThat(
            catchThrowableOfType(
                ConfigException.class, () -> SettingsLoader.loadBus(text.file(), Map.of())))
        .isInstanceOf(ConfigException.Unreadable.class)
        .hasMessageContaining("larger than 1 MiB");
  }
}
