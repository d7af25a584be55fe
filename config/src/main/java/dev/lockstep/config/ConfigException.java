package dev.lockstep.config;

/**
 * A settings file that cannot be used; {@link #code()} is stable, the message names key, file,
 * value and what is allowed. Values that may be secret are never part of the message.
 */
public abstract sealed class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private ConfigException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The stable code, such as {@code CONFIG_UNKNOWN_KEY}. */
  public abstract String code();

  /** {@code CONFIG_UNKNOWN_KEY}: the file has a key that nobody reads. */
  public static final class UnknownKey extends ConfigException {
    private static final long serialVersionUID = 1L;

    UnknownKey(String key, Object file, String remedy) {
      super("cannot use %s in %s: there is no such key; %s".formatted(key, file, remedy), null);
    }

    @Override
    public String code() {
      return "CONFIG_UNKNOWN_KEY";
    }
  }

  /** {@code CONFIG_WRONG_TYPE}: a value is not of the kind that its key wants. */
  public static final class WrongType extends ConfigException {
    private static final long serialVersionUID = 1L;

    WrongType(String key, String value, Object file, String allowed) {
      super("cannot use %s: %s in %s; write %s".formatted(key, value, file, allowed), null);
    }

    @Override
    public String code() {
      return "CONFIG_WRONG_TYPE";
    }
  }

  /** {@code CONFIG_OUT_OF_RANGE}: a value is of the right kind and not allowed. */
  public static final class OutOfRange extends ConfigException {
    private static final long serialVersionUID = 1L;

    OutOfRange(String key, String value, Object file, String allowed) {
      super("cannot use %s: %s in %s; write %s".formatted(key, value, file, allowed), null);
    }

    @Override
    public String code() {
      return "CONFIG_OUT_OF_RANGE";
    }
  }

  /** {@code CONFIG_MISSING_KEY}: a mandatory key is not there. */
  public static final class MissingKey extends ConfigException {
    private static final long serialVersionUID = 1L;

    MissingKey(String key, Object file, String why, String allowed) {
      super("cannot use %s: %s is missing%s; write %s".formatted(file, key, why, allowed), null);
    }

    @Override
    public String code() {
      return "CONFIG_MISSING_KEY";
    }
  }

  /** {@code CONFIG_UNREADABLE}: the file is missing, unreadable or not YAML. */
  public static final class Unreadable extends ConfigException {
    private static final long serialVersionUID = 1L;

    Unreadable(Object file, String why, String remedy, Throwable cause) {
      super("cannot read %s: %s; %s".formatted(file, why, remedy), cause);
    }

    @Override
    public String code() {
      return "CONFIG_UNREADABLE";
    }
  }

  /** {@code CONFIG_UNRESOLVED_PLACEHOLDER}: a <code>${NAME}</code> has no value. */
  public static final class UnresolvedPlaceholder extends ConfigException {
    private static final long serialVersionUID = 1L;

    UnresolvedPlaceholder(String key, String placeholder, Object file, String remedy) {
      super("cannot resolve %s of %s in %s; %s".formatted(placeholder, key, file, remedy), null);
    }

    @Override
    public String code() {
      return "CONFIG_UNRESOLVED_PLACEHOLDER";
    }
  }
}
