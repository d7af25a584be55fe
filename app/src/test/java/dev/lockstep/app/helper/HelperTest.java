package dev.lockstep.app.helper;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.port.PackageUpgrades.End;
import dev.lockstep.atomicupdates.process.PrivilegedSocket;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The root helper on a real socket, with programs that write down what they were asked. */
class HelperTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final List<String> audit = new CopyOnWriteArrayList<>();
  private RootVerbs helper;

  @BeforeEach
  void prepare() throws IOException {
    Files.writeString(folder.resolve("units"), "# ours\nbackend.service\n");
    Files.writeString(folder.resolve("packages"), "app\nlib-app\n");
    program("systemctl", "");
    program(
        "apt-get",
        "echo 'Inst app [1.0] (1.1)'\n[ ! -e '%s' ] || exit 100\n"
            .formatted(folder.resolve("apt-fails")));
    start(Set.of(System.getProperty("user.name")), folder.resolve("apt-get").toString());
  }

  private void start(Set<String> users, String aptGet) throws IOException {
    helper =
        new RootVerbs(
            RootVerbs.bind(folder.resolve("socket")),
            new RootVerbs.Settings(
                users,
                folder.resolve("units"),
                folder.resolve("packages"),
                folder.resolve("systemctl").toString(),
                aptGet,
                Duration.ofMinutes(2)),
            audit::add);
    RootVerbs serving = helper;
    AtomicReference<IOException> failed = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                serving.serve();
              } catch (IOException broken) {
                failed.set(broken);
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @AfterEach
  void end() throws IOException {
    helper.close();
  }

  private void program(String name, String more) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(
        file, "#!/bin/sh\necho \"%s $*\" >>'%s'\n%s".formatted(name, folder.resolve("ran"), more));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private List<String> ran() throws IOException {
    Path ran = folder.resolve("ran");
    return Files.exists(ran) ? Files.readAllLines(ran) : List.of();
  }

  /** The code of what was run; 2 where it was refused. */
  private int ask(String request, List<String> lines) throws IOException {
    try {
      PrivilegedSocket.Answer answer =
          new PrivilegedSocket(folder.resolve("socket")).ask(request, LONG, lines::add);
      answer.refusal().ifPresent(lines::add);
      return answer.code().orElse(2);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  @Test
  @Tag("R95")
  @Tag("R115")
  void packages_allowedOnes_areTriedDryFirst_andEveryLineIsStreamed() throws IOException {
    List<String> lines = new ArrayList<>();

    assertThat(ask("packages upgrade app lib-app", lines)).isZero();

    assertThat(ran())
        .containsExactly(
            "apt-get -q -y -s --no-remove install --only-upgrade -- app lib-app",
            "apt-get -q -y --no-remove install --only-upgrade -- app lib-app");
    assertThat(lines).contains("Inst app [1.0] (1.1)").hasSize(4);
    assertThat(audit)
        .anyMatch(
            line ->
                line.contains(System.getProperty("user.name"))
                    && line.contains("packages upgrade app lib-app ended with 0"));
  }

  @Test
  void packages_dryRunFails_changesNothing() throws IOException {
    Files.createFile(folder.resolve("apt-fails"));
    assertThat(ask("packages upgrade app", new ArrayList<>())).isEqualTo(100);
    assertThat(ran()).hasSize(1);
  }

  @Test
  void packages_rootAllowedNone_isOff() throws IOException {
    Files.delete(folder.resolve("packages"));
    List<String> lines = new ArrayList<>();
    assertThat(ask("packages dry-run app", lines)).isEqualTo(2);
    assertThat(lines.get(0)).contains("off");
    assertThat(ran()).isEmpty();
  }

  @Test
  void packages_whileOthersAreChanged_isRefused() throws Exception {
    Path gate = folder.resolve("gate");
    program("apt-get", "while [ ! -e '%s' ]; do sleep 0.02; done\n".formatted(gate));
    List<Integer> first = new CopyOnWriteArrayList<>();
    Thread slow =
        new Thread(
            () -> {
              try {
                first.add(ask("packages dry-run app", new ArrayList<>()));
              } catch (IOException failed) {
                first.add(-1);
              }
            });
    slow.start();
    org.awaitility.Awaitility.await().until(() -> !ran().isEmpty());

    List<String> lines = new ArrayList<>();
    assertThat(ask("packages dry-run app", lines)).isEqualTo(2);

    assertThat(lines.get(0)).contains("another change");
    Files.createFile(gate);
    slow.join(20_000);
    assertThat(first).containsExactly(0);
  }

  @Test
  void packages_clientDoesNotRead_keepsTheNextOneWaitingForADeadlineOnly() throws IOException {
    program("apt-get", "head -c 2000000 /dev/zero | tr '\\0' 'x' | fold -w 80\n");
    try (SocketChannel silent =
        SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("socket")))) {
      silent.write(ByteBuffer.wrap("packages dry-run app\n".getBytes(US_ASCII)));

      await()
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> ask("packages dry-run app", new ArrayList<>()) == 0);
      assertThat(audit).anyMatch(line -> line.contains("nobody listens any more"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"start", "stop", "restart"})
  @Tag("R102")
  void unit_allowedOne_isHandedToSystemd(String verb) throws IOException {
    assertThat(ask(verb + " backend.service", new ArrayList<>())).isZero();
    assertThat(ran()).containsExactly("systemctl --no-ask-password " + verb + " backend.service");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "restart sshd.service",
        "restart backend.service --now",
        "restart  backend.service",
        "reload backend.service",
        "stop sshd.service",
        "restart",
        "packages upgrade",
        "packages upgrade bash",
        "packages upgrade app bash",
        "packages upgrade app; reboot",
        "packages upgrade -o Dpkg::Pre-Invoke::=reboot",
        "packages upgrade /tmp/evil.deb",
        "packages upgrade https://example.org/evil.deb",
        "packages upgrade $(reboot)",
        "packages remove app",
        ""
      })
  @Tag("R115")
  @Tag("R150")
  void request_anythingElse_isRefusedAndLogged(String request) throws IOException {
    assertThat(ask(request, new ArrayList<>())).isEqualTo(2);
    assertThat(ran()).isEmpty();
    assertThat(audit).anyMatch(line -> line.contains("refused"));
  }

  @Test
  @Tag("R150")
  void request_random_neverRunsAnythingButWhatIsAllowed() {
    Random random = new Random(115);
    String[] parts = {
      "restart",
      "stop",
      "packages",
      "upgrade",
      "dry-run",
      "app",
      "backend.service",
      " ",
      "-",
      "\t",
      ";",
      "\0",
      "$(x)",
      "..",
      "/",
      "é",
      "=",
      "app=1",
      "--",
      "*"
    };
    HelperRequest.Allowed allowed =
        new HelperRequest.Allowed(Set.of("backend.service"), Set.of("app"), "SYSTEMCTL", "APT");
    Set<String> words =
        Set.of(
            "SYSTEMCTL",
            "APT",
            "--no-ask-password",
            "restart",
            "stop",
            "backend.service",
            "-q",
            "-y",
            "-s",
            "--no-remove",
            "install",
            "--only-upgrade",
            "--",
            "app");
    int accepted = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder line = new StringBuilder();
      for (int part = random.nextInt(7); part >= 0; part--) {
        line.append(parts[random.nextInt(parts.length)]).append(random.nextBoolean() ? " " : "");
      }
      try {
        HelperRequest.parse(line.toString(), allowed)
            .commands()
            .forEach(command -> assertThat(words).containsAll(command));
        accepted++;
      } catch (HelperRequest.RefusedException refused) {
        assertThat(refused).hasMessageNotContaining(line.toString() + "\n");
      }
    }
    assertThat(accepted).as("some are good, or this tests nothing").isPositive();
  }

  @Test
  @Tag("R115")
  void request_ofAnotherUser_isRefusedByWhatTheSystemSaysOfIt() throws IOException {
    helper.close();
    start(Set.of("somebody-else"), folder.resolve("apt-get").toString());
    List<String> lines = new ArrayList<>();
    assertThat(ask("restart backend.service", lines)).isEqualTo(2);
    assertThat(lines.get(0)).contains("may not ask");
    assertThat(ran()).isEmpty();
  }

  @Test
  void request_tooLong_isCutOffWithoutAnAnswer() throws IOException {
    assertThatThrownBy(() -> ask("packages upgrade " + "a".repeat(10_000), new ArrayList<>()))
        .isInstanceOf(IOException.class);
    assertThat(ran()).isEmpty();
  }

  @Test
  void request_thatNeverComes_doesNotKeepOthersOut() throws IOException {
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(folder.resolve("socket")));
      channel.write(ByteBuffer.wrap("restart".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      silent.add(channel);
    }
    assertThat(ask("restart backend.service", new ArrayList<>())).isZero();
    for (SocketChannel channel : silent) {
      channel.close();
    }
  }

  @Test
  void packages_realAptGetWhereThereIsOne_saysWhatItWouldDo() throws IOException {
    Path apt = Path.of("/usr/bin/apt-get");
    if (!Files.isExecutable(apt)) {
      System.out.println("there is no apt-get here: only the stand-in was asked");
      return;
    }
    helper.close();
    Files.writeString(folder.resolve("packages"), "dpkg\n");
    start(Set.of(System.getProperty("user.name")), apt.toString());
    List<String> lines = new ArrayList<>();
    assertThat(ask("packages dry-run dpkg", lines)).as(lines.toString()).isZero();
    assertThat(String.join("\n", lines)).contains("dpkg");
  }

  /** apt-get and dpkg work below a folder of their own, with a repository of two small packages. */
  @Test
  @Tag("R95")
  void packages_realUpgradeBelowAFolder_upgradesThoseThatAreNamedAndNoOther() throws Exception {
    if (!Files.isExecutable(Path.of("/usr/bin/dpkg-deb"))
        || !"root".equals(System.getProperty("user.name"))) {
      System.out.println("no dpkg-deb here, or not root: only the stand-in was asked");
      return;
    }
    helper.close();
    ScratchPackages scratch = new ScratchPackages(folder.resolve("scratch"));
    scratch.publish("app", "1.0");
    scratch.publish("lib-app", "1.0");
    scratch.update();
    scratch.apt("install", "app", "lib-app");
    scratch.publish("app", "1.1");
    scratch.publish("lib-app", "1.1");
    scratch.update();
    start(Set.of("root"), scratch.aptGet().toString());
    PrivilegedSocket client = new PrivilegedSocket(folder.resolve("socket"));
    List<String> lines = new ArrayList<>();

    assertThat(client.tryDry(List.of("app"), lines::add).end()).isEqualTo(End.DONE);
    assertThat(lines).anyMatch(line -> line.startsWith("Inst app [1.0] (1.1"));
    assertThat(scratch.installed("app")).isEqualTo("1.0");

    assertThat(client.upgrade(List.of("app"), lines::add).end()).isEqualTo(End.DONE);
    assertThat(lines).anyMatch(line -> line.startsWith("Setting up app (1.1)"));
    assertThat(scratch.installed("app")).isEqualTo("1.1");
    assertThat(scratch.installed("lib-app")).as("which nobody named").isEqualTo("1.0");

    assertThat(client.upgrade(List.of("bash"), lines::add).end()).isEqualTo(End.REFUSED);
    Files.delete(scratch.archive("lib-app", "1.1"));
    assertThat(client.upgrade(List.of("lib-app"), lines::add))
        .matches(answer -> answer.end() == End.FAILED)
        .matches(answer -> answer.why().contains("ended with exit 100"));
    assertThat(scratch.installed("lib-app")).isEqualTo("1.0");
  }
}
