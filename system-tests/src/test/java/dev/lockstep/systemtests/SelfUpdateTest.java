package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hub below the launcher, out of the tree that is shipped, gets releases of itself from a signed
 * repository over the bus: a good one, and one whose virtual machine does not start.
 */
class SelfUpdateTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path folder;
  private final List<Process> processes = new ArrayList<>();
  private Publisher publisher;
  private Path settings;

  @AfterEach
  void end() throws InterruptedException {
    for (Process process : processes) {
      List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
      process.destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  @Tag("R175")
  @Tag("R92")
  void lockstep_updatesItself_andComesBackFromAReleaseThatDoesNotStart() throws Exception {
    Path updater = startHub();

    publish("0.2.0", "");
    Run install = install();
    assertThat(install.exitCode()).as(install.toString()).isZero();
    assertThat(active(updater)).isEqualTo("0.2.0");

    publish("0.3.0", "not a jar");
    Run broken = install();

    assertThat(broken.exitCode()).as(broken.toString()).isEqualTo(5);
    assertThat(broken.toString()).contains("3 starts of 0.3.0 failed").contains("0.2.0");
    assertThat(active(updater)).isEqualTo("0.2.0");
    Run status = lockstep("status", "--json");
    assertThat(status.exitCode()).as(status.toString()).isZero();
    assertThat(status.json().get(0).get("components").get(0).get("version").stringValue())
        .isEqualTo("0.2.0");
  }

  private static String active(Path updater) throws IOException {
    return Files.readString(updater.resolve("current/VERSION")).strip();
  }

  /** Asks for what is offered, as soon as it is offered, and follows it to its end. */
  private Run install() {
    Run check = lockstep("check", "--force");
    assertThat(check.exitCode()).as(check.toString()).isZero();
    return lockstep("install", "--json");
  }

  private Run lockstep(String verb, String... options) {
    List<String> words = new ArrayList<>(List.of(verb, "--config", settings.toString()));
    words.addAll(List.of(options));
    return Run.of(PATIENCE, "lockstep", words);
  }

  private Path startHub() throws Exception {
    List<Integer> ports = Ports.free(3);
    publisher =
        Publisher.initialize(
            folder.resolve("repository"),
            new KeyFolder(folder.resolve("keys"), Passphrases.NONE),
            RepositorySettings.defaults(),
            Clock.systemUTC());
    settings = folder.resolve("lockstep.yaml");
    Files.writeString(settings, settings(ports));
    processes.add(
        start(
            Run.builder(
                "lockstep-repo",
                List.of(
                    "serve",
                    "--repository",
                    folder.resolve("repository").toString(),
                    "--port",
                    ports.get(2).toString())),
            "server.log"));
    Path updater = folder.resolve("root/updater");
    Path first = tree("0.1.0");
    Files.createDirectories(updater.resolve("releases"));
    Files.move(first, updater.resolve("releases/0.1.0"));
    Files.createSymbolicLink(updater.resolve("current"), Path.of("releases/0.1.0"));
    processes.add(
        start(
            Run.builder(
                "lockstep-launcher",
                List.of(
                    updater.toString(),
                    folder.resolve("state").toString(),
                    "daemon",
                    "--config",
                    settings.toString())),
            "hub.log"));
    Awaitility.await("the first start is confirmed")
        .atMost(PATIENCE)
        .until(() -> Files.exists(folder.resolve("state/launcher/confirmed")));
    return updater;
  }

  private Process start(ProcessBuilder builder, String log) throws IOException {
    return builder.redirectErrorStream(true).redirectOutput(folder.resolve(log).toFile()).start();
  }

  private void publish(String version, String jar) throws Exception {
    Path tree = tree(version);
    if (!jar.isEmpty()) {
      try (var jars = Files.newDirectoryStream(tree.resolve("lib"), "lockstep-app-*.jar")) {
        for (Path one : jars) {
          Files.writeString(one, jar);
        }
      }
    }
    publisher.publish(ReleaseSpec.of("updater", version), ReleaseContent.tree(tree));
  }

  /** As it is shipped. */
  private Path tree(String version) throws Exception {
    Path tree = folder.resolve("tree-" + version);
    Process make =
        new ProcessBuilder(
                Run.HOME.resolve("packaging/release.sh").toString(), tree.toString(), version)
            .inheritIO()
            .start();
    assertThat(make.waitFor()).isZero();
    assertThat(tree.resolve("lib")).isDirectoryNotContaining("glob:**/lockstep-repository-*");
    return tree;
  }

  private String settings(List<Integer> ports) {
    return """
        device:
          id: hub
          root: root
          state: state
        bus:
          publish_address: tcp://127.0.0.1:%d
          subscribe_address: tcp://127.0.0.1:%d
          security: plain
        source:
          metadata_url: http://127.0.0.1:%d/metadata/
          content_url: http://127.0.0.1:%d/targets/
          root_file: "%s"
          allow_plain_http: true
        update:
          restart_notice: 0s
          heartbeat: 1s
          prepare_deadline: 200ms
          drain_deadline: 200ms
          retry_delay: 1s
        components:
          updater:
            role: module
            backup_paths: []
            process:
              control: launcher
            health:
              successes: 1
              window: 1s
        """
        .formatted(
            ports.get(0),
            ports.get(1),
            ports.get(2),
            ports.get(2),
            publisher.directory().rootFile());
  }
}
