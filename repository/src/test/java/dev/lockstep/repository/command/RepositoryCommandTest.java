package dev.lockstep.repository.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.lockstep.repository.RepositoryCommand;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.repository.RepositoryWarmUp;
import dev.lockstep.repository.Trees;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RepositoryCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path tree;

  @BeforeEach
  void makeTree() throws IOException {
    tree = Trees.small(folder.resolve("tree"), "text");
  }

  private int run(String... arguments) {
    CommandLine line = RepositoryCommand.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--repository");
    all.add(folder.resolve("repository").toString());
    if (!arguments[0].equals("list") && !arguments[0].equals("serve")) {
      all.add("--keys");
      all.add(folder.resolve("keys").toString());
    }
    return line.execute(all.toArray(String[]::new));
  }

  private int publish(String... more) {
    List<String> all =
        new ArrayList<>(List.of("publish", "--component", "backend", "--version", "1.0.0"));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  @Test
  @Tag("R60")
  @Tag("R130")
  void initPublishList_everyOption_listedAsJson() throws IOException {
    Path notes = Files.writeString(folder.resolve("notes.md"), "# New\n");
    assertThat(run("init", "--expiry", "timestamp=12h", "--threshold", "root=2")).isZero();
    assertThat(out.toString()).contains("1.root.json").contains("source.root_file");
    int published =
        publish(
            "--channel",
            "beta",
            "--dir",
            tree.toString(),
            "--format",
            "tar.zst",
            "--provides",
            "backend-api=1.2.0",
            "--requires",
            "store-api=>=1.0.0 <2.0.0",
            "--critical",
            "--hardware",
            "model=Pi 4*,memory_mb>=512",
            "--hardware",
            "label.site=lab",
            "--not-hardware",
            "arch=arm64",
            "--required",
            "--checkpoint",
            "--notes",
            "@" + notes,
            "--platform",
            "linux/amd64",
            "--rollout",
            "10%");
    assertThat(err.toString()).isEmpty();
    assertThat(published).isZero();
    out.getBuffer().setLength(0);

    assertThat(run("list", "--json")).isZero();

    JsonNode release = JsonMapper.shared().readTree(out.toString()).get("releases").get(0);
    assertThat(release.get("component").stringValue()).isEqualTo("backend");
    assertThat(release.get("channel").stringValue()).isEqualTo("beta");
    assertThat(release.get("platform").stringValue()).isEqualTo("linux/amd64");
    assertThat(release.get("requires").get("store-api").stringValue()).isEqualTo(">=1.0.0 <2.0.0");
    assertThat(release.get("provides").get("backend-api").stringValue()).isEqualTo("1.2.0");
    assertThat(release.get("critical").booleanValue()).isTrue();
    assertThat(release.get("hardware").toString())
        .isEqualTo(
            "{\"only\":[{\"memory_mb\":\">=512\",\"model\":\"Pi 4*\"},{\"label.site\":\"lab\"}],"
                + "\"never\":[{\"arch\":\"arm64\"}]}");
    assertThat(release.get("required").booleanValue()).isTrue();
    assertThat(release.get("checkpoint").booleanValue()).isTrue();
    assertThat(release.get("rollout_percent").intValue()).isEqualTo(10);
    assertThat(release.get("notes").stringValue()).isEqualTo("# New\n");
    assertThat(release.get("artifacts").get(0).get("format").stringValue()).isEqualTo("tar.zst");
    out.getBuffer().setLength(0);
    assertThat(run("list")).isZero();
    assertThat(out.toString())
        .matches("backend +1\\.0\\.0 +beta +linux/amd64 +\\d+  critical, required, .*10% .*\n");
  }

  @Test
  @Tag("R130")
  @DisplayName("R130: 1 for what failed, 3 for what does not exist")
  void publish_againOrNothing_exitCodesTell() {
    assertThat(publish("--dir", tree.toString())).isEqualTo(3);
    assertThat(err.toString()).contains("lockstep-repo init");
    run("init");
    assertThat(publish("--dir", folder.resolve("none").toString())).isEqualTo(3);
    assertThat(publish("--dir", tree.toString(), "--notes", "@none")).isEqualTo(3);
    assertThat(publish("--dir", tree.toString())).isZero();
    err.getBuffer().setLength(0);

    assertThat(publish("--dir", tree.toString())).isEqualTo(1);

    assertThat(err.toString())
        .isEqualTo(
            "lockstep-repo: cannot publish backend 1.0.0 in stable: it is already published; give"
                + " the release a new version\n");
    assertThat(run("init")).isEqualTo(1);
  }

  @Test
  void publish_file_isServedByteForByte() throws IOException {
    run("init");
    publish("--dir", tree.toString());
    Path made;
    try (Stream<Path> all = Files.walk(folder.resolve("repository/targets"))) {
      made = all.filter(f -> f.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
    }

    assertThat(publish("--channel", "dev", "--file", made.toString())).isZero();

    assertThat(folder.resolve("repository/targets/dev/backend").resolve(made.getFileName()))
        .hasSameBinaryContentAs(made);
  }

  @ParameterizedTest
  @Tag("R130")
  @ValueSource(
      strings = {
        "--dir T --version 1.0",
        "--dir T --rollout 101%",
        "--dir T --requires backend-api",
        "--dir T --requires backend-api=nonsense",
        "--dir T --provides =1.0.0",
        "--dir T --prefix p",
        "--dir T --format zip",
        "--dir T --file F",
        "--file F --format tar.gz",
        "--critical",
        "--dir T --unknown"
      })
  void publish_wrongUsage_two(String options) {
    run("init");
    List<String> all = new ArrayList<>(List.of("publish", "--component", "backend"));
    if (!options.contains("--version")) {
      all.addAll(List.of("--version", "1.0.0"));
    }
    all.addAll(List.of(options.replace(" T", " " + tree).split(" ")));

    assertThat(run(all.toArray(String[]::new))).isEqualTo(2);
    assertThat(err.toString()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "init --expiry nobody=1d",
        "init --expiry root=soon",
        "init --threshold root=many",
        "init --threshold root=0",
        "init --expiry root=900000d",
        "init --key-type root=dsa",
        "init --key-type nobody=ed25519",
        "init --key-count root=0",
        "keygen nobody",
        "keygen root --type dsa",
        "rotate nobody",
        "rotate root --add --replace abc",
        "rotate root stable --replace abc",
        "rotate",
        "refresh --within soon",
        "merge",
        "rollout set --component backend --version 1.0.0",
        "rollout pause 10 --component backend --version 1.0.0",
        "rollout stop --component backend --version 1.0.0",
        "promote --component backend --version 1.0 --from dev --to beta",
        "withdraw --component backend --version 1.0.0",
        "serve --port 70000"
      })
  @Tag("R130")
  void run_wrongUsage_two(String arguments) {
    assertThat(run(arguments.split(" "))).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "init",
        "keygen",
        "publish",
        "promote",
        "withdraw",
        "rollout",
        "rotate",
        "sign",
        "merge",
        "list",
        "refresh",
        "verify",
        "diff",
        "bundle",
        "serve"
      })
  void help_eachVerb_describedAndZero(String verb) {
    assertThat(RepositoryCommand.commandLine().setOut(new PrintWriter(out)).execute(verb, "-h"))
        .isZero();
    assertThat(out.toString()).startsWith("Usage: lockstep-repo " + verb).contains("--help");
  }

  @Test
  void keygen_beforeInit_keyIsUsed() throws IOException {
    assertThat(run("keygen", "root")).isZero();
    Path key = Path.of(out.toString().strip());
    assertThat(key).exists();

    run("init");

    String root = Files.readString(folder.resolve("repository/metadata/1.root.json"));
    String id = key.getFileName().toString().split("\\.")[1];
    assertThat(root).contains("\"" + id);
    try (Stream<Path> all = Files.list(folder.resolve("keys"))) {
      assertThat(all.filter(f -> f.getFileName().toString().startsWith("root."))).hasSize(1);
    }
  }

  @Test
  void publish_byTwoProcessesAtOnce_bothReleasesAreThere() throws Exception {
    run("init");
    List<Process> processes = new ArrayList<>();
    for (String version : List.of("1.0.0", "1.1.0", "1.2.0")) {
      processes.add(
          process(
              Map.of(), "publish", "--component=backend", "--version=" + version, "--dir=" + tree));
    }
    for (Process process : processes) {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    out.getBuffer().setLength(0);

    run("list");

    assertThat(out.toString().lines().map(line -> line.split(" +")[1]))
        .containsExactly("1.0.0", "1.1.0", "1.2.0");
  }

  private Process process(Map<String, String> environment, String verb, String... options)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                RepositoryCommand.class.getName(),
                verb,
                "--repository=" + folder.resolve("repository"),
                "--keys=" + folder.resolve("keys")));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("LOCKSTEP_KEY_PASSPHRASE");
    builder.environment().putAll(environment);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(Files.createTempFile(folder, verb, ".output").toFile())
        .start();
  }

  private int exitCode(Map<String, String> environment, String verb, String... options)
      throws Exception {
    Process process = process(environment, verb, options);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  @Tag("R148")
  void publish_encryptedKeys_onlyWithThePassphraseFromTheEnvironment() throws Exception {
    Map<String, String> right = Map.of("LOCKSTEP_KEY_PASSPHRASE", "correct horse");
    Map<String, String> wrong = Map.of("LOCKSTEP_KEY_PASSPHRASE", "battery staple");
    String[] release = {"--component=backend", "--version=1.0.0", "--dir=" + tree};
    // One encrypted key is enough; deriving its passphrase is slow on purpose.
    for (String role : RepositorySettings.ROLES) {
      if (!role.equals("timestamp")) {
        new KeyFolder(folder.resolve("keys"), Passphrases.NONE).generate(role);
      }
    }
    assertThat(exitCode(right, "init")).isZero();

    assertThat(exitCode(Map.of(), "publish", release)).isEqualTo(1);
    assertThat(exitCode(wrong, "publish", release)).isEqualTo(1);
    assertThat(exitCode(right, "publish", release)).isZero();

    try (Stream<Path> all = Files.list(folder.resolve("keys"))) {
      assertThat(all.filter(f -> f.getFileName().toString().startsWith("timestamp.")))
          .hasSize(1)
          .allSatisfy(f -> assertThat(f).content().contains("encrypted"));
    }
    try (Stream<Path> outputs = Files.list(folder)) {
      assertThat(outputs.filter(f -> f.toString().endsWith(".output")))
          .allSatisfy(f -> assertThat(f).content().doesNotContain("correct horse"));
    }
  }

  @Test
  void refresh_repository_newTimestamp() throws IOException {
    run("init");
    Path timestamp = folder.resolve("repository/metadata/timestamp.json");
    String before = Files.readString(timestamp);

    assertThat(run("refresh")).isZero();

    assertThat(Files.readString(timestamp)).isNotEqualTo(before).contains("\"version\":2");
  }

  @Test
  @Tag("R58")
  void serve_portZero_saysItsPortAndLogsRequests() throws Exception {
    run("init");
    out.getBuffer().setLength(0);
    Path log = folder.resolve("access.log");
    Thread serving = new Thread(() -> run("serve", "--port", "0", "--access-log", log.toString()));
    serving.start();
    try {
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> out.toString().endsWith("\n"));
      JsonNode ready = JsonMapper.shared().readTree(out.toString());
      assertThat(ready.get("event").stringValue()).isEqualTo("ready");
      URI url = URI.create("http://127.0.0.1:" + ready.get("port").intValue() + "/");
      assertThat(ready.get("url").stringValue()).isEqualTo(url.toString());

      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(url.resolve("metadata/1.root.json")).build(),
                  HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      Awaitility.await().until(() -> Files.readString(log).endsWith("\n"));
      JsonNode line = JsonMapper.shared().readTree(Files.readString(log));
      assertThat(line.get("path").stringValue()).isEqualTo("/metadata/1.root.json");
      assertThat(line.get("bytes").longValue()).isEqualTo(answer.body().length());
    } finally {
      serving.interrupt();
      serving.join(10_000);
    }
    assertThat(serving.isAlive()).isFalse();
  }

  @Test
  void warmUp_everyCommand_succeeds() {
    assertThatNoException().isThrownBy(() -> RepositoryWarmUp.main(new String[0]));
  }
}
