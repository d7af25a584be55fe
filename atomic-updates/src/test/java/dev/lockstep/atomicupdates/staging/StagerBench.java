package dev.lockstep.atomicupdates.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.config.SourceSettings;
import dev.lockstep.protocol.release.DeviceFacts;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.testkit.ManualClock;
import dev.lockstep.testkit.TestRepository;
import dev.lockstep.tuf.Fetcher;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A device with a stager, and a real signed repository. */
final class StagerBench implements AutoCloseable {
  static final Duration RETRY_DELAY = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long PLENTY = 1L << 40;

  final Path folder;
  final TestRepository repository;
  final ManualClock clock = ManualClock.now();
  final List<Duration> pauses = new ArrayList<>();

  /** The offset of each request for an artifact. */
  final List<Long> artifactRequests = new ArrayList<>();

  /** The offset of each request for a delta. */
  final List<Long> deltaRequests = new ArrayList<>();

  final Heard heard = new Heard();
  long room = PLENTY;
  int maxRetries = 3;
  List<String> channels = List.of("stable");
  TufStager.Point killAt;
  BooleanSupplier cancelled = () -> false;
  BooleanSupplier makeRoom = () -> false;

  Optional<URI> hubUrl = Optional.empty();
  SourceSettings.Via via = SourceSettings.Via.DIRECT;

  /** In place of the repository's own, which then are mirrors. */
  Optional<URI> metadataUrl = Optional.empty();

  Optional<URI> contentUrl = Optional.empty();

  StagerBench(Path folder) {
    this(folder, RepositorySettings.defaults());
  }

  StagerBench(Path folder, RepositorySettings settings) {
    this.folder = folder;
    this.repository =
        TestRepository.create(folder.resolve("publisher"), Clock.systemUTC(), settings);
  }

  /** Hears progress and log lines. */
  final class Heard implements Stager.Listener {
    final List<Long> done = new ArrayList<>();
    final List<String> lines = new ArrayList<>();
    long total;

    @Override
    public void progress(long bytesDone, long bytesTotal) {
      done.add(bytesDone);
      total = bytesTotal;
    }

    @Override
    public void log(String line) {
      lines.add(line);
    }

    @Override
    public boolean makeRoom() {
      return makeRoom.getAsBoolean();
    }

    @Override
    public boolean cancelled() {
      return cancelled.getAsBoolean();
    }
  }

  /** Stands for a process that is killed: no code of the stager catches it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  Path root() {
    return folder.resolve("device/root");
  }

  Path state() {
    return folder.resolve("device/state");
  }

  Path slot(String version) {
    return root().resolve("backend/releases").resolve(version);
  }

  /** What the device knows about itself. */
  DeviceFacts facts = DeviceFacts.UNKNOWN;

  /** A stager as after a start of the process. */
  TufStager stager() {
    StagerSettings settings =
        new StagerSettings(
            root(),
            state(),
            "linux/amd64",
            channels,
            maxRetries,
            RETRY_DELAY,
            1 << 20,
            Duration.ofDays(7),
            facts);
    SourceSettings source =
        new SourceSettings(
            metadataUrl.orElse(repository.metadataUrl()),
            contentUrl.orElse(repository.contentUrl()),
            repository.rootFile(),
            true,
            hubUrl,
            via,
            metadataUrl.isPresent() ? List.of(repository.metadataUrl()) : List.of(),
            contentUrl.isPresent() ? List.of(repository.contentUrl()) : List.of());
    HttpFetcher http =
        new HttpFetcher(
            HttpSettings.defaults().withPlainHttp(true).withTimeouts(PATIENCE, PATIENCE), clock);
    Fetcher fetcher =
        (uri, offset) -> {
          if (uri.getPath().endsWith(".tar.gz")) {
            artifactRequests.add(offset);
          } else if (uri.getPath().endsWith(".delta")) {
            deltaRequests.add(offset);
          }
          return http.open(uri, offset);
        };
    return new TufStager(
        settings,
        new TufReleaseSource(source, state().resolve("tuf/updates"), fetcher, clock),
        clock,
        new FixedRoom(),
        (time, stop) -> pauses.add(time),
        point -> {
          if (point == killAt) {
            throw new Killed();
          }
        });
  }

  private final class FixedRoom implements DiskSpace {
    @Override
    public long usable(Path where) {
      return room;
    }

    @Override
    public boolean shared(Path one, Path other) {
      return true;
    }
  }

  Stager.Staged stage(String version) {
    return stage(stager(), version, "stable/backend/backend-" + version + ".manifest.json");
  }

  Stager.Staged stage(TufStager stager, String version, String hint) {
    return stager.stage(
        new Stager.Request("job", "backend", ReleaseVersion.parse(version), hint), heard);
  }

  /** Stages, and wants it to fail with that code. */
  AtomicUpdatesException stageFails(String version, ErrorCode code) {
    AtomicUpdatesException failure =
        catchThrowableOfType(AtomicUpdatesException.class, () -> stage(version));
    assertThat(failure).as("staging " + version + " fails").isNotNull();
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
    assertThat(failure).hasMessageStartingWith("cannot ");
    return failure;
  }

  Manifest manifest(String version) throws IOException {
    Path file = root().resolve("backend/manifests/" + version + ".json");
    return ReleaseJson.manifest(new ByteArrayInputStream(Files.readAllBytes(file)));
  }

  ReleaseDescription sidecar(String version) throws IOException {
    return ReleaseJson.description(
        Files.readString(root().resolve("backend/descriptions/" + version + ".json")));
  }

  void assertStaged(String version) throws IOException {
    assertThat(TreeVerifier.verify(slot(version), manifest(version))).isEmpty();
    assertThat(sidecar(version).version()).hasToString(version);
    assertNoTemporaryFiles();
  }

  void assertNotStaged(String version) throws IOException {
    assertThat(slot(version)).doesNotExist();
    assertNoTemporaryFiles();
  }

  void assertNoTemporaryFiles() throws IOException {
    assertThat(parts()).isEmpty();
    assertThat(unfinished()).isEmpty();
  }

  List<Path> parts() throws IOException {
    return list(state().resolve("downloads"), "");
  }

  List<Path> unfinished() throws IOException {
    return list(root().resolve("backend/releases"), ".");
  }

  private static List<Path> list(Path where, String prefix) throws IOException {
    if (!Files.isDirectory(where)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(where)) {
      return files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  @Override
  public void close() {
    repository.close();
  }
}
