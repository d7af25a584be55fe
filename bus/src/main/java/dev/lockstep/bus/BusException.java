package dev.lockstep.bus;

import dev.lockstep.protocol.v1.ErrorCode;

/** The bus could not do what was asked; {@link #code()} is stable. */
public sealed class BusException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ErrorCode code;

  private BusException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The stable code. */
  public ErrorCode code() {
    return code;
  }

  /** The bus was closed. */
  public static final class Closed extends BusException {
    private static final long serialVersionUID = 1L;

    /** What could not be done. */
    public Closed(String what) {
      super(
          ErrorCode.ERROR_CODE_BUS_CLOSED,
          "cannot " + what + ": the bus is closed; open it again",
          null);
    }
  }

  /** Too many messages wait to be sent. */
  public static final class QueueFull extends BusException {
    private static final long serialVersionUID = 1L;

    /** The topic and how many wait. */
    public QueueFull(String topic, int waiting) {
      super(
          ErrorCode.ERROR_CODE_BUS_QUEUE_FULL,
          "cannot publish to %s: %d messages wait to be sent; try again when the broker answers"
              .formatted(topic, waiting),
          null);
    }
  }

  /** Nobody answered in time. */
  public static final class NoAnswer extends BusException {
    private static final long serialVersionUID = 1L;

    /** The topic and how long was waited. */
    public NoAnswer(String topic, java.time.Duration waited) {
      super(
          ErrorCode.ERROR_CODE_BUS_NO_ANSWER,
          "cannot get an answer to %s: nobody answered in %d ms; check that the hub runs"
              .formatted(topic, waited.toMillis()),
          null);
    }
  }

  /** A message is over the limit. */
  public static final class TooLarge extends BusException {
    private static final long serialVersionUID = 1L;

    /** The topic, the size and the limit. */
    public TooLarge(String topic, long size, long limit) {
      super(
          ErrorCode.ERROR_CODE_BUS_MESSAGE_TOO_LARGE,
          "cannot publish to %s: %d bytes are over the limit of %d; send less"
              .formatted(topic, size, limit),
          null);
    }
  }

  /** A key file is missing, unreadable or readable for others. */
  public static final class KeyUnusable extends BusException {
    private static final long serialVersionUID = 1L;

    /** The file, why, and what to do. */
    public KeyUnusable(String file, String why, String remedy) {
      super(
          ErrorCode.ERROR_CODE_BUS_KEY_UNUSABLE,
          "cannot use key %s: %s; %s".formatted(file, why, remedy),
          null);
    }
  }

  /** An address cannot be bound or is not allowed. */
  public static final class AddressUnusable extends BusException {
    private static final long serialVersionUID = 1L;

    /** The address, why, and what to do. */
    public AddressUnusable(String address, String why, String remedy) {
      super(
          ErrorCode.ERROR_CODE_BUS_ADDRESS_UNUSABLE,
          "cannot use address %s: %s; %s".formatted(address, why, remedy),
          null);
    }
  }

  /** A device and a hub could not come to know each other. */
  public static final class PairingRefused extends BusException {
    private static final long serialVersionUID = 1L;

    /** Why, and what to do. */
    public PairingRefused(String why, String remedy) {
      super(
          ErrorCode.ERROR_CODE_BUS_PAIRING_REFUSED,
          "cannot pair: %s; %s".formatted(why, remedy),
          null);
    }
  }
}
