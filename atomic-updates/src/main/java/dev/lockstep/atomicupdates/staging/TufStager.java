package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.port.Forecast;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SourceSettings;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.tuf.CopiedMetadataStore;
import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.Fetcher;
import dev.lockstep.tuf.TufException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stages releases of a TUF repository, which it verifies with metadata of its own.
 *
 * <p>One release at a time; a second call waits for the first one, and can be cancelled meanwhile.
 * A release that is staged already is checked and not fetched; while the source cannot be reached
 * it is checked against the manifest that was verified when it was staged.
 */
public final class TufStager implements Stager {
  private static final Logger LOG = LoggerFactory.getLogger(TufStager.class);
  private static final Pattern COMPONENT = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Duration LOOK = Duration.ofMillis(100);

  private final StagerSettings settings;
  private final ReleaseFinder finder;
  private final Retries retries;
  private final Staging staging;
  private final Partials partials;
  private final ReentrantLock one = new ReentrantLock();
  private final Supplier<Optional<ReleaseSource>> looking;

  TufStager(
      StagerSettings settings,
      ReleaseSource source,
      Clock clock,
      DiskSpace space,
      Pause pause,
      Checkpoint checkpoint) {
    this(settings, source, Optional::empty, clock, space, pause, checkpoint);
  }

  /**
   * With every part of its own.
   *
   * @param looking gives a source for one look at it, which changes nothing; empty where there is
   *     none
   */
  private TufStager(
      StagerSettings settings,
      ReleaseSource source,
      Supplier<Optional<ReleaseSource>> looking,
      Clock clock,
      DiskSpace space,
      Pause pause,
      Checkpoint checkpoint) {
    this.settings = settings;
    this.looking = looking;
    this.finder = new ReleaseFinder(source, settings);
    this.retries = new Retries(settings.maxRetries(), settings.retryDelay(), pause, clock);
    this.partials =
        new Partials(settings.state().resolve("downloads"), settings.partialLifetime(), clock);
    this.staging = new Staging(settings, source, partials, retries, space, checkpoint);
  }

  /**
   * A stager as the device is configured. Nothing is read or written before the first call.
   *
   * @param fetcher gets metadata and content; has the settings' timeout
   */
  public static TufStager of(Settings settings, Fetcher fetcher, Clock clock) {
    Path metadata = settings.device().state().resolve("tuf").resolve("updates");
    return new TufStager(
        StagerSettings.from(settings),
        new TufReleaseSource(settings.source(), metadata, fetcher, clock),
        () -> looking(settings, metadata, fetcher, clock),
        clock,
        DiskSpace.ofFileSystems(),
        Pause.real(),
        point -> {});
  }

  /** The hub's cache would keep what it is asked for. */
  private static Optional<ReleaseSource> looking(
      Settings settings, Path metadata, Fetcher fetcher, Clock clock) {
    return settings.source().via() == SourceSettings.Via.DIRECT
        ? Optional.of(
            new TufReleaseSource(
                settings.source(), () -> new CopiedMetadataStore(metadata), fetcher, clock))
        : Optional.empty();
  }

  @Override
  public Forecast.Download preview(Request request) {
    String name = request.component() + " " + request.version();
    requireComponentName(request.component());
    StagingFolders folders = new StagingFolders(settings.root(), request.component());
    try {
      Optional<ReleaseSource> source = looking.get();
      return source.isEmpty()
          ? Forecast.Download.unknown("the hub's cache would keep what it is asked for")
          : staging.preview(folders, new ReleaseFinder(source.get(), settings).find(request));
    } catch (FetchException unreachable) {
      if (!Retries.isPassing(unreachable)) {
        throw StagingFailures.of(unreachable);
      }
      return Forecast.Download.unknown(
          "the source does not answer now: " + unreachable.getMessage());
    } catch (TufException untrusted) {
      throw StagingFailures.of(untrusted);
    } catch (UncheckedIOException disk) {
      throw StagingFailures.disk(name, disk.getCause());
    } catch (IOException disk) {
      throw StagingFailures.disk(name, disk);
    }
  }

  @Override
  public Staged stage(Request request, Listener listener) {
    String name = request.component() + " " + request.version();
    requireComponentName(request.component());
    waitForTurn(name, listener);
    try {
      return run(request, name, listener);
    } catch (TufException untrusted) {
      throw StagingFailures.of(untrusted);
    } catch (UncheckedIOException disk) {
      throw StagingFailures.disk(name, disk.getCause());
    } catch (IOException disk) {
      throw StagingFailures.disk(name, disk);
    } finally {
      one.unlock();
    }
  }

  /**
   * Removes what interrupted calls left: unfinished folders of all components, and downloads that
   * nobody resumed for long. For the start of the process; {@link #stage} does the same for its
   * component.
   */
  public void cleanUp() {
    one.lock();
    try {
      partials.removeOld();
      if (Files.isDirectory(settings.root())) {
        try (DirectoryStream<Path> components = Files.newDirectoryStream(settings.root())) {
          for (Path component : components) {
            new StagingFolders(settings.root(), component.getFileName().toString())
                .removeUnfinished();
          }
        }
      }
    } catch (IOException disk) {
      LOG.warn("cannot remove leftovers of staging, they only take room: {}", disk.toString());
    } finally {
      one.unlock();
    }
  }

  private Staged run(Request request, String name, Listener listener) throws IOException {
    StagingFolders folders = new StagingFolders(settings.root(), request.component());
    VerifiedRelease release;
    if (folders.hasSlot(request.version())) {
      try {
        release = finder.find(request);
      } catch (FetchException unreachable) {
        Optional<ReleaseDescription> staged = withoutSource(folders, request, unreachable);
        if (staged.isPresent()) {
          listener.log(name + " is staged already; the source did not answer: " + unreachable);
          return new Staged(staged.get(), 0, false);
        }
        release = retries.run(name, listener, () -> finder.find(request));
      }
    } else {
      release = retries.run(name, listener, () -> finder.find(request));
    }
    listener.log(name + " is verified: " + release.artifact().target());
    return staging.stage(folders, release, listener);
  }

  private static Optional<ReleaseDescription> withoutSource(
      StagingFolders folders, Request request, FetchException unreachable) throws IOException {
    return Retries.isPassing(unreachable) ? folders.intact(request.version()) : Optional.empty();
  }

  private static void requireComponentName(String component) {
    if (!COMPONENT.matcher(component).matches()) {
      throw StagingFailures.refusal(
          ErrorCode.ERROR_CODE_CHECK_UNKNOWN_COMPONENT,
          "cannot stage a release: the component's name has other characters than a-z, 0-9, '.',"
              + " '_', '-'; name a component of this device",
          null);
    }
  }

  private void waitForTurn(String name, Listener listener) {
    try {
      while (!one.tryLock(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        if (listener.cancelled()) {
          throw StagingFailures.cancelled(name);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw StagingFailures.interrupted(name, stopped);
    }
  }

  /** Where a test may stop the process. */
  interface Checkpoint {
    void reached(Point point);
  }

  /** What has happened so far. */
  enum Point {
    DOWNLOADED,
    UNPACKED,
    SYNCED,
    DESCRIBED,
    NAMED
  }
}
