package dev.lockstep.atomicupdates.slots;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.MalformedVersionException;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads the version of a component from a file: a bare version, or a line {@code VERSION_ID=} or
 * {@code VERSION=} as in os-release.
 */
final class VersionFile {
  private static final int MAX_BYTES = 64 * 1024;

  private VersionFile() {}

  /**
   * The version.
   *
   * @throws AtomicUpdatesException {@code CHECK_VERSION_MISSING} where there is no such file or it
   *     cannot be read, {@code CHECK_VERSION_MALFORMED} where it holds something else
   */
  static ReleaseVersion read(Path file) {
    String text;
    try (InputStream content = Files.newInputStream(file)) {
      text = new String(content.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
    } catch (NoSuchFileException missing) {
      throw failure(ErrorCode.ERROR_CODE_CHECK_VERSION_MISSING, file, "it does not exist", missing);
    } catch (IOException unreadable) {
      throw failure(
          ErrorCode.ERROR_CODE_CHECK_VERSION_MISSING, file, "it cannot be read", unreadable);
    }
    try {
      return ReleaseVersion.parse(valueIn(text));
    } catch (MalformedVersionException malformed) {
      throw failure(
          ErrorCode.ERROR_CODE_CHECK_VERSION_MALFORMED, file, malformed.getMessage(), malformed);
    }
  }

  private static String valueIn(String text) {
    if (!text.contains("=")) {
      return text;
    }
    for (String key : new String[] {"VERSION_ID=", "VERSION="}) {
      for (String line : text.split("\\R")) {
        if (line.startsWith(key)) {
          return line.substring(key.length()).strip().replaceAll("^([\"'])(.*)\\1$", "$2");
        }
      }
    }
    return text;
  }

  private static AtomicUpdatesException failure(
      ErrorCode code, Path file, String why, Exception cause) {
    return new AtomicUpdatesException.Install(
        code,
        ErrorCategory.ERROR_CATEGORY_OPERATOR,
        "cannot read the version from %s: %s; it has to hold a version such as 1.2.3"
            .formatted(file, why),
        cause);
  }
}
