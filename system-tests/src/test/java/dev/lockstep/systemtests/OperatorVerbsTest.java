package dev.lockstep.systemtests;

import static java.lang.ProcessBuilder.Redirect.DISCARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.protocol.v1.InstallPhase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What operators ask, and how they go back, with real processes. The order matters. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperatorVerbsTest {
  @TempDir static Path folder;
  private static KeptDemo demo;

  @BeforeAll
  static void keepDemoRunning() throws IOException {
    demo = KeptDemo.start(folder.resolve("work"));
  }

  @AfterAll
  static void endDemo() {
    if (demo != null) {
      demo.close();
    }
  }

  @Test
  @Tag("R137")
  @Order(1)
  @Tag("R136")
  @Tag("R138")
  void history_afterTheDemo_tellsWhatWasDoneHowAndByWhom() {
    Run run = demo.lockstep("history", "--json", "--checks", "--limit", "100");
    assertThat(run.exitCode()).as(run.toString()).isZero();
    Set<String> told = new HashSet<>();
    for (JsonNode one : run.json().get(0).get("jobs")) {
      JsonNode job = one.get("job");
      told.add(
          "%s %s %s %s %s"
              .formatted(
                  job.path("kind").stringValue(""),
                  job.path("device").stringValue(""),
                  one.path("method").stringValue(""),
                  job.path("to_version").stringValue(""),
                  job.path("state").stringValue("")));
    }
    assertThat(told)
        .contains(
            "install hub fresh 1.0.0 COMMITTED",
            "install kiosk-1 update 1.1.0 COMMITTED",
            "install hub update 1.2.0 REVERTED")
        .anyMatch(one -> one.startsWith("check hub available"));
    Run text = demo.lockstep("history", "--device", "hub");
    assertThat(text.out()).contains("the demo's user", "BACKUPS", "answered 503", "last log");
    assertThat(text.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(demo.lockstep("history", "no-such-component").exitCode()).isEqualTo(3);
    assertThat(demo.lockstep("logs", "no-such-job").exitCode()).isEqualTo(3);
  }

  @Test
  @Order(2)
  @Tag("R91")
  @Tag("R121")
  void revert_undecidedOrWithoutItsBackup_changesNoFile() throws IOException {
    Map<String, String> before = files();

    Run undecided = demo.lockstep("revert", "backend");
    Run missing = demo.lockstep("revert", "backend", "--with-data", "backup_1.0.0_20200101_000000");

    assertThat(undecided.exitCode()).as(undecided.toString()).isEqualTo(2);
    assertThat(undecided.out()).contains("lost: nothing; but", "lost: what was written since");
    assertThat(missing.exitCode()).as(missing.toString()).isEqualTo(3);
    assertThat(missing.out()).contains("BACKUP_UNUSABLE");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  @Order(1)
  @Tag("R128")
  void status_afterARevert_saysWhy() {
    Run status = demo.lockstep("status");
    assertThat(status.out()).contains("    1.2.0 reverted at ", "answered 503");
    assertThat(status.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  @Order(1)
  @Tag("R129")
  void policy_heldAndSkipped_isShownAndTakenBack() {
    Run held = demo.lockstep("hold", "backend", "--for", "1h", "--reason", "a fair");
    assertThat(held.out()).contains("backend is held until", ": a fair (");
    assertThat(demo.lockstep("hold", "--list").out()).isEqualTo(held.out());
    Run skipped = demo.lockstep("skip", "backend@1.2.0", "--json");
    assertThat(skipped.json().get(0).get("skips")).hasSize(1);
    assertThat(demo.lockstep("unhold", "backend").out()).contains("backend 1.2.0 is skipped");
    Run none = demo.lockstep("unskip", "backend@1.2.0");
    assertThat(none.out()).contains("nothing is held or skipped");
    Run again = demo.lockstep("unskip", "backend@1.2.0");
    assertThat(again.exitCode()).as(again.toString()).isEqualTo(3);
  }

  @Test
  @Order(1)
  @Tag("R129")
  void scheduleAndNotes_nothingOffered_saySo() {
    assertThat(demo.lockstep("schedule").out()).contains("no install is planned");
    assertThat(demo.lockstep("schedule", "--postpone", "2h").err()).contains("cannot postpone");
    assertThat(demo.lockstep("notes").out()).contains("nothing is offered");
    assertThat(demo.lockstep("notes", "no-such-component").exitCode()).isEqualTo(3);
  }

  @Test
  @Order(2)
  @Tag("R163")
  void doctor_besideTheRunningHub_rehearsesAndLeavesNothingEvenWhenKilled() throws Exception {
    Map<String, String> before = files();
    List<String> command =
        List.of("doctor", "--json", "--config", demo.folder().resolve("hub/lockstep.yaml") + "");
    Process killed =
        Run.builder("lockstep", command).redirectErrorStream(true).redirectOutput(DISCARD).start();
    Path scratch = demo.folder().resolve("hub/components/.lockstep-doctor");
    Awaitility.await()
        .atMost(KeptDemo.PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> Files.exists(scratch.resolve("components/rehearsal/data/starts")));
    killed.destroyForcibly().waitFor();
    assertThat(rehearsing()).isNotEmpty();
    assertThat(files()).isNotEqualTo(before);

    Run run = Run.of(KeptDemo.PATIENCE, "lockstep", command);

    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.json())
        .filteredOn(line -> line.path("check").stringValue("").equals("rehearsal"))
        .extracting(line -> line.get("result").stringValue())
        .containsExactly("ok", "ok", "ok", "ok");
    assertThat(run.out())
        .contains("the hub (hub) answers and knows this device")
        .contains("backend 1.2.0 was reverted")
        .contains("\"failed\":0");
    assertThat(rehearsing()).isEmpty();
    assertThat(files()).isEqualTo(before);
  }

  /** Living processes of rehearsals in the hub's folder. */
  private static List<String> rehearsing() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(words -> words.contains(demo.folder() + "/hub/components/.lockstep-doctor"))
        .toList();
  }

  /**
   * Everything of the hub with its content, but for what running components write all the time:
   * their data and output, and the hub's own log; and version-management's journal, which notes who
   * announced itself. The journal of installs is among them.
   */
  private static Map<String, String> files() throws IOException {
    Map<String, String> found = new TreeMap<>();
    Path hub = demo.folder().resolve("hub");
    try (Stream<Path> walk = Files.walk(hub)) {
      for (Path path : walk.toList()) {
        String name = hub.relativize(path).toString();
        boolean others =
            name.contains("/data")
                || name.contains("logs/")
                || name.contains("versions.db")
                || name.endsWith("lockstep.log");
        if (!others && Files.isSymbolicLink(path)) {
          found.put(name, Files.readSymbolicLink(path).toString());
        } else if (!others && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          found.put(name, String.valueOf(Arrays.hashCode(Files.readAllBytes(path))));
        } else if (!others) {
          found.put(name, "folder");
        }
      }
    }
    assertThat(found.keySet()).anyMatch(name -> name.endsWith("atomic.db"));
    return found;
  }

  @Test
  @Order(3)
  @Tag("R139")
  void log_ofAJobThatHasEnded_outlivesTheHub() throws IOException {
    String job =
        demo.lockstep("history", "--json", "--device", "hub")
            .json()
            .get(0)
            .get("jobs")
            .get(0)
            .get("job")
            .get("job_id")
            .stringValue();
    Run log = demo.lockstep("logs", job, "--json");
    assertThat(log.out()).contains("REVERTED");

    demo.kill("hub");
    letBackupsWait();
    demo.startAgain("hub", Map.of());
    demo.awaitSettled();

    Run followed = demo.lockstep("logs", job.substring(0, 8), "-f", "--json");
    assertThat(followed.exitCode()).as(followed.toString()).isZero();
    assertThat(followed.out()).isEqualTo(log.out());
  }

  private Path goOn() {
    return demo.folder().resolve("go-on");
  }

  /** The backend's backups wait from now on until there is that file. */
  private void letBackupsWait() throws IOException {
    Path settings = demo.folder().resolve("hub/lockstep.yaml");
    String text = Files.readString(settings);
    Matcher process = Pattern.compile("(?m)^( +)process:$").matcher(text);
    assertThat(process.find()).as(text).isTrue();
    String hook =
        "%1$sbackup_hooks:%n%1$s  before: [/bin/sh, -c, \"until test -e '%2$s'; do sleep 0.1; done\"]%n"
            .formatted(process.group(1), goOn());
    Files.writeString(
        settings, text.substring(0, process.start()) + hook + text.substring(process.start()));
  }

  @Test
  @Order(4)
  @Tag("R91")
  @Tag("R123")
  void revert_withData_goesBackAndItsLogIsFollowedWhileItRuns() throws Exception {
    CompletableFuture<Run> reverting =
        CompletableFuture.supplyAsync(
            () -> demo.lockstep("revert", "backend", "--with-data", "--json"));
    await("the revert waits in its backup")
        .atMost(KeptDemo.PATIENCE)
        .until(() -> !demo.runningIn(InstallPhase.INSTALL_PHASE_BACKUP).isEmpty());
    String job = demo.runningIn(InstallPhase.INSTALL_PHASE_BACKUP).get(0);
    Path shown = folder.resolve("followed");
    Process following =
        Run.builder(
                "lockstep",
                List.of(
                    "logs",
                    job,
                    "-f",
                    "--json",
                    "--config",
                    demo.folder().resolve("operator.yaml").toString()))
            .redirectOutput(shown.toFile())
            .redirectError(DISCARD)
            .start();
    try {
      await("what was there before is shown at once")
          .atMost(KeptDemo.PATIENCE)
          .until(() -> Files.readString(shown).contains("backend 1.1.0 is stopped"));
      assertThat(Files.readString(shown)).doesNotContain("the data are those of backup_1.0.0");
      assertThat(following.isAlive()).as("it goes on with what comes").isTrue();
      assertThat(reverting).isNotDone();

      Files.createFile(goOn());

      assertThat(following.waitFor(KeptDemo.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(following.exitValue()).isZero();
    } finally {
      following.descendants().forEach(ProcessHandle::destroyForcibly);
      following.destroyForcibly();
    }
    Run back = reverting.get(KeptDemo.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(back.exitCode()).as(back.toString()).isZero();
    assertThat(back.json().get(0).get("job_id").stringValue()).isEqualTo(job);
    assertThat(demo.active("hub", "backend")).isEqualTo("1.0.0");
    assertThat(demo.treeDifferences("hub", "backend")).isEmpty();
    Run log = demo.lockstep("logs", job, "--json");
    assertThat(log.out()).contains("the data are those of backup_1.0.0", "REVERTED");
    assertThat(lines(new Run(0, Files.readString(shown), "")))
        .as("each line once, and all of them")
        .isEqualTo(lines(log));
  }

  /** Without their times: a line that comes live has that of its message. */
  private static List<String> lines(Run logs) {
    return logs.json().stream()
        .map(
            line ->
                "%s %s %s"
                    .formatted(
                        line.get("device").stringValue(),
                        line.get("line").stringValue(),
                        line.get("text").stringValue()))
        .toList();
  }

  @Test
  @Order(5)
  @Tag("R112")
  @Tag("R151")
  void installOrCancel_withTheKeyOfADevice_isRefusedWithTheReason() {
    String settings = demo.folder().resolve("kiosk-1/lockstep.yaml").toString();
    for (String verb : List.of("schedule", "install")) {
      Run run =
          Run.of(KeptDemo.PATIENCE, "lockstep", List.of(verb, "--cancel", "--config", settings));
      assertThat(run.exitCode()).as(run.toString()).isEqualTo(1);
      assertThat(run.err()).contains("kiosk-1", "only ask for more time");
    }
  }

  @Test
  @Order(5)
  @Tag("R111")
  void releaseInAStore_isShownToPeopleAndTheirFrontendAndNeverInstalled() throws Exception {
    Path folder = demo.folder();
    List<String> publish =
        List.of(
            "publish",
            "--repository",
            folder.resolve("repository").toString(),
            "--keys",
            folder.resolve("publisher/keys").toString(),
            "--component",
            "kiosk-ui",
            "--version",
            "9.0.0",
            "--channel",
            "stable",
            "--store-link",
            "https://store.example/kiosk",
            "--minimum-version",
            "2.0.0",
            "--requires",
            "backend-api=>=1.0.0 <2.0.0");
    Run published = Run.of(KeptDemo.PATIENCE, "lockstep-repo", publish);
    assertThat(published.exitCode()).as(published.toString()).isZero();

    Run check = demo.lockstep("check");

    assertThat(check.out()).contains("kiosk-ui", "9.0.0", "https://store.example/kiosk");
    Matcher url =
        Pattern.compile("url: \"(http://[^/\"]+)")
            .matcher(Files.readString(folder.resolve("kiosk-1/lockstep.yaml")));
    assertThat(url.find()).isTrue();
    HttpRequest status = HttpRequest.newBuilder(URI.create(url.group(1) + "/status")).build();
    HttpClient http = HttpClient.newHttpClient();
    await("the frontend tells its users")
        .atMost(KeptDemo.PATIENCE)
        .until(
            () ->
                http.send(status, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .contains("\"store_link\":\"https://store.example/kiosk\""));
    assertThat(folder.resolve("kiosk-1/components/kiosk-ui/releases/9.0.0")).doesNotExist();
    assertThat(demo.active("kiosk-1", "kiosk-ui")).isNotEqualTo("9.0.0");
  }
}
