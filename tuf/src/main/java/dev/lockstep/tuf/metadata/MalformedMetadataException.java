package dev.lockstep.tuf.metadata;

/** Says that bytes are not metadata of the expected kind; the message names the first defect. */
public final class MalformedMetadataException extends RuntimeException {
  public MalformedMetadataException(String message) {
    super(message);
  }

  public MalformedMetadataException(String message, Throwable cause) {
    super(message, cause);
  }
}
