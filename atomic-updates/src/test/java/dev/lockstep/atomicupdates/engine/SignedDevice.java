package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.DeviceUpdates.RevertOrder;
import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.slots.SlotDirectory;
import dev.lockstep.atomicupdates.staging.TufStager;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SourceSettings;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.repository.DeltaPlan;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.testkit.TestRepository;
import dev.lockstep.testkit.TreeFixture;
import dev.lockstep.testkit.disk.DiskWatch;
import dev.lockstep.testkit.disk.WatchedFileSystem;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A device whose disk is watched, and that downloads from a real signed repository. */
final class SignedDevice implements AutoCloseable {
  static final String OLD = "1.0.0";
  static final String NEW = "1.1.0";

  /** Its migration spoils the data and fails. */
  static final String BAD = "1.2.0";

  /** As good as {@link #NEW}, and there is a delta to it from {@link #OLD}. */
  static final String BY_DELTA = "1.0.1";

  /** It migrates the data, spoils them and ends. */
  static final String SICK = "1.2.1";

  private static final String FAILING =
      "#!/bin/sh\necho half > ../../data/format\nrm ../../data/precious\nexit 1\n";
  private static final int INCOMPRESSIBLE = 100_000;
  private static final String MIGRATE = "#!/bin/sh\ncp VERSION ../../data/format\n";

  final TestDevice device;
  private final Path real;
  private final TestRepository repository;

  /** The device in a folder; its disk is watched. */
  SignedDevice(Path folder, TestRepository repository, DiskWatch watch) {
    this.real = folder;
    this.repository = repository;
    this.device = new TestDevice(WatchedFileSystem.path(folder, watch));
    device.migrate = List.of("./migrate.sh");
    device.healthInterval = Duration.ofMillis(10);
    device.healthWindow = Duration.ZERO;
  }

  static TestRepository publish(Path folder) {
    TestRepository repository = TestRepository.create(folder);
    for (String version : List.of(OLD, NEW, BAD, SICK)) {
      repository.publish(ReleaseSpec.of(TestDevice.ID, version), tree(version));
    }
    return repository;
  }

  private static TreeFixture tree(String version) {
    return TreeFixture.small(TestDevice.ID, version)
        .executable("run.sh", version.equals(SICK) ? Releases.CRASHING : Releases.GOOD)
        .executable("migrate.sh", version.equals(BAD) ? FAILING : MIGRATE)
        .random("large.bin", INCOMPRESSIBLE, 7);
  }

  /** Publishes the release that a device with {@link #OLD} fetches as a delta. */
  static void publishDelta(TestRepository repository, Path tree) throws IOException {
    repository
        .publisher()
        .publish(
            ReleaseSpec.of(TestDevice.ID, BY_DELTA),
            ReleaseContent.tree(tree(BY_DELTA).writeTo(tree)),
            DeltaPlan.from(List.of(ReleaseVersion.parse(OLD))));
  }

  /** 1.0.0 is installed, and the device is off. */
  static void template(Path folder, TestRepository repository) throws IOException {
    try (SignedDevice old = new SignedDevice(folder, repository, new DiskFaults(0))) {
      old.start();
      assertThat(old.update("first", OLD)).isEqualTo(Outcome.COMMITTED.name());
      Files.writeString(folder.resolve("root/backend/data/precious"), "kept");
    }
  }

  /** Of a device with 1.0.0, one with 1.1.0 whose component has written since; it is off. */
  static Path updated(Path template, Path folder, TestRepository repository, String written)
      throws IOException {
    copy(template, folder);
    try (SignedDevice device = new SignedDevice(folder, repository, new DiskFaults(0)).start()) {
      assertThat(device.update("second", NEW)).isEqualTo(Outcome.COMMITTED.name());
    }
    Files.writeString(folder.resolve("root/backend/data/precious"), written);
    return folder;
  }

