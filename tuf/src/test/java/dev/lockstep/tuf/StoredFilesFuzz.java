package dev.lockstep.tuf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a person brings or a disk has damaged, for any bytes. */
final class StoredFilesFuzz {
  private static final int MOST = 100_000;
  private static final Path FOLDER = folder();

  private StoredFilesFuzz() {}

  private static Path folder() {
    try {
      return Files.createTempDirectory("fuzz");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(String name, byte[] data) {
    try {
      return Files.write(FOLDER.resolve(name), data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The time of the last refresh: a time, or none. */
  static void lastRefresh(byte[] data) {
    file("last_refresh", data);
    DirectoryMetadataStore.lastRefresh(FOLDER);
  }

  /** A bundle: files, or refused in one way. */
  static void bundle(byte[] data) {
    URI metadata = BundleFetcher.settings().metadataUrl();
    try (BundleFetcher bundle = new BundleFetcher(file("bundle.zip", data))) {
      byte[] whole = bundle.fetch(metadata.resolve("timestamp.json"), MOST);
      FuzzTargets.require(whole.length <= MOST, "no more than the limit");
      try (Download rest = bundle.open(metadata.resolve("timestamp.json"), 3)) {
        FuzzTargets.require(rest.offset() == 3, "from the offset on");
      }
    } catch (FetchException | LimitException refused) {
      FuzzTargets.require(!refused.code().isBlank(), "a code");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
