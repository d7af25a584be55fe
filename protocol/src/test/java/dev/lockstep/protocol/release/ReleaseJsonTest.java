package dev.lockstep.protocol.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.release.Manifest.Entry;
import dev.lockstep.protocol.release.ReleaseDescription.Artifact;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ReleaseJsonTest {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final ReleaseDescription DESCRIPTION =
      new ReleaseDescription(
          "backend",
          ReleaseVersion.parse("1.1.0"),
          "stable",
          "tree",
          "linux/amd64",
          true,
          false,
          false,
          Map.of("backend", ReleaseVersion.parse("1.1.0")),
          Map.of("store", new VersionRange(">=2.0.0 <3.0.0"), "auth", new VersionRange("^1.0.0")),
          100,
          12345,
          "* faster\n",
          List.of(new Artifact("stable/backend/backend-1.1.0.tar.gz", "tar.gz", "app", 999)));
  private static final String JSON =
      """
      {"format":1,"component":"backend","version":"1.1.0","channel":"stable","kind":"tree",\
      "platform":"linux/amd64","critical":true,"required":false,"checkpoint":false,\
      "provides":{"backend":"1.1.0"},"requires":{"auth":"^1.0.0","store":">=2.0.0 <3.0.0"},\
      "rollout_percent":100,"installed_size":12345,"notes":"* faster\\n",\
      "artifacts":[{"target":"stable/backend/backend-1.1.0.tar.gz","format":"tar.gz",\
      "prefix":"app","size":999}]}""";
  private static final String MANIFEST =
      """
      {"format":1,"component":"backend","version":"1.0.0","entries":[\
      {"path":"VERSION","type":"file","mode":"0644","size":6,"sha256":"%s"},\
      {"path":"bin","type":"directory","mode":"0755"},\
      {"path":"bin/run","type":"link","target":"../VERSION"}]}"""
          .formatted("0".repeat(64));

  private static Manifest manifest(String json) throws IOException {
    return ReleaseJson.manifest(new ByteArrayInputStream(json.getBytes(UTF_8)));
  }

  @Test
  @Tag("R172")
  void toMap_description_isThisVeryJson() {
    assertThat(MAPPER.writeValueAsString(ReleaseJson.toMap(DESCRIPTION))).isEqualTo(JSON);
    assertThat(ReleaseJson.description(JSON)).isEqualTo(DESCRIPTION);
    assertThat(ReleaseJson.description(JSON).critical()).isTrue();
  }

  private static final String EXTERNAL =
      """
      {"format":1,"component":"mobile-app","version":"2.0.0","channel":"stable",\
      "kind":"external","platform":"any","critical":false,"required":false,"checkpoint":false,\
      "provides":{},"requires":{"backend":"^1.0.0"},"rollout_percent":100,"installed_size":0,\
      "notes":"","artifacts":[],"store_link":"https://store.example/app?id=7",\
      "minimum_version":"1.8.0"}""";

  @Test
  @Tag("R111")
  void description_external_isSignedAndReadBack() {
    ReleaseDescription description = ReleaseJson.description(EXTERNAL);

    assertThat(description.artifacts()).isEmpty();
    assertThat(description.inStore())
        .contains(new InStore("https://store.example/app?id=7", ReleaseVersion.parse("1.8.0")));
    assertThat(description.inStore().get().tooOld(ReleaseVersion.parse("1.7.9"))).isTrue();
    assertThat(description.inStore().get().tooOld(ReleaseVersion.parse("1.8.0"))).isFalse();
    assertThat(MAPPER.writeValueAsString(ReleaseJson.toMap(description))).isEqualTo(EXTERNAL);
  }

  @ParameterizedTest
  @Tag("R111")
  @CsvSource({
    "https://store.example, http://store.example, store_link",
    "https://store.example, https://me:secret@store.example, store_link",
    "https://store.example/app?id=7, https:///app, store_link",
    "https://store.example/app?id=7, javascript:alert(1), store_link",
    "https://store.example/app, https://store.example/two words, store_link",
    "1.8.0, 2.0.1, minimum_version 2.0.1 is newer",
    "external, tree, belong to the kind",
    "'\"required\":false', '\"required\":true', newest release only",
    "'\"checkpoint\":false', '\"checkpoint\":true', newest release only",
    "'\"installed_size\":0', '\"installed_size\":1', no installed_size",
    "'\"artifacts\":[]', '\"artifacts\":[{\"target\":\"a\",\"format\":\"zip\",\"prefix\":\"\",\"size\":1}]',"
        + " no artifacts",
    "',\"minimum_version\":\"1.8.0\"', '', minimum_version",
    "',\"store_link\":\"https://store.example/app?id=7\"', '', store_link"
  })
  void description_externalThatIsNotWhole_isRefused(String was, String is, String why) {
    assertThat(EXTERNAL).contains(was);

    assertThatThrownBy(() -> ReleaseJson.description(EXTERNAL.replace(was, is)))
        .isInstanceOf(MalformedReleaseException.class)
        .hasMessageContaining(why);
  }

  @Test
  @Tag("R111")
  void description_storeLinkThatIsTooLong_isRefused() {
    String longest = "https://store.example/" + "a".repeat(InStore.MAX_LINK - 22);

    assertThat(new InStore(longest, ReleaseVersion.parse("1.0.0")).link()).hasSize(1024);
    assertThatThrownBy(() -> new InStore(longest + "a", ReleaseVersion.parse("1.0.0")))
        .isInstanceOf(MalformedReleaseException.class);
  }

  @Test
  @Tag("R61")
  void description_hardwareRule_isSignedAndReadBack() {
    String rule =
        ",\"hardware\":{\"only\":[{\"memory_mb\":\">=512\",\"model\":\"Pi 4*\"}],\"never\":[]}}";
    String json = JSON.substring(0, JSON.length() - 1) + rule;

    ReleaseDescription description = ReleaseJson.description(json);

    assertThat(description.hardware())
        .isEqualTo(
            new HardwareRule(
                List.of(HardwareRule.Condition.parse("model=Pi 4*,memory_mb>=512")), List.of()));
    assertThat(MAPPER.writeValueAsString(ReleaseJson.toMap(description))).isEqualTo(json);
  }

  @ParameterizedTest
  @Tag("R61")
  @ValueSource(
      strings = {
        "{\"only\":[]}",
        "{\"only\":[],\"never\":[],\"maybe\":[]}",
        "{\"only\":[{}],\"never\":[]}",
        "{\"only\":[{\"gpu\":\"yes\"}],\"never\":[]}",
        "{\"only\":[{\"memory_mb\":512}],\"never\":[]}",
        "[]"
      })
  void description_hardwareRuleThatIsNotUnderstood_isRefused(String rule) {
    String json = JSON.substring(0, JSON.length() - 1) + ",\"hardware\":" + rule + "}";

    assertThatThrownBy(() -> ReleaseJson.description(json))
        .isInstanceOf(MalformedReleaseException.class);
  }

  @Test
  void write_manifest_isThisVeryJson() throws IOException {
    assertThat(new String(ReleaseJson.write(manifest(MANIFEST)), UTF_8)).isEqualTo(MANIFEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "format":1                  | "format":2
          "format":1                  | "format":"1"
          "format":1                  | "format":1,"new_field":true
          "format":1                  | "format":1,"format":1
          "format":1,                 | ''
          "component":"backend"       | "component":"../backend"
          "component":"backend"       | "component":null
          "version":"1.1.0"           | "version":"v1.1.0"
          "version":"1.1.0"           | "version":1.1
          "channel":"stable"          | "channel":"Stable"
          "kind":"tree"               | "kind":""
          "platform":"linux/amd64"    | "platform":"linux"
          "critical":true             | "critical":"true"
          "critical":true             | "critical":1
          "provides":{"backend":"1.1.0"} | "provides":{"backend":"^1.1.0"}
          "provides":{"backend":"1.1.0"} | "provides":["backend"]
          "provides":{"backend":"1.1.0"} | "provides":{"Back end":"1.1.0"}
          "^1.0.0"                    | "latest"
          "^1.0.0"                    | 1
          "rollout_percent":100       | "rollout_percent":101
          "rollout_percent":100       | "rollout_percent":-1
          "rollout_percent":100       | "rollout_percent":1.5
          "rollout_percent":100       | "rollout_percent":4294967396
          "installed_size":12345      | "installed_size":-1
          "installed_size":12345      | "installed_size":9223372036854775807
          "installed_size":12345      | "installed_size":99999999999999999999999999
          "installed_size":12345      | "installed_size":1e3
          "size":999                  | "size":-1
          "size":999                  | "size":999,"signed_by":"me"
          "format":"tar.gz"           | "format":"TAR"
          "prefix":"app"              | "prefix":"../app"
          "target":"stable/backend/backend-1.1.0.tar.gz" | "target":"../../etc/passwd"
          "target":"stable/backend/backend-1.1.0.tar.gz" | "target":""
          "artifacts":[               | "artifacts":[7,
          """)
  void description_fieldThatCannotBeReadFully_isRefused(String was, String becomes) {
    assertThat(JSON).contains(was);

    assertThatThrownBy(() -> ReleaseJson.description(JSON.replace(was, becomes)))
        .isInstanceOf(MalformedReleaseException.class)
        .hasMessageStartingWith("cannot read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "7", "{", "{}", "{\"format\":1}", "nonsense", "{}{}"})
  void description_textThatIsNone_isRefused(String json) {
    assertThatThrownBy(() -> ReleaseJson.description(json))
        .isInstanceOf(MalformedReleaseException.class);
    assertThatThrownBy(() -> manifest(json)).isInstanceOf(MalformedReleaseException.class);
  }

  @Test
  void description_trailingText_isRefused() {
    assertThatThrownBy(() -> ReleaseJson.description(JSON + "{}"))
        .isInstanceOf(MalformedReleaseException.class);
  }

  @Test
  void description_deeplyNestedText_isRefused() {
    String nested = "[".repeat(100_000) + "]".repeat(100_000);

    assertThatThrownBy(() -> ReleaseJson.description(JSON.replace("true", nested)))
        .isInstanceOf(MalformedReleaseException.class);
  }

  @Test
  void description_hugeNumberOrNotes_areRefused() {
    assertThatThrownBy(() -> ReleaseJson.description(JSON.replace("12345", "9".repeat(50_000))))
        .isInstanceOf(MalformedReleaseException.class);
    assertThatThrownBy(
            () -> ReleaseJson.description(JSON.replace("* faster", "x".repeat(64 * 1024))))
        .isInstanceOf(MalformedReleaseException.class)
        .hasMessageContaining("notes are longer");
  }

  @Test
  void description_hostileFieldName_isQuotedOnOneShortLine() {
    String name = "a\\n\\u0000" + "x".repeat(10_000);

    assertThatThrownBy(
            () ->
                ReleaseJson.description(
                    JSON.replace("{\"format\"", "{\"" + name + "\":1,\"format\"")))
        .isInstanceOf(MalformedReleaseException.class)
        .satisfies(
            error ->
                assertThat(error.getMessage()).hasSizeLessThan(500).doesNotContain("\n", "\0"));
  }

  @Test
  void description_moreApisOrArtifactsThanTheLimit_areRefused() {
    StringBuilder apis = new StringBuilder("\"backend\":\"1.1.0\"");
    for (int i = 0; i < 64; i++) {
      apis.append(",\"a").append(i).append("\":\"1.0.0\"");
    }
    String one = JSON.substring(JSON.indexOf("[{") + 1, JSON.length() - 2);

    assertThatThrownBy(() -> ReleaseJson.description(JSON.replace("\"backend\":\"1.1.0\"", apis)))
        .hasMessageContaining("APIs");
    assertThatThrownBy(
            () -> ReleaseJson.description(JSON.replace(one, one + ("," + one).repeat(16))))
        .hasMessageContaining("artifacts");
    assertThatThrownBy(() -> ReleaseJson.description(JSON.replace(one, "")))
        .hasMessageContaining("artifacts");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "format":1                       | "format":7
          "format":1                       | "format":1,"more":1
          "path":"VERSION"                 | "path":"../VERSION"
          "mode":"0755"                    | "mode":"4755"
          "mode":"0755"                    | "mode":"755"
          "mode":"0755"                    | "mode":493
          "mode":"0755"                    | "mode":"0755","size":0
          "size":6                         | "size":-6
          "size":6                         | "size":6.5
          "size":6                         | "size":99999999999999999999
          "sha256":"0000                   | "sha256":"000g
          "type":"directory"               | "type":"device"
          "type":"directory"               | "type":"fifo"
          "target":"../VERSION"            | "target":"../../VERSION"
          "target":"../VERSION"            | "target":"../VERSION","mode":"0777"
          "entries":[                      | "entries":[null,
          "path":"bin/run"                 | "path":"bin"
          """)
  @Tag("R79")
  void manifest_entryThatIsNotSafeToActOn_isRefused(String was, String becomes) {
    assertThat(MANIFEST).contains(was);

    assertThatThrownBy(() -> manifest(MANIFEST.replace(was, becomes)))
        .isInstanceOf(MalformedReleaseException.class);
  }

  @Test
  void write_generatedManifests_areReadBackAndGiveTheSameBytes() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      Manifest manifest = generated(random);
      byte[] bytes = ReleaseJson.write(manifest);
      Manifest again = ReleaseJson.manifest(new ByteArrayInputStream(bytes));

      assertThat(again).isEqualTo(manifest);
      assertThat(ReleaseJson.write(again)).isEqualTo(bytes);
    }
  }

  /** Bytes that are changed anywhere are refused or are another valid manifest; nothing else. */
  @Test
  void manifest_damagedBytes_neverFailInAnotherWay() throws IOException {
    Random random = new Random(2);
    byte[] original = MANIFEST.getBytes(UTF_8);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = original.clone();
      for (int hit = random.nextInt(3); hit >= 0; hit--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        ReleaseJson.manifest(new ByteArrayInputStream(damaged));
      } catch (MalformedReleaseException expected) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(2000);
  }

  @Test
  void description_damagedText_neverFailsInAnotherWay() {
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      StringBuilder damaged = new StringBuilder(JSON);
      for (int hit = random.nextInt(3); hit >= 0; hit--) {
        damaged.setCharAt(random.nextInt(damaged.length()), (char) random.nextInt(0x10000));
      }
      try {
        ReleaseJson.description(damaged.toString());
      } catch (MalformedReleaseException expected) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1500);
  }

  private static Manifest generated(Random random) {
    List<Entry> entries = new ArrayList<>();
    entries.add(Entry.file("VERSION", 0644, 6, hash(random)));
    for (int folder = random.nextInt(4); folder >= 0; folder--) {
      String path = "dir-ä" + folder;
      entries.add(Entry.directory(path, random.nextInt(01000)));
      for (int file = random.nextInt(5); file >= 0; file--) {
        entries.add(
            Entry.file(
                path + "/file \"" + file,
                random.nextInt(01000),
                random.nextInt(1 << 30),
                hash(random)));
      }
      entries.add(Entry.link(path + "/link", "../VERSION"));
    }
    entries.sort(Comparator.comparing(Entry::path));
    return new Manifest("backend", ReleaseVersion.parse("1.0." + random.nextInt(100)), entries);
  }

  private static String hash(Random random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
