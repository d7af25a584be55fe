package dev.lockstep.atomicupdates.lancache;

import dev.lockstep.tuf.Download;
import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.Fetcher;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repository and its mirrors, asked one after the other until one gives a file. The one that
 * answered last is asked first, so that the metadata of one check come from one place. Thread-safe.
 */
final class Places {
  private static final Logger LOG = LoggerFactory.getLogger(Places.class);
  private final Fetcher fetcher;
  private final AtomicInteger firstOfMetadata = new AtomicInteger();
  private final AtomicInteger firstOfTargets = new AtomicInteger();

  Places(Fetcher fetcher) {
    this.fetcher = fetcher;
  }

  /**
   * Opens a file from an offset on, or from its beginning where a place serves no parts.
   *
   * @throws FetchException where no place gives it: that there is none, if any place says so, else
   *     what was wrong with the first
   */
  Download open(AskedFile asked, long offset) {
    List<URI> all = asked.upstreams();
    AtomicInteger first = first(asked);
    int begin = first.get();
    FetchException failure = null;
    for (int i = 0; i < all.size(); i++) {
      int place = (begin + i) % all.size();
      try {
        Download download = fetcher.open(all.get(place), offset);
        first.compareAndSet(begin, place);
        return download;
      } catch (FetchException e) {
        LOG.debug("{} is not at {}", asked.path(), all.get(place).getHost(), e);
        if (failure == null || e.isMissing() && !failure.isMissing()) {
          failure = e;
        }
      }
    }
    throw failure;
  }

  /**
   * What came from the place that is first was wrong, or broke off: the next one is asked first.
   */
  void preferAnother(AskedFile asked) {
    first(asked).updateAndGet(place -> (place + 1) % asked.upstreams().size());
  }

  private AtomicInteger first(AskedFile asked) {
    return asked.isMetadata() ? firstOfMetadata : firstOfTargets;
  }
}
