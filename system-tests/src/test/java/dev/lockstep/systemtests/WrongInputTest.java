package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.InstallPhase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * Real processes that are treated badly: killed, cut off, fed with rubbish. The order matters: each
 * test leaves everything running and whole for the next.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WrongInputTest {
  private static final Map<String, String> ALL_AT_1_1_0 =
      Map.of("hub", "1.1.0", "kiosk-1", "1.1.0", "kiosk-2", "1.1.0");

  private static final List<InstallPhase> KILL_AT =
      List.of(
          InstallPhase.INSTALL_PHASE_PREPARE,
          InstallPhase.INSTALL_PHASE_ACTIVATE,
          InstallPhase.INSTALL_PHASE_VERIFY);

  private static final List<InstallPhase> SEEN_BY_PEOPLE =
      List.of(
          InstallPhase.INSTALL_PHASE_BACKUP,
          InstallPhase.INSTALL_PHASE_ACTIVATE,
          InstallPhase.INSTALL_PHASE_RESTART,
          InstallPhase.INSTALL_PHASE_VERIFY,
          InstallPhase.INSTALL_PHASE_COMMIT);

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
  @Order(1)
  @Tag("R12")
  @Tag("R17")
  void status_afterTheDemo_listsEveryComponent() {
    assertThat(demo.versions()).isEqualTo(ALL_AT_1_1_0);
    Run text = demo.lockstep("status");
    assertThat(text.out()).contains("hub", "backend", "kiosk-2", "1.1.0", "running");
  }

  @Test
  @Order(2)
  void check_unknownComponent_exits3AndNamesIt() {
    Run run = demo.lockstep("check", "no-such-component");
    assertThat(run.exitCode()).as(run.toString()).isEqualTo(3);
    assertThat(run.out()).contains("no-such-component");
  }

  @Test
  @Order(3)
  @Tag("R160")
  void check_nothingToInstall_exits77WhenAsked() {
    Run run = demo.lockstep("check", "--exit-code");
    // The bad backend is known and not offered again; its frontend does not fit without it.
    assertThat(run.exitCode()).as(run.toString()).isEqualTo(77);
    assertThat(run.out()).contains("not offered");
  }

  @Test
  @Order(3)
  @Tag("R179")
  void install_nothingButAReleaseThatFailed_isNotTriedAgainUnasked() throws IOException {
    Run run = demo.lockstep("install");
    assertThat(run.exitCode()).as(run.toString()).isEqualTo(3);
    assertThat(run.err()).contains("--again");
    assertThat(demo.active("hub", "backend")).isEqualTo("1.1.0");

    Run again = demo.lockstep("install", "--again");
    assertThat(again.exitCode()).as(again.toString()).isEqualTo(5);
    assertThat(demo.versions()).isEqualTo(ALL_AT_1_1_0);
  }

  @Test
  @Order(4)
  @Tag("R65")
  void check_repositoryDown_saysSoAndWorksAgainAfterwards() throws IOException {
    demo.kill("repository");
    Run down = demo.lockstep("check", "--force", "--timeout", "60", "--json");
    assertThat(down.exitCode()).as(down.toString()).isEqualTo(1);
    assertThat(down.json().get(0).get("result").stringValue())
        .isEqualTo("CHECK_RESULT_UNREACHABLE");
    demo.startAgain("repository", Map.of());
    Awaitility.await()
        .atMost(KeptDemo.PATIENCE)
        .until(() -> demo.lockstep("check", "--force").exitCode() == 0);
  }

  @Test
  @Order(5)
  @Tag("R74")
  @Tag("R80")
  void check_tamperedMetadata_exits7() throws IOException {
    Path timestamp = folder.resolve("work/repository/metadata/timestamp.json");
    String before = Files.readString(timestamp);
    String signature = before.replaceFirst("(?s).*\"sig\"\\s*:\\s*\"([0-9a-f]+)\".*", "$1");
    String other = (signature.charAt(0) == '0' ? "1" : "0") + signature.substring(1);
    try {
      Files.writeString(timestamp, before.replace(signature, other));
      Run run = demo.lockstep("check", "--force", "--json");
      assertThat(run.exitCode()).as(run.toString()).isEqualTo(7);
      assertThat(run.json().get(0).at("/error/code").stringValue())
          .isEqualTo("ERROR_CODE_TRUST_SIGNATURE");
    } finally {
      Files.writeString(timestamp, before);
    }
    assertThat(demo.lockstep("check", "--force").exitCode()).isZero();
  }

  @Test
  @Order(6)
  @Tag("R15")
  void rubbishOnEveryTopic_isDroppedAndEverybodyLives() throws IOException {
    Random random = new Random(15);
    // The broker lets each key send what its role may; between them they reach every topic.
    for (String key : List.of("operator", "hub", "kiosk-1")) {
      sendRubbish(key, random);
    }
    assertThat(demo.versions()).isEqualTo(ALL_AT_1_1_0);
    for (String device : List.of("hub", "kiosk-1", "kiosk-2")) {
      Run run = demo.lockstep("status", "--service", "atomic-updates", "--device", device);
      assertThat(run.exitCode()).as(run.toString()).isZero();
    }
    for (String device : List.of("kiosk-1", "kiosk-2")) {
      Run run = demo.lockstep("status", "--service", "frontend-agent", "--device", device);
      assertThat(run.exitCode()).as(run.toString()).isZero();
      assertThat(demo.log(device)).contains("update/state/request");
    }
    assertThat(demo.dead()).isEmpty();
  }

  private static void sendRubbish(String key, Random random) {
    try (ZContext context = new ZContext()) {
      ZMQ.Socket socket = demo.rawPublisher(context, key);
      for (int round = 0; round < 20; round++) {
        for (Topic<?> topic : Topics.all()) {
          byte[] rubbish = new byte[random.nextInt(200)];
          random.nextBytes(rubbish);
          socket.sendMore(topic.name().getBytes(StandardCharsets.UTF_8));
          socket.send(rubbish);
        }
        socket.send("update/check/request");
        socket.sendMore("update/no/such/topic");
        socket.sendMore("x");
        socket.send("y");
      }
    }
  }

  @Test
  @Order(6)
  @Tag("R130")
  void verbs_wrongUsageOrSettings_exit2AndSayWhatToWrite() throws IOException {
    Path settings = folder.resolve("wrong.yaml");
    Files.writeString(settings, "bus: {security: plain, pubish_address: tcp://127.0.0.1:1}");
    Run unknownKey =
        Run.of(KeptDemo.PATIENCE, "lockstep", List.of("status", "--config", settings.toString()));
    assertThat(unknownKey.exitCode()).as(unknownKey.toString()).isEqualTo(2);
    assertThat(unknownKey.err()).contains("pubish_address", "wrong.yaml", "publish_address");

    assertThat(demo.lockstep("install", "--at", "tomorrow").exitCode()).isEqualTo(2);
    assertThat(demo.lockstep("status", "--service", "bogus").exitCode()).isEqualTo(2);
    assertThat(demo.lockstep("no-such-verb").exitCode()).isEqualTo(2);
  }

  @Test
  @Order(7)
  void install_dryRun_saysThePlanAndChangesNothing() throws IOException {
    demo.publish("backend", "1.3.0", Map.of("backend-api", "1.3.0"), Map.of());
    demo.publish("kiosk-ui", "1.3.0", Map.of(), Map.of("backend-api", ">=1.0.0 <2.0.0"));
    assertThat(demo.lockstep("check").exitCode()).isZero();
    demo.awaitStaged("hub", "backend", "1.3.0");
    demo.awaitStaged("kiosk-1", "kiosk-ui", "1.3.0");
    demo.awaitStaged("kiosk-2", "kiosk-ui", "1.3.0");
    DryRunCheck.saysAllAndLeavesNoTrace(demo);
    assertThat(demo.active("hub", "backend")).isEqualTo("1.1.0");
  }

  @Test
  @Order(8)
  @Tag("R44")
  @Tag("R97")
  void hub_killedBeforeAScheduledInstall_installsAfterItsRestart() throws IOException {
    String soon = java.time.OffsetDateTime.now().plusSeconds(12).toString();
    Run scheduled = demo.lockstep("install", "--at", soon);
    assertThat(scheduled.exitCode()).as(scheduled.toString()).isZero();
    demo.kill("hub");
    demo.startAgain("hub", Map.of());
    demo.awaitVersions(Map.of("hub", "1.3.0", "kiosk-1", "1.3.0", "kiosk-2", "1.3.0"));
  }

  @Test
  @Order(9)
  @Tag("R87")
  @Tag("R90")
  @Tag("R97")
  void hub_killedInTheMiddleOfAnInstall_endsComplete() throws IOException {
    for (int attempt = 0; attempt < KILL_AT.size(); attempt++) {
      String version = "1.3." + (1 + attempt);
      demo.publish("backend", version, Map.of("backend-api", version), Map.of());
      assertThat(demo.lockstep("check").exitCode()).isZero();
      demo.awaitStaged("hub", "backend", version);
      String before = demo.active("hub", "backend");
      long messages = demo.backendMessages();
      String job = demo.installWithoutWaiting();
      demo.awaitPhase(job, KILL_AT.get(attempt));
      demo.kill("hub");
      demo.startAgain("hub", Map.of());
      demo.awaitSettled();
      String active = demo.active("hub", "backend");
      assertThat(active).isIn(version, before);
      assertThat(demo.treeDifferences("hub", "backend")).isEmpty();
      assertThat(demo.backendSays()).isEqualTo(active);
      assertThat(demo.backendMessages()).isGreaterThanOrEqualTo(messages);
      if (!active.equals(version)) {
        Run again = demo.lockstep("install", "--again");
        assertThat(again.exitCode()).as(again.toString()).isZero();
      }
    }
  }

  @Test
  @Order(10)
  @Tag("R8")
  @Tag("R96")
  @Tag("R113")
  void install_whileOneRuns_isRefusedAsBusyAndItsProgressIsSeen() throws IOException {
    demo.publish("backend", "1.4.0", Map.of("backend-api", "1.4.0"), Map.of());
    assertThat(demo.lockstep("check").exitCode()).isZero();
    demo.awaitStaged("hub", "backend", "1.4.0");
    String job = demo.installWithoutWaiting();
    demo.awaitPhase(job, InstallPhase.INSTALL_PHASE_PREPARE);
    // It was seen to prepare while it still runs, and so is every step after that.
    assertThat(demo.requestInstall("backend", "1.4.0")).isEqualTo("ERROR_CODE_INSTALL_BUSY");
    for (InstallPhase phase : SEEN_BY_PEOPLE) {
      demo.awaitPhase(job, phase);
    }
    demo.awaitVersions(Map.of("hub", "1.4.0", "kiosk-1", "1.3.0", "kiosk-2", "1.3.0"));
  }

  @Test
  @Order(11)
  @Tag("R108")
  void frontend_awayDuringAnUpdate_catchesUpWhenItReturns() throws IOException {
    demo.kill("kiosk-2");
    demo.publish("kiosk-ui", "1.4.0", Map.of(), Map.of("backend-api", ">=1.0.0 <2.0.0"));
    demo.awaitAway("kiosk-2");
    assertThat(demo.lockstep("check").exitCode()).isZero();
    Run run = demo.lockstep("install");
    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(demo.active("kiosk-1", "kiosk-ui")).isEqualTo("1.4.0");
    assertThat(demo.active("kiosk-2", "kiosk-ui")).isEqualTo("1.3.0");
    demo.startAgain("kiosk-2", Map.of());
    demo.awaitVersions(Map.of("hub", "1.4.0", "kiosk-1", "1.4.0", "kiosk-2", "1.4.0"));
  }

  @Test
  @Order(12)
  @Tag("R27")
  @Tag("R178")
  void install_olderVersionByName_runsExactlyThatAndStaysThere() throws IOException {
    Run same = demo.lockstep("install", "backend@1.4.0", "--exit-code");
    assertThat(same.exitCode()).as(same.toString()).isEqualTo(77);
    assertThat(same.out()).contains("nothing to do");

    Run down = demo.lockstep("install", "backend@1.1.0");
    assertThat(down.exitCode()).as(down.toString()).isZero();
    assertThat(down.err()).contains("the data stay as 1.4.0 left them");
    assertThat(demo.active("hub", "backend")).isEqualTo("1.1.0");
    assertThat(demo.treeDifferences("hub", "backend")).isEmpty();
    assertThat(demo.backendSays()).isEqualTo("1.1.0");

    Run check = demo.lockstep("check", "--exit-code");
    assertThat(check.exitCode()).as(check.toString()).isEqualTo(77);
    assertThat(check.out()).contains("1.4.0", "went back to 1.1.0");
    Run unknown = demo.lockstep("install", "backend@0.0.1");
    assertThat(unknown.exitCode()).as(unknown.toString()).isEqualTo(3);
  }

  @Test
  @Order(13)
  @Tag("R173")
  @Tag("R36")
  void install_aGoalBehindACheckpoint_walksThereInOrder() throws IOException {
    demo.publish("backend", "1.5.0", Map.of("backend-api", "1.5.0"), Map.of(), "--checkpoint");
    demo.publish("backend", "1.6.0", Map.of("backend-api", "1.6.0"), Map.of(), "--notes", "Six.");
    Run check = demo.lockstep("check");
    assertThat(check.out()).contains("1.1.0 -> 1.5.0", "then 1.6.0");

    assertThat(demo.lockstep("hold", "backend", "--for", "1h").exitCode()).isZero();
    assertThat(demo.lockstep("install", "backend@1.6.0").exitCode()).isEqualTo(6);
    assertThat(demo.lockstep("unhold").exitCode()).isZero();

    Run run = demo.lockstep("install", "backend@1.6.0", "--json");
    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.json()).as("the end of each step").hasSize(2);
    assertThat(demo.active("hub", "backend")).isEqualTo("1.6.0");
    assertThat(demo.backendSays()).isEqualTo("1.6.0");
    assertThat(demo.folder().resolve("hub/components/backend/previous").toRealPath())
        .hasFileName("1.5.0");
  }

  @Test
  @Order(14)
  @Tag("R130")
  void verbs_withoutAHub_exit75() {
    demo.kill("hub");
    for (String verb : List.of("status", "check", "install")) {
      Run run = demo.lockstep(verb, "--timeout", "2");
      assertThat(run.exitCode()).as(run.toString()).isEqualTo(75);
      assertThat(run.err()).contains("check that the hub runs");
    }
  }
}
