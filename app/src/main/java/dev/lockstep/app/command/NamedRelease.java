package dev.lockstep.app.command;

import dev.lockstep.protocol.v1.ReleaseId;
import dev.lockstep.protocol.version.ReleaseVersion;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A release as people write it: {@code backend@1.0.0}.
 *
 * @param component id of the component
 * @param version which version
 */
record NamedRelease(String component, ReleaseVersion version) {
  /** Reads {@code COMPONENT@VERSION}. */
  static final class Converter implements ITypeConverter<NamedRelease> {
    @Override
    public NamedRelease convert(String text) {
      int at = text.indexOf('@');
      if (at <= 0 || !ReleaseVersion.isValid(text.substring(at + 1))) {
        throw new TypeConversionException(
            "a release is written COMPONENT@VERSION, such as backend@1.0.0, not \"" + text + '"');
      }
      return new NamedRelease(text.substring(0, at), ReleaseVersion.parse(text.substring(at + 1)));
    }
  }

  ReleaseId toWire() {
    return ReleaseId.newBuilder().setComponent(component).setVersion(version.toString()).build();
  }
}