  /** Stages a version on a device that is off. */
  static Path staged(Path folder, TestRepository repository, String version) throws IOException {
    try (SignedDevice device = new SignedDevice(folder, repository, new DiskFaults(0)).start()) {
      assertThat(device.stage("stage-" + version, version)).isEqualTo("STAGED");
    }
    return folder;
  }

  SignedDevice start() {
    Settings plain = device.settings();
    Settings settings =
        new Settings(
            plain.device(),
            null,
            new SourceSettings(
                repository.metadataUrl(),
                repository.contentUrl(),
                repository.rootFile(),
                true,
                Optional.empty(),
                SourceSettings.Via.DIRECT),
            plain.update(),
            plain.deployment(),
            plain.notice(),
            plain.lanCache(),
            plain.components());
    TufStager stager =
        TufStager.of(
            settings,
            new HttpFetcher(HttpSettings.defaults().withPlainHttp(true), Clock.systemUTC()),
            Clock.systemUTC());
    stager.cleanUp();
    device.stager = stager;
    device.reports = new RecordingReports();
    device.start();
    return this;
  }

  /** Downloads; gives STAGED, or the code of what kept it from being staged. */
  String stage(String job, String version) {
    device.reports.staged.clear();
    device.engine.stage(
        job,
        TestDevice.ID,
        ReleaseVersion.parse(version),
        "stable/backend/backend-" + version + ".manifest.json");
    until(() -> !device.reports.staged.isEmpty());
    var staged = device.reports.staged.get(0);
    if (staged.error() != null) {
      assertThat(staged.error()).hasMessageStartingWith("cannot ");
      return staged.error().code().name();
    }
    return "STAGED";
  }

  /** Downloads and installs; gives the outcome, or the code of what kept it from being staged. */
  String update(String job, String version) {
    String staged = stage(job, version);
    if (!staged.equals("STAGED")) {
      return staged;
    }
    InstallResult result = device.installAndWait(job, version);
    if (result.outcome() != Outcome.COMMITTED) {
      assertThat(result.error()).hasMessageStartingWith("cannot ");
    }
    return result.outcome().name();
  }

  /** Asks for 1.0.0 again, with its data. */
  void askBack(String job) {
    device.engine.revert(
        new RevertOrder(
            job,
            TestDevice.ID,
            ReleaseVersion.parse(OLD),
            DataOnRevert.restoring(""),
            false,
            "tester"));
  }

  private static void until(java.util.concurrent.Callable<Boolean> done) {
    await().atMost(TestDevice.LONG).pollInterval(Duration.ofMillis(5)).until(done);
  }

  /** The version that the link names, whole, with its data; it runs where it was to run. */
  String consistent() throws IOException {
    return consistent("kept");
  }

  /** The same where what the component itself has written is something else; null where nothing. */
  String consistent(String precious) throws IOException {
    Path home = real.resolve("root/backend");
    String version = Files.readString(home.resolve("current/VERSION")).strip();
    SlotDirectory slots = new SlotDirectory(home, Optional.empty(), FaultPoints.NONE);
    assertThat(slots.differences(ReleaseVersion.parse(version))).isEmpty();
    if (precious != null) {
      assertThat(home.resolve("data/precious")).hasContent(precious);
    }
    assertThat(home.resolve("data/format")).hasContent(version);
    return version;
  }

  /** Nothing temporary is left. */
  void nothingIsLeft() {
    await()
        .atMost(TestDevice.LONG)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(leftovers()).isEmpty());
  }

  private List<Path> leftovers() throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(real)) {
      files
          .filter(file -> !file.equals(real))
          .filter(
              file -> {
                String name = file.getFileName().toString();
                return name.startsWith(".") && !name.equals(".work") || name.endsWith(".part");
              })
          .forEach(found::add);
    }
    return found;
  }

  static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
      }
    }
    return to;
  }

  void remove() throws IOException {
    FileTrees.delete(real);
  }

  @Override
  public void close() {
    device.close();
  }
}
