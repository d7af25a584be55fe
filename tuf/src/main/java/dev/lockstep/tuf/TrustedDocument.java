package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.MalformedMetadataException;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.SignedMetadata;

/**
 * A verified document. One that an earlier process verified is read when its content is first asked
 * for. Not thread-safe.
 */
final class TrustedDocument<R extends Role> {
  private final byte[] bytes;
  private final RoleType<R> type;
  private VerifiedFacts facts;
  private R role;

  private TrustedDocument(byte[] bytes, RoleType<R> type, VerifiedFacts facts, R role) {
    this.bytes = bytes;
    this.type = type;
    this.facts = facts;
    this.role = role;
  }

  /** A document that was verified just now. */
  static <R extends Role> TrustedDocument<R> of(SignedMetadata<R> verified, RoleType<R> type) {
    return new TrustedDocument<>(verified.bytes(), type, null, verified.role());
  }

  /** A document whose bytes are those of one that was verified before. */
  static <R extends Role> TrustedDocument<R> remembered(
      byte[] bytes, RoleType<R> type, VerifiedFacts facts) {
    return new TrustedDocument<>(bytes, type, facts, null);
  }

  byte[] bytes() {
    return bytes;
  }

  VerifiedFacts facts() {
    if (facts == null) {
      facts = VerifiedFacts.of(role, bytes);
    }
    return facts;
  }

  R role() {
    if (role == null) {
      try {
        role = SignedMetadata.parseVerified(bytes, type).role();
      } catch (MalformedMetadataException e) {
        throw new MalformedException("cannot read the metadata " + type + ": " + e.getMessage(), e);
      }
    }
    return role;
  }
}
