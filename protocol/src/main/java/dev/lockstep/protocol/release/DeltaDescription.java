package dev.lockstep.protocol.release;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What the publisher signed about one delta: {@code custom.lockstep-delta} of the delta's own
 * target. A release lists its deltas among its artifacts, in format {@value #FORMAT}.
 *
 * <p>Content that the new tree has and the old one has not is in a tar.zst of the entries of {@link
 * DeltaEntry}. Everything else of the new tree is in the old one, somewhere.
 *
 * @param from the version whose tree must be on the device
 * @param fromManifest SHA-256 of that release's manifest, lower-case hex: the tree that was meant,
 *     and not another one of the same version
 */
public record DeltaDescription(ReleaseVersion from, String fromManifest) {
  /** The name of the format among a release's artifacts; what does not know it passes over it. */
  public static final String FORMAT = "delta";

  /** The field of the target's {@code custom}. */
  public static final String FIELD = "lockstep-delta";

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** Checks both. */
  public DeltaDescription {
    Objects.requireNonNull(from);
    if (!SHA256.matcher(fromManifest).matches()) {
      throw new MalformedReleaseException("delta", "\"from_manifest\" must be a SHA-256");
    }
  }

  /** TUF target path of a delta, beside the other artifacts of its release. */
  public static String target(ReleaseDescription to, ReleaseVersion from) {
    return ReleaseDescription.targetStem(
            to.channel(), to.component(), to.version().toString(), to.platform())
        + ".from-"
        + from
        + "."
        + FORMAT;
  }
}
