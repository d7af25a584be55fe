package dev.lockstep.atomicupdates.staging;

import dev.lockstep.config.SourceSettings;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.tuf.DirectoryMetadataStore;
import dev.lockstep.tuf.Download;
import dev.lockstep.tuf.Fetcher;
import dev.lockstep.tuf.MetadataStore;
import dev.lockstep.tuf.TargetFile;
import dev.lockstep.tuf.Updater;
import dev.lockstep.tuf.UpdaterSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The repository, through a TUF client with metadata of its own. The client is made at the first
 * refresh, so that a missing root file does not keep a device from starting.
 */
final class TufReleaseSource implements ReleaseSource {
  private final SourceSettings settings;
  private final Supplier<MetadataStore> stores;
  private final Fetcher fetcher;
  private final Clock clock;
  private volatile Updater updater;

  TufReleaseSource(SourceSettings settings, Path metadataFolder, Fetcher fetcher, Clock clock) {
    this(settings, () -> new DirectoryMetadataStore(metadataFolder), fetcher, clock);
  }

  /**
   * With another store.
   *
   * @param stores gives it at the first refresh
   */
  TufReleaseSource(
      SourceSettings settings, Supplier<MetadataStore> stores, Fetcher fetcher, Clock clock) {
    this.settings = settings;
    this.stores = stores;
    this.fetcher = fetcher;
    this.clock = clock;
  }

  @Override
  public void refresh() {
    if (updater == null) {
      MetadataStore store = stores.get();
      store.initializeRoot(readRoot());
      updater =
          new Updater(
              UpdaterSettings.of(settings.metadataUrls(), settings.contentUrls()),
              fetcher,
              store,
              clock);
    }
    updater.refresh();
  }

  private byte[] readRoot() {
    try {
      return Files.readAllBytes(settings.rootFile());
    } catch (IOException unreadable) {
      throw StagingFailures.refusal(
          ErrorCode.ERROR_CODE_TRUST_NO_ROOT,
          "cannot verify releases: the root file %s cannot be read; set source.root_file"
              .formatted(settings.rootFile()),
          unreadable);
    }
  }

  @Override
  public Optional<TargetFile> find(String path) {
    return updater.findTarget(path);
  }

  @Override
  public List<TargetFile> targetsOf(String channel) {
    return updater.targetsBelow(channel, channel + "/");
  }

  @Override
  public byte[] fetchSmall(TargetFile target, long mostBytes) {
    return updater.fetchSmall(target, mostBytes);
  }

  @Override
  public URI locate(TargetFile target) {
    return updater.locate(target);
  }

  @Override
  public Download open(TargetFile target, long offset) {
    return updater.open(target, offset);
  }
}
