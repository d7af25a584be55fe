package dev.lockstep.repository;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.List;

/**
 * From which earlier releases of the same component, channel and platform a release gets deltas.
 *
 * @param from these, each of which must be there
 * @param latest and so many of the newest that are older than the release
 */
public record DeltaPlan(List<ReleaseVersion> from, int latest) {
  /** No deltas. */
  public static final DeltaPlan NONE = new DeltaPlan(List.of(), 0);

  /** What a release can have besides its full archive. */
  public static final int MOST = ReleaseDescription.MAX_ARTIFACTS - 1;

  /** Checks the numbers. */
  public DeltaPlan {
    from = List.copyOf(from);
    if (latest < 0 || from.size() + latest > MOST) {
      throw new IllegalArgumentException("a release has 0 to " + MOST + " deltas");
    }
  }

  /** From the newest older releases. */
  public static DeltaPlan latest(int count) {
    return new DeltaPlan(List.of(), count);
  }

  /** From certain releases. */
  public static DeltaPlan from(List<ReleaseVersion> versions) {
    return new DeltaPlan(versions, 0);
  }
}
