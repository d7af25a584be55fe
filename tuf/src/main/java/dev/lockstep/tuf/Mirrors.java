package dev.lockstep.tuf;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers of the same files, asked one after the other until one gives what is trusted.
 *
 * <p>A mirror needs no trust: whatever it serves is verified, and a mirror that lies, lags behind
 * or is silent costs one attempt. Failures of this device end the round: no mirror mends them.
 */
final class Mirrors {
  private static final Logger LOG = LoggerFactory.getLogger(Mirrors.class);

  private final List<URI> addresses;

  Mirrors(List<URI> addresses) {
    this.addresses = addresses;
  }

  /** The same mirrors, that one first. */
  Mirrors startingWith(URI first) {
    List<URI> reordered = new ArrayList<>(List.of(first));
    for (URI address : addresses) {
      if (!address.equals(first)) {
        reordered.add(address);
      }
    }
    return new Mirrors(reordered);
  }

  /** Like {@link #first(Function)}, for an attempt without result. */
  void firstThat(Consumer<URI> attempt) {
    first(
        address -> {
          attempt.accept(address);
          return address;
        });
  }

  /**
   * Gives the result of the first mirror at which the attempt succeeds.
   *
   * @throws TufException what failed at the first mirror, with the failures of the others
   *     suppressed in it
   */
  <T> T first(Function<URI, T> attempt) {
    TufException failure = null;
    for (int i = 0; i < addresses.size(); i++) {
      try {
        return attempt.apply(addresses.get(i));
      } catch (StoreException | ClockException | NoRootException e) {
        throw e;
      } catch (TufException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
        if (i + 1 < addresses.size()) {
          LOG.warn("Trying the mirror {}: {}", addresses.get(i + 1).getHost(), e.getMessage());
        }
      }
    }
    throw failure;
  }
}
