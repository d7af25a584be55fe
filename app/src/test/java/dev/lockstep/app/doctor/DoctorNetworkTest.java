package dev.lockstep.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.app.ExitCode;
import dev.lockstep.app.command.LockstepCommand;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.zeromq.Broker;
import dev.lockstep.bus.zeromq.BrokerSettings;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.bus.zeromq.ZeroMqBus;
import dev.lockstep.bus.zeromq.ZeroMqBusSettings;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import dev.lockstep.repository.server.RepositoryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real repository and a real broker, and what is said where they, or the clock, are wrong. */
@Tag("R163")
class DoctorNetworkTest {
  @TempDir static Path shared;
  private static Publisher publisher;
  private static RepositoryServer server;

  @TempDir Path folder;
  private ExaminedDevice device;

  @BeforeAll
  static void serve() {
    publisher =
        Publisher.initialize(
            shared.resolve("repository"),
            new KeyFolder(shared.resolve("keys"), Passphrases.NONE),
            RepositorySettings.defaults(),
            Clock.systemUTC());
    server =
        RepositoryServer.start(
            shared.resolve("repository"),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            access -> {},
            List.of());
  }

  @AfterAll
  static void end() {
    server.close();
  }

  @BeforeEach
  void reachRepository() throws IOException {
    device = new ExaminedDevice(folder);
    device.metadataUrl = "http://127.0.0.1:" + server.port() + "/metadata/";
    device.rootFile = publisher.directory().rootFile();
  }

  @Test
  void repository_thatVerifies_isSaidSoAndNothingIsStored() throws Exception {
    device.writeSettings();
    List<String> before = device.everything();

    List<Finding> found = device.examinedAsItIs(false);

    assertThat(ExaminedDevice.about("repository", found)).startsWith("OK").contains("verifies");
    assertThat(ExaminedDevice.about("root", found)).startsWith("OK version 1, until");
    assertThat(ExaminedDevice.about("clock", found))
        .startsWith("OK")
        .contains(", as the repository says");
    assertThat(device.everything()).isEqualTo(before);
  }

  @Test
  @Tag("R130")
  void exitCode_nothingFailedOrSomethingDid_zeroOrFour() throws Exception {
    device.writeSettings();
    assertThat(doctor("--no-rehearsal", "--json")).isEqualTo(ExitCode.OK.code());

    device.metadataUrl = "http://127.0.0.1:1/metadata/";
    device.writeSettings();
    assertThat(doctor("--no-rehearsal")).isEqualTo(ExitCode.CHECK_FAILED.code());
    assertThat(doctor("--timeout", "0")).isEqualTo(ExitCode.USAGE.code());
  }

  private int doctor(String... options) {
    List<String> words = new ArrayList<>(List.of("doctor", "--config"));
    words.add(device.settings().toString());
    words.addAll(List.of(options));
    return LockstepCommand.commandLine().execute(words.toArray(String[]::new));
  }

  @Test
  void repository_thatIsNotThere_fails() throws Exception {
    device.metadataUrl = "http://127.0.0.1:1/metadata/";

    assertThat(device.about("repository"))
        .startsWith("FAILED cannot fetch http://127.0.0.1:1/metadata/")
        .contains("check source.metadata_url");
  }

  @Test
  void repository_ofAnotherPublisher_fails() throws Exception {
    device.rootFile =
        Publisher.initialize(
                folder.resolve("other"),
                new KeyFolder(folder.resolve("other-keys"), Passphrases.NONE),
                RepositorySettings.defaults(),
                Clock.systemUTC())
            .directory()
            .rootFile();

    assertThat(device.about("repository")).startsWith("FAILED").contains("TRUST_SIGNATURE");
  }

  @Test
  void root_missingOrGarbage_fails() throws Exception {
    device.rootFile = folder.resolve("no.json");
    assertThat(device.about("root")).startsWith("FAILED cannot read the root file");

    Files.writeString(device.rootFile, "{\"signed\": {}}");
    assertThat(device.about("root")).startsWith("FAILED cannot use the root file");
  }

