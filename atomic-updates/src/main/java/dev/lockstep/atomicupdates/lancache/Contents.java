package dev.lockstep.atomicupdates.lancache;

import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.Fetcher;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Finds a file: in the cache, on its way there, or at the repository. Thread-safe. */
final class Contents {
  private final CacheFolder folder;
  private final Places places;
  private final Executor executor;
  private final Map<String, Fill> filling = new HashMap<>();

  /**
   * Finds files.
   *
   * @param executor runs fills, and rejects those that would be too many at a time
   */
  Contents(CacheFolder folder, Fetcher fetcher, Executor executor) {
    this.folder = folder;
    this.places = new Places(fetcher);
    this.executor = executor;
  }

  /**
   * Opens a file to be read from an offset on.
   *
   * @throws FetchException where the repository does not give it
   */
  Content open(AskedFile asked, long offset) throws IOException, InterruptedException {
    Optional<Content> cached = asked.kept() ? cached(asked) : Optional.empty();
    return cached.orElseGet(() -> new Through(places, asked, offset));
  }

  private Optional<Content> cached(AskedFile asked) throws InterruptedException {
    Fill fill;
    synchronized (this) {
      Optional<Path> kept = folder.find(asked.key(), asked.maxAge());
      if (kept.isPresent()) {
        try {
          return Optional.of(new KeptFile(kept.get()));
        } catch (NoSuchFileException removed) {
          // It went to make room; it is fetched again.
        } catch (IOException unreadable) {
          return Optional.empty();
        }
      }
      fill = join(asked).orElse(null);
    }
    return fill == null ? Optional.empty() : usable(asked, fill);
  }

  private Optional<Fill> join(AskedFile asked) {
    Fill running = filling.get(asked.key());
    if (running != null && running.join()) {
      return Optional.of(running);
    }
    Fill begun = new Fill(asked, folder, places, () -> ended(asked.key()));
    begun.join();
    try {
      executor.execute(begun);
    } catch (RejectedExecutionException tooMany) {
      return Optional.empty();
    }
    filling.put(asked.key(), begun);
    return Optional.of(begun);
  }

  private synchronized void ended(String key) {
    filling.remove(key);
  }

  /** A fill that does not begin is no reason not to give the file. */
  private Optional<Content> usable(AskedFile asked, Fill fill) throws InterruptedException {
    try {
      fill.length();
      return Optional.of(fill);
    } catch (FetchException refused) {
      fill.close();
      if (refused.statusCode().orElse(0) == 416) {
        // What was kept of it is longer than it is.
        folder.discard(asked.key());
        return Optional.empty();
      }
      throw refused;
    } catch (IOException unfit) {
      fill.close();
      return Optional.empty();
    }
  }
}
