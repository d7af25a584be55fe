package dev.lockstep.protocol.release;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Where people get a release that Lockstep does not install itself, such as an app of a mobile
 * device's store.
 *
 * @param link an https address with a host, without user name and fragment, at most {@value
 *     #MAX_LINK} characters
 * @param minimumVersion the oldest version that still may be used
 */
public record InStore(String link, ReleaseVersion minimumVersion) {
  /** A link has no more characters than this. */
  public static final int MAX_LINK = 1024;

  /** What an address may consist of; nothing in it can steer a terminal or end a line. */
  private static final Pattern PRINTABLE = Pattern.compile("[!-~]{1," + MAX_LINK + "}");

  /** Checks both. */
  public InStore {
    Objects.requireNonNull(link, "link");
    Objects.requireNonNull(minimumVersion, "minimumVersion");
    if (!PRINTABLE.matcher(link).matches() || !isWeb(link)) {
      throw new MalformedReleaseException(
          "release description",
          "store_link must be an https address of at most " + MAX_LINK + " characters");
    }
  }

  /** Whether a version is too old to be used any more. */
  public boolean tooOld(ReleaseVersion version) {
    return minimumVersion.isNewerThan(version);
  }

  private static boolean isWeb(String link) {
    try {
      URI address = new URI(link);
      return "https".equals(address.getScheme())
          && address.getHost() != null
          && address.getRawUserInfo() == null
          && address.getRawFragment() == null;
    } catch (URISyntaxException noAddress) {
      return false;
    }
  }
}
