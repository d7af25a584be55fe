package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.testkit.BodyGate;
import dev.lockstep.testkit.TestRepository;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/tuf-client} as a process, against a real repository over HTTP. */
class TufClientLauncherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String ONE = "stable/backend/backend-1.0.0.tar.gz";
  private static final String OTHER = "stable/backend/backend-1.1.0.tar.gz";

  @TempDir static Path published;
  private static TestRepository repository;

  @TempDir private Path folder;

  @BeforeAll
  static void publish() {
    repository = TestRepository.create(published);
    repository.publish("backend", "1.0.0");
    repository.publish("backend", "1.1.0");
  }

  @AfterAll
  static void close() {
    repository.close();
  }

  @BeforeEach
  void forget() {
    repository.forgetAccesses();
  }

  @AfterEach
  void endFaults() {
    repository.faults().clear();
  }

  private static Run client(String... arguments) {
    return Run.of(PATIENCE, "tuf-client", List.of(arguments));
  }

  private String metadata() {
    return folder.resolve("metadata").toString();
  }

  private Run init() {
    return client("--metadata-dir", metadata(), "init", repository.rootFile().toString());
  }

  private Run refresh() {
    return client(
        "--metadata-url",
        repository.metadataUrl().toString(),
        "--metadata-dir",
        metadata(),
        "refresh");
  }

  /** The options in another order than the usage shows them. */
  private List<String> downloading(String... targets) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("--target-dir", folder.resolve("targets").toString()));
    for (String target : targets) {
      words.addAll(List.of("--target-name", target));
    }
    words.addAll(List.of("--metadata-dir", metadata()));
    words.addAll(List.of("--target-base-url", repository.contentUrl().toString()));
    words.addAll(List.of("--metadata-url", repository.metadataUrl().toString(), "download"));
    return words;
  }

  private Run download(String... targets) {
    return Run.of(PATIENCE, "tuf-client", downloading(targets));
  }

  /** Everything in a folder, hidden files and folders included. */
  private List<String> all(String where) throws IOException {
    if (!Files.exists(folder.resolve(where))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.resolve(where))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<String> files(String where) throws IOException {
    return all(where).stream()
        .filter(name -> Files.isRegularFile(folder.resolve(where).resolve(name)))
        .toList();
  }

  private static List<String> requests() {
    return repository.accesses().stream()
        .map(access -> access.path().substring(access.path().lastIndexOf('/') + 1))
        .toList();
  }

  private static String encoded(String target) {
    return target.replace("/", "%2F");
  }

  @Test
  @Tag("R47")
  void init_thenRefreshTwice_asksOnlyForWhatIsNeededAndKeepsTrustedMetadataOnly()
      throws IOException {
    assertThat(init().exitCode()).isZero();
    assertThat(requests()).isEmpty();
    assertThat(files("metadata")).containsExactly("root.json");

    assertThat(refresh().exitCode()).isZero();
    assertThat(requests())
        .containsExactly("2.root.json", "timestamp.json", "3.snapshot.json", "1.targets.json");
    assertThat(files("metadata"))
        .containsExactly("root.json", "snapshot.json", "targets.json", "timestamp.json");
    assertThat(files("metadata/root_history")).containsExactly("1.root.json");

    repository.forgetAccesses();
    assertThat(refresh().exitCode()).isZero();
    assertThat(requests()).containsExactly("2.root.json", "timestamp.json");
  }

  @Test
  @Tag("R76")
  void download_severalTargets_inOrderUpToTheFirstFailure() throws IOException {
    init();

    Run run = download(OTHER, "stable/backend/missing", ONE);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("tuf-client: ").contains("[TRUST_UNKNOWN_TARGET]");
    assertThat(all("targets")).containsExactly(encoded(OTHER));
    assertThat(requests().stream().filter(name -> name.endsWith("backend-1.0.0.tar.gz"))).isEmpty();

    repository.forgetAccesses();
    assertThat(download(OTHER, ONE).exitCode()).isZero();
    assertThat(all("targets")).containsExactly(encoded(ONE), encoded(OTHER));
    assertThat(requests().stream().filter(name -> name.endsWith(".tar.gz")))
        .singleElement()
        .asString()
        .endsWith("backend-1.0.0.tar.gz");
  }

  @Test
  @Tag("R78")
  void download_wrongContent_exits1AndLeavesNothing() throws IOException {
    init();
    repository.faults().on("backend-1.0.0.tar.gz").corrupt(10);

    Run run = download(ONE);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("[TRUST_LENGTH_OR_HASH]");
    assertThat(all("targets")).isEmpty();
  }

  @Test
  @Tag("R74")
  void init_rootThatIsNone_exits1AndCausesNoRequest() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.json"), "{\"signed\":{},\"signatures\":[]}");

    assertThat(client("--metadata-dir", metadata(), "init", bad.toString()).exitCode())
        .isEqualTo(1);
    assertThat(refresh().exitCode()).isEqualTo(1);
    assertThat(download(ONE).exitCode()).isEqualTo(1);

    assertThat(requests()).isEmpty();
    assertThat(files("metadata")).isEmpty();
  }

  @Test
  void run_noCommandOrNoJava_exits1() throws Exception {
    Run nothing = client();
    assertThat(nothing.exitCode()).isEqualTo(1);
    assertThat(nothing.err()).contains("usage: tuf-client");
    assertThat(client("--metadata-dir", metadata(), "explode").exitCode()).isEqualTo(1);

    ProcessBuilder withoutJava = Run.builder("tuf-client", List.of());
    withoutJava.environment().put("JAVA_HOME", "/nowhere");
    Process process =
        withoutJava
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isEqualTo(1);
  }

  @Test
  @Tag("R69")
  @Tag("R71")
  void download_killedHalfWay_showsNothingAndTheNextOneIsWhole() throws Exception {
    init();
    assertThat(download(OTHER).exitCode()).isZero();
    BodyGate gate = repository.faults().on("backend-1.0.0.tar.gz").once().hold(20);
    Process process = Run.builder("tuf-client", downloading(ONE)).start();
    gate.awaitReached(PATIENCE);
    process.destroyForcibly().waitFor();
    gate.open();

    assertThat(all("targets")).containsExactly(encoded(OTHER));

    assertThat(download(OTHER).exitCode()).isZero();
    assertThat(all("metadata/.work")).noneMatch(name -> name.endsWith(".partial"));
    assertThat(download(ONE).exitCode()).isZero();
    assertThat(all("targets")).containsExactly(encoded(ONE), encoded(OTHER));
  }

  @Test
  @Tag("R75")
  void refresh_underFaketime_believesThatTime() throws Exception {
    String faketime =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(entry -> Path.of(entry, "faketime"))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst()
            .orElse("");
    Assumptions.assumeFalse(faketime.isEmpty(), "faketime is not installed");
    init();

    assertThat(exitUnder(faketime, "+1d", folder.resolve("fresh.err"))).isZero();
    assertThat(exitUnder(faketime, "+400d", folder.resolve("expired.err"))).isEqualTo(1);
    assertThat(folder.resolve("expired.err")).content().contains("[TRUST_EXPIRED]");
  }

  private int exitUnder(String faketime, String offset, Path errors) throws Exception {
    ProcessBuilder builder =
        Run.builder(
            "tuf-client",
            List.of(
                "--metadata-url",
                repository.metadataUrl().toString(),
                "--metadata-dir",
                metadata(),
                "refresh"));
    builder.command().addAll(0, List.of(faketime, "-f", offset));
    Process process =
        builder
            .redirectError(errors.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    assertThat(ended).isTrue();
    return process.exitValue();
  }
}
