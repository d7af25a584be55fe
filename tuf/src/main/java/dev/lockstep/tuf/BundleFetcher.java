package dev.lockstep.tuf;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Gets files from a bundle: a zip file with {@code metadata/} and {@code targets/} as a server
 * would serve them, for devices without a network. Thread-safe; close it when the updater is no
 * longer used.
 */
public final class BundleFetcher implements Fetcher, Closeable {
  private static final int NOT_FOUND = 404;
  private static final URI BASE = URI.create("bundle:/");

  private final ZipFile zip;

  /**
   * Opens a bundle.
   *
   * @throws FetchException if it cannot be opened
   */
  public BundleFetcher(Path file) {
    try {
      this.zip = new ZipFile(file.toFile());
    } catch (IOException e) {
      throw FetchException.of(FetchException.Kind.UNREACHABLE, file.toUri(), e.toString(), e);
    }
  }

  /** Where the repository is, for an {@link Updater} with this fetcher. */
  public static UpdaterSettings settings() {
    return UpdaterSettings.of(BASE.resolve("metadata/"), BASE.resolve("targets/"));
  }

  @Override
  public Download open(URI uri, long offset) {
    ZipEntry entry = zip.getEntry(uri.getPath().substring(1));
    if (entry == null || entry.isDirectory()) {
      throw FetchException.ofStatus(
          FetchException.Kind.CLIENT_ERROR, uri, NOT_FOUND, "the bundle does not have it");
    }
    try {
      InputStream body = zip.getInputStream(entry);
      body.skipNBytes(offset);
      return new Download(body, offset, OptionalLong.of(entry.getSize()));
    } catch (IOException e) {
      throw FetchException.of(FetchException.Kind.UNREACHABLE, uri, e.toString(), e);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
