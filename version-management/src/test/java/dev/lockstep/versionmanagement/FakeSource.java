package dev.lockstep.versionmanagement;

import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.versionmanagement.domain.Catalogue;
import dev.lockstep.versionmanagement.domain.CheckResult;
import dev.lockstep.versionmanagement.domain.Samples;
import dev.lockstep.versionmanagement.port.ReleaseSource;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A source that a test fills, breaks and stops. */
final class FakeSource implements ReleaseSource {
  final AtomicInteger refreshes = new AtomicInteger();
  private final Semaphore gate = new Semaphore(0);
  private volatile boolean gated;
  private volatile Catalogue catalogue = Catalogue.EMPTY;
  private volatile VersionManagementException.Source failure;

  void has(Samples.Spec... releases) {
    catalogue = Samples.catalogue(releases);
    failure = null;
  }

  void fails(CheckResult result, ErrorCode code, Optional<Instant> retryAt) {
    failure =
        new VersionManagementException.Source(
            result,
            code,
            ErrorCategory.ERROR_CATEGORY_RETRY,
            "cannot check: " + result,
            retryAt,
            null);
  }

  /** From now on each refresh waits for {@link #letOneThrough}. */
  void holdBack() {
    gated = true;
  }

  void letOneThrough() {
    gate.release();
  }

  void letAllThrough() {
    gated = false;
    gate.release(100);
  }

  @Override
  public Catalogue refresh(Set<String> components) {
    Catalogue found = catalogue;
    refreshes.incrementAndGet();
    if (gated) {
      gate.acquireUninterruptibly();
    }
    if (failure != null) {
      throw failure;
    }
    return found;
  }
}
