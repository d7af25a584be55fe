package dev.lockstep.repository.check;

import dev.lockstep.tuf.Download;
import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.Fetcher;
import dev.lockstep.tuf.Limits;
import dev.lockstep.tuf.UpdaterSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Gives a client the files of a repository's folder, as a server would. Thread-safe. */
public final class FolderFetcher implements Fetcher {
  private static final int MOST_ROLES = 100_000;
  private static final int NOT_FOUND = 404;
  private static final URI BASE = URI.create("repository:/");

  private final Path folder;

  public FolderFetcher(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /** The addresses that this understands. Whoever has the files may ask for all roles at once. */
  public static UpdaterSettings settings() {
    return UpdaterSettings.of(BASE.resolve("metadata/"), BASE.resolve("targets/"))
        .withLimits(Limits.defaults().withDelegatedRoles(MOST_ROLES));
  }

  @Override
  public Download open(URI uri, long offset) {
    Path file = folder.resolve(uri.getPath().substring(1)).normalize();
    if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
      throw FetchException.ofStatus(
          FetchException.Kind.CLIENT_ERROR, uri, NOT_FOUND, "there is no such file");
    }
    try {
      InputStream body = Files.newInputStream(file);
      body.skipNBytes(offset);
      return new Download(body, offset, OptionalLong.of(Files.size(file)));
    } catch (IOException unreadable) {
      throw FetchException.of(
          FetchException.Kind.UNREACHABLE, uri, unreadable.toString(), unreadable);
    }
  }
}
