package dev.lockstep.protocol.version;

import dev.lockstep.protocol.v1.ErrorCode;
import java.nio.file.Path;

/** The installed version of a component is not known; {@link #code()} is stable. */
public abstract sealed class VersionFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private VersionFileException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The stable code. */
  public abstract ErrorCode code();

  /** {@code CHECK_VERSION_MISSING}: the file is not there, or cannot be read. */
  public static final class Missing extends VersionFileException {
    private static final long serialVersionUID = 1L;

    Missing(Path file, String why, Throwable cause) {
      super(
          "cannot tell the version: %s %s; install the component or name the right file"
              .formatted(file, why),
          cause);
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.ERROR_CODE_CHECK_VERSION_MISSING;
    }
  }

  /** {@code CHECK_VERSION_MALFORMED}: the file does not say a version. */
  public static final class Malformed extends VersionFileException {
    private static final long serialVersionUID = 1L;

    Malformed(Path file, String why, Throwable cause) {
      super("cannot tell the version from %s: %s".formatted(file, why), cause);
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.ERROR_CODE_CHECK_VERSION_MALFORMED;
    }
  }
}
