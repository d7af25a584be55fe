package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.testkit.TestRepository;
import dev.lockstep.testkit.TreeFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is signed of a release counts, not what a file or somebody else says of it. */
class SignedFactsTest {
  private static final String PLAIN = "1.1.0";
  private static final String CRITICAL = "1.3.0";
  @TempDir Path folder;
  private TestRepository repository;
  private SignedDevice signed;
  private TestDevice device;

  @BeforeEach
  void install() throws IOException {
    repository = SignedDevice.publish(folder.resolve("publisher"));
    repository.publish(
        ReleaseSpec.of(TestDevice.ID, CRITICAL).withCritical(true),
        TreeFixture.small(TestDevice.ID, CRITICAL)
            .executable("run.sh", Releases.GOOD)
            .executable("migrate.sh", "#!/bin/sh\n"));
    SignedDevice.template(folder.resolve("device"), repository);
    signed = new SignedDevice(folder.resolve("device"), repository, new DiskFaults(0)).start();
    device = signed.device;
  }

  @AfterEach
  void stop() {
    device.close();
    repository.close();
  }

  private String asked(String version) {
    return device.participants.asked.stream()
        .filter(asked -> asked.startsWith("prepare backend " + version))
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  @Test
  @Tag("R172")
  void install_fileBesideTheSlotSaysOtherwise_criticalIsWhatWasSigned() throws IOException {
    assertThat(signed.stage("plain", PLAIN)).isEqualTo("STAGED");
    alter(PLAIN, false, true);
    assertThat(device.installAndWait("plain", PLAIN).outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(asked(PLAIN)).doesNotEndWith(" critical");

    assertThat(signed.stage("urgent", CRITICAL)).isEqualTo("STAGED");
    alter(CRITICAL, true, false);
    device.stop(true);
    signed.start();
    assertThat(device.installAndWait("urgent", CRITICAL).outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(asked(CRITICAL)).endsWith(" critical");
    assertThat(device.engine.components().get(0).description())
        .as("nothing of that file is told to others")
        .isEmpty();
  }

  @Test
  @Tag("R172")
  @Tag("R99")
  void stage_sourceDoesNotAnswer_whatTheFileSaysIsNotTakenForVerified() throws IOException {
    assertThat(signed.stage("one", PLAIN)).isEqualTo("STAGED");
    alter(PLAIN, false, true);
    repository.close();

    assertThat(signed.stage("other", PLAIN)).as("it is there already").isEqualTo("STAGED");

    assertThat(device.installAndWait("other", PLAIN).outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(asked(PLAIN)).doesNotEndWith(" critical");
  }

  @Test
  @Tag("R172")
  @Tag("R99")
  void stage_stagedByAReleaseThatKeptNoFacts_verifiedAgainAndCritical() throws Exception {
    assertThat(signed.stage("urgent", CRITICAL)).isEqualTo("STAGED");
    device.stop(true);
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + device.state.resolve("atomic.db"));
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("DELETE FROM verified")).isPositive();
    }
    signed.start();

    assertThat(signed.stage("urgent", CRITICAL)).as("the same job").isEqualTo("STAGED");

    assertThat(device.installAndWait("urgent", CRITICAL).outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(asked(CRITICAL)).endsWith(" critical");
  }

  @Test
  @Tag("R172")
  void components_fileIsAsSigned_isTold() {
    assertThat(device.engine.components().get(0).description())
        .hasValueSatisfying(told -> assertThat(told.version()).isEqualTo(v(SignedDevice.OLD)));
  }

  private void alter(String version, boolean from, boolean to) throws IOException {
    Path file = folder.resolve("device/root/backend/descriptions/" + version + ".json");
    String text = Files.readString(file);
    assertThat(text).contains("\"critical\":" + from);
    Files.writeString(file, text.replace("\"critical\":" + from, "\"critical\":" + to));
  }
}
