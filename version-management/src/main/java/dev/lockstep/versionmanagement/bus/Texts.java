package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.domain.Site;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names and texts that come from outside: bounded, and without what could forge a log line. */
final class Texts {
  private static final Pattern COMPONENT = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern DEVICE = Pattern.compile("[^\\p{Cntrl}]{1,128}");
  private static final int MAX_TEXT = 500;

  private Texts() {}

  /**
   * A component on a device.
   *
   * @throws IllegalArgumentException if either is no name
   */
  static Site site(String device, String component) {
    if (!DEVICE.matcher(device).matches() || !COMPONENT.matcher(component).matches()) {
      throw new IllegalArgumentException(
          "cannot read device \"%s\", component \"%s\": one is not a name"
              .formatted(bounded(device), bounded(component)));
    }
    return new Site(device, component);
  }

  /**
   * A version; empty for no text.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static Optional<ReleaseVersion> version(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(ReleaseVersion.parse(text));
  }

  /** The text, cut off where it is too long, with control characters replaced. */
  static String bounded(String text) {
    String shown = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
    return shown.replaceAll("\\p{Cntrl}", " ");
  }
}
