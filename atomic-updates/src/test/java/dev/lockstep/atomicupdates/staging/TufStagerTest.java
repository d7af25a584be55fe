package dev.lockstep.atomicupdates.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.protocol.release.DeviceFacts;
import dev.lockstep.protocol.release.HardwareRule;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.testkit.HostileArchive;
import dev.lockstep.testkit.TreeFixture;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TufStagerTest {
  @TempDir Path folder;
  private StagerBench bench;

  @BeforeEach
  void open() {
    bench = new StagerBench(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  @Tag("R74")
  @Tag("R76")
  @Tag("R71")
  void stage_publishedRelease_isInSlotWithItsFacts() throws IOException {
    bench.repository.publish(ReleaseSpec.of("backend", "1.1.0").withProvides("backend", "1.1.0"));
    Stager.Staged staged = bench.stage("1.1.0");
    bench.assertStaged("1.1.0");
    assertThat(bench.sidecar("1.1.0")).isEqualTo(staged.description());
    assertThat(bench.slot("1.1.0").resolve("VERSION")).hasContent("1.1.0");
    assertThat(staged.bytesFetched()).isEqualTo(bench.heard.total).isPositive();
    assertThat(bench.heard.done).isSorted().endsWith(bench.heard.total);
  }

  @Test
  void stage_again_fetchesNothingAndChecksTheSlot() throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.stage("1.1.0");
    assertThat(bench.stage("1.1.0").bytesFetched()).isZero();
    bench.assertStaged("1.1.0");
  }

  @Test
  void stage_againWithoutNetwork_isChecked() throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.stage("1.1.0");
    bench.repository.down();
    assertThat(bench.stage("1.1.0").bytesFetched()).isZero();
    assertThat(bench.pauses).isEmpty();
  }

  @Test
  @Tag("R76")
  void stage_damagedSlotWithoutNetwork_fails() throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.stage("1.1.0");
    Files.writeString(bench.slot("1.1.0").resolve("lib/release.txt"), "changed");
    bench.repository.down();
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_SOURCE_UNREACHABLE);
  }

  @Test
  @Tag("R76")
  void stage_damagedSlot_isStagedAgain() throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.stage("1.1.0");
    Files.writeString(bench.slot("1.1.0").resolve("lib/release.txt"), "changed");
    Files.writeString(bench.slot("1.1.0").resolve("extra"), "extra");
    assertThat(bench.stage("1.1.0").bytesFetched()).isPositive();
    bench.assertStaged("1.1.0");
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(strings = {"current", "previous"})
  void stage_damagedSlotInUse_refusedAndUntouched(String link) throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.stage("1.1.0");
    Files.createSymbolicLink(
        bench.root().resolve("backend").resolve(link), Path.of("releases/1.1.0"));
    Files.writeString(bench.slot("1.1.0").resolve("lib/release.txt"), "changed");
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_MANIFEST_MISMATCH);
    assertThat(bench.slot("1.1.0").resolve("lib/release.txt")).hasContent("changed");
  }

  @Test
  @Tag("R70")
  void stage_tooLittleRoom_refusedBeforeAnyChange() throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.room = 1 << 20;
    AtomicUpdatesException failure = bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_DISK_FULL);
    assertThat(failure).hasMessageContaining("1048576").hasMessageContaining("free some space");
    assertThat(bench.artifactRequests).isEmpty();
    assertThat(bench.root()).doesNotExist();
    assertThat(bench.state().resolve("downloads")).doesNotExist();
  }

  @Test
  @Tag("R70")
  void stage_tooLittleRoom_oldReleasesAreRemovedFirst() throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.room = 1 << 20;
    bench.makeRoom =
        () -> {
          assertThat(bench.artifactRequests).as("before anything is fetched").isEmpty();
          bench.room = 1L << 40;
          return true;
        };
    bench.stage("1.1.0");
    bench.assertStaged("1.1.0");
    assertThat(bench.heard.lines).anyMatch(line -> line.contains("old releases were removed"));
  }

  @Test
  @Tag("R70")
  void stage_stillTooLittleRoomAfterRemoving_refused() throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.room = 1 << 20;
    bench.makeRoom = () -> true;
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_DISK_FULL);
    assertThat(bench.artifactRequests).isEmpty();
  }

  @Test
  @Tag("R74")
  void stage_nobodySignedIt_refused() throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.stageFails("1.2.0", ErrorCode.ERROR_CODE_TRUST_UNKNOWN_TARGET);
    bench.assertNotStaged("1.2.0");
  }

  @Test
  @Tag("R74")
  void stage_metadataSignedWithAnotherKey_refused() throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.repository.forgery().signWithWrongKey("stable");
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_TRUST_SIGNATURE);
    bench.assertNotStaged("1.1.0");
  }

  @Test
  @Tag("R75")
  void stage_expiredTimestamp_refusedEvenWhereStaged() throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.stage("1.1.0");
    bench.repository.expireTimestamp();
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_TRUST_EXPIRED);
  }

  @Test
  @Tag("R76")
  void stage_tamperedManifest_refused() throws IOException {
    var release = bench.repository.publish("backend", "1.1.0");
    bench.repository.forgery().tamperManifest(release);
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_TRUST_LENGTH_OR_HASH);
    bench.assertNotStaged("1.1.0");
  }

  @Test
  void stage_missingRootFile_saysWhichSetting() throws IOException {
    Files.move(bench.repository.rootFile(), folder.resolve("elsewhere.json"));
    assertThat(bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_TRUST_NO_ROOT))
        .hasMessageContaining("source.root_file");
  }

  @Test
  void stage_otherChannelThanTheDeviceAccepts_refusedWhateverTheHint() throws IOException {
    bench.repository.publish(ReleaseSpec.of("backend", "1.1.0").withChannel("dev"));
    assertThatExceptionOfType(AtomicUpdatesException.Staging.class)
        .isThrownBy(
            () -> bench.stage(bench.stager(), "1.1.0", "dev/backend/backend-1.1.0.manifest.json"))
        .matches(failure -> failure.code() == ErrorCode.ERROR_CODE_TRUST_UNKNOWN_TARGET);
    bench.channels = StagerSettings.acceptedIn("dev");
    bench.stage(bench.stager(), "1.1.0", "dev/backend/backend-1.1.0.manifest.json");
    bench.assertStaged("1.1.0");
  }

  @Test
  @Tag("R110")
  void stage_severalPlatforms_takesItsOwn() throws IOException {
    for (String platform : List.of("linux/arm64", "linux/amd64")) {
      ReleaseSpec spec = ReleaseSpec.of("backend", "1.1.0").withPlatform(platform);
      bench.repository.publish(
          spec, TreeFixture.small("backend", "1.1.0").file("platform", platform));
    }
    bench.stage(bench.stager(), "1.1.0", "stable/backend/backend-1.1.0-linux-arm64.manifest.json");
    assertThat(bench.slot("1.1.0").resolve("platform")).hasContent("linux/amd64");
  }

  @Test
  @Tag("R110")
  void stage_onlyForAnotherPlatform_saysSo() throws IOException {
    bench.repository.publish(ReleaseSpec.of("backend", "1.1.0").withPlatform("linux/arm64"));
    assertThatExceptionOfType(AtomicUpdatesException.Staging.class)
        .isThrownBy(
            () ->
                bench.stage(
                    bench.stager(),
                    "1.1.0",
                    "stable/backend/backend-1.1.0-linux-arm64.manifest.json"))
        .matches(failure -> failure.code() == ErrorCode.ERROR_CODE_NO_ARTIFACT_FOR_PLATFORM);
  }

  @Test
  @Tag("R61")
  void stage_forOtherHardware_isRefusedBeforeAnyDownloadAndGivesNothingAway() throws IOException {
    HardwareRule rule =
        new HardwareRule(List.of(HardwareRule.Condition.parse("model=Pi 4*")), List.of());
    bench.repository.publish(ReleaseSpec.of("backend", "1.1.0").withHardware(rule));
    bench.facts =
        DeviceFacts.of("linux/amd64", Optional.of("Pi 3 Secret"), Optional.empty(), Map.of());

    assertThatExceptionOfType(AtomicUpdatesException.Staging.class)
        .isThrownBy(() -> bench.stage(bench.stager(), "1.1.0", ""))
        .matches(failure -> failure.code() == ErrorCode.ERROR_CODE_NOT_FOR_THIS_HARDWARE)
        .matches(failure -> failure.category() == ErrorCategory.ERROR_CATEGORY_OPERATOR)
        .matches(failure -> !failure.getMessage().contains("Secret"));
    assertThat(bench.slot("1.1.0")).doesNotExist();

    bench.facts =
        DeviceFacts.of("linux/amd64", Optional.of("Pi 4 Model B"), Optional.empty(), Map.of());
    bench.stage(bench.stager(), "1.1.0", "");
    assertThat(bench.slot("1.1.0")).exists();
  }

  @Test
  void stage_hintOfAnotherComponent_isNotBelieved() throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.repository.publish("kiosk-ui", "1.1.0");
    bench.stage(bench.stager(), "1.1.0", "stable/kiosk-ui/kiosk-ui-1.1.0.manifest.json");
    assertThat(bench.slot("1.1.0").resolve("lib/release.txt")).hasContent("backend 1.1.0");
  }

  @Test
  void stage_componentNameWithPath_refused() {
    var request = new Stager.Request("job", "../evil", ReleaseVersion.parse("1.0.0"), "");
    assertThatThrownBy(() -> bench.stager().stage(request, bench.heard))
        .isInstanceOfSatisfying(
            AtomicUpdatesException.Staging.class,
            failure ->
                assertThat(failure.code()).isEqualTo(ErrorCode.ERROR_CODE_CHECK_UNKNOWN_COMPONENT));
    assertThat(folder.resolve("device")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(HostileArchive.class)
  @Tag("R79")
  @Tag("R71")
  void stage_signedHostileArchive_refusedAndNothingIsLeft(HostileArchive hostile)
      throws IOException {
    bench.repository.publishHostile(ReleaseSpec.of("backend", "1.1.0"), hostile);
    assertThatExceptionOfType(AtomicUpdatesException.Staging.class)
        .isThrownBy(() -> bench.stage("1.1.0"))
        .satisfies(
            failure -> {
              assertThat(failure.code())
                  .isIn(
                      ErrorCode.ERROR_CODE_ARCHIVE_UNSAFE,
                      ErrorCode.ERROR_CODE_ARCHIVE_UNREADABLE,
                      ErrorCode.ERROR_CODE_MANIFEST_MISMATCH);
              assertThat(failure.category()).isEqualTo(ErrorCategory.ERROR_CATEGORY_OPERATOR);
            });
    bench.assertNotStaged("1.1.0");
    try (var all = Files.walk(folder.resolve("device"))) {
      assertThat(all.map(path -> path.getFileName().toString())).doesNotContain("escaped.txt");
    }
    assertThat(Path.of("/tmp/lockstep-escaped.txt")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(TufStager.Point.class)
  @Tag("R87")
  @Tag("R97")
  void stage_killedAtAnyPoint_laterCallFinishes(TufStager.Point point) throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.killAt = point;
    assertThatThrownBy(() -> bench.stage("1.1.0")).isInstanceOf(StagerBench.Killed.class);
    if (point != TufStager.Point.NAMED) {
      assertThat(bench.slot("1.1.0")).doesNotExist();
    }
    bench.killAt = null;
    assertThat(bench.stage("1.1.0").bytesFetched())
        .as("what was fetched before is not fetched again")
        .isZero();
    bench.assertStaged("1.1.0");
  }

  @Test
  @Tag("R97")
  void cleanUp_afterKill_removesUnfinishedFoldersAndOldDownloads() throws IOException {
    bench.repository.publish("backend", "1.1.0");
    bench.killAt = TufStager.Point.UNPACKED;
    assertThatThrownBy(() -> bench.stage("1.1.0")).isInstanceOf(StagerBench.Killed.class);
    assertThat(bench.unfinished()).hasSize(1);
    assertThat(bench.parts()).hasSize(1);
    bench.stager().cleanUp();
    assertThat(bench.unfinished()).isEmpty();
    assertThat(bench.parts()).as("may still be resumed").hasSize(1);
    bench.clock.advance(java.time.Duration.ofDays(8));
    bench.stager().cleanUp();
    assertThat(bench.parts()).isEmpty();
  }

  @Test
  void stage_largeRelease_needsLittleMemory() throws IOException {
    int size = 48 << 20;
    bench.repository.publish(
        ReleaseSpec.of("backend", "1.1.0"),
        TreeFixture.small("backend", "1.1.0").random("large.bin", size, 7));
    bench.repository.publish("backend", "1.0.0");
    bench.stage("1.0.0");
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    bench.stage("1.1.0");
    long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    bench.assertStaged("1.1.0");
    assertThat(allocated).as("bytes allocated in all").isLessThan(size / 2);
  }
}