  @Test
  void clock_yearsAhead_isFoundAndSoIsTheRootThatSeemsExpired() throws Exception {
    device.clock = Clock.offset(Clock.systemUTC(), Duration.ofDays(3000));

    List<Finding> found = device.examined();

    assertThat(ExaminedDevice.about("root", found)).startsWith("FAILED").contains("it expired on");
    assertThat(ExaminedDevice.about("repository", found)).startsWith("FAILED").contains("expired");
    assertThat(ExaminedDevice.about("clock", found))
        .startsWith("FAILED cannot be right")
        .contains("days ahead of the repository");
  }

  @Test
  void clock_beforeThisProgramWasBuilt_isFound() throws Exception {
    device.clock = Clock.fixed(Instant.parse("1970-01-02T00:00:00Z"), ZoneOffset.UTC);

    assertThat(device.about("clock"))
        .startsWith("FAILED cannot be right: it says 1970-01-02T00:00:00Z")
        .contains("timedatectl");
  }

  @Test
  void root_thatExpiresSoon_isAWarning() throws Exception {
    device.clock = Clock.offset(Clock.systemUTC(), Duration.ofDays(350));

    assertThat(device.about("root")).startsWith("WARNING").contains("lockstep-repo refresh");
  }

  @Test
  void bus_ofADeviceThatNobodyListensAt_fails() throws Exception {
    device.hub = false;

    assertThat(device.about("bus")).startsWith("FAILED cannot reach the bus: nobody listens");
  }

  @Test
  void bus_ofAHubThatDoesNotRun_isAWarning() throws Exception {
    assertThat(device.about("bus"))
        .startsWith("WARNING the hub's process does not run")
        .contains("lockstep daemon");
  }

  @Test
  void bus_withAnsweringHub_isReachedWithTheOwnKey() throws Exception {
    try (Broker broker = broker();
        Bus hub = hub()) {
      hub.subscribe(
          Topics.STATE_REQUEST,
          request ->
              hub.reply(
                  request,
                  Topics.STATE_REPORT,
                  StateReport.newBuilder()
                      .setDevice("hub")
                      .addComponents(ComponentState.newBuilder().setDevice("hub"))
                      .build()));
      device.hub = false;

      List<Finding> found = device.examined();

      assertThat(ExaminedDevice.about("bus", found))
          .contains("the hub answers", "own process does not run");
      assertThat(ExaminedDevice.about("clock", found))
          .contains(", as the hub and the repository say");
    }
  }

  @Test
  void bus_withoutHubOrWithAStrangersKey_fails() throws Exception {
    try (Broker broker = broker()) {
      device.hub = false;
      device.timeout = Duration.ofSeconds(3);
      assertThat(device.about("bus")).startsWith("FAILED").contains("no hub answered");

      device.timeout = Duration.ofSeconds(1);
      Certificate.generate("hub", Role.HUB).write(device.keys, "own");
      assertThat(device.about("bus")).startsWith("FAILED").contains("did not let this key in");
    }
  }

  @Test
  void bus_whereAnotherProcessHasTheBrokersAddress_fails() throws Exception {
    try (Broker broker = broker()) {
      assertThat(device.about("bus")).startsWith("FAILED cannot start the broker");
    }
  }

  private Broker broker() {
    return Broker.start(
        BrokerSettings.encrypted(
            device.publish,
            device.subscribe,
            Certificate.read(device.keys.resolve("broker.key_secret")),
            device.authorized),
        failure -> {
          throw new IllegalStateException(failure);
        });
  }

  private Bus hub() {
    return ZeroMqBus.builder(
            "hub",
            ZeroMqBusSettings.encrypted(
                device.publish,
                device.subscribe,
                new ZeroMqBusSettings.CurveKeys(
                    Certificate.read(device.keys.resolve("hub.key_secret")),
                    Certificate.read(device.keys.resolve("broker.key")))))
        .open();
  }
}
