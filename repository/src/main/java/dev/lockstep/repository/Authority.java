package dev.lockstep.repository;

import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.MetadataSignature;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.Signer;
import dev.lockstep.tuf.metadata.Verification;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Who may sign a document of a role, in the eyes of one delegator.
 *
 * @param keys all keys of the delegating document, by id
 * @param allowed which of them may sign, and how many must
 * @param required whether the document is nothing without them; if not, their signatures are for
 *     readers that do not know the newest root yet
 */
record Authority(Map<String, Key> keys, RoleKeys allowed, boolean required) {
  private static final Pattern HEX = Pattern.compile("([0-9a-fA-F]{2}){1,2048}");

  static Authority required(Map<String, Key> keys, RoleKeys allowed) {
    return new Authority(keys, allowed, true);
  }

  static Authority transitional(Map<String, Key> keys, RoleKeys allowed) {
    return new Authority(keys, allowed, false);
  }

  /** How many of its keys have signed a document. */
  Verification check(SignedMetadata<?> document) {
    return Verification.of(document, keys, allowed);
  }

  private boolean made(MetadataSignature signature, SignedMetadata<?> document) {
    Key key = keys.get(signature.keyId());
    if (key == null || !allowed.keyIds().contains(signature.keyId())) {
      return false;
    }
    return HEX.matcher(signature.value()).matches()
        && key.verifies(document.signedBytes(), HexFormat.of().parseHex(signature.value()));
  }

  /**
   * A document with the signatures of all keys in a folder that some authority allows, besides
   * those that it has; what does not verify is left out. Sorted by key id, so that the bytes do not
   * depend on who signed first.
   */
  static <R extends Role> SignedMetadata<R> sign(
      String role, SignedMetadata<R> document, List<Authority> authorities, KeyFolder keys) {
    Map<String, MetadataSignature> good = new TreeMap<>();
    for (MetadataSignature signature : document.signatures()) {
      if (authorities.stream().anyMatch(authority -> authority.made(signature, document))) {
        good.put(signature.keyId(), signature);
      }
    }
    Set<String> wanted = new LinkedHashSet<>();
    authorities.forEach(authority -> wanted.addAll(authority.allowed().keyIds()));
    wanted.removeAll(good.keySet());
    List<Signer> signers = keys.available(ComponentRole.keyHolder(role), wanted);
    if (good.isEmpty()) {
      // The same result, without reading a large document again.
      return SignedMetadata.sign(document.role(), signers);
    }
    for (Signer signer : signers) {
      String value = HexFormat.of().formatHex(signer.sign(document.signedBytes()));
      good.put(signer.keyId(), new MetadataSignature(signer.keyId(), value));
    }
    return document.withSignatures(List.copyOf(good.values()));
  }

  /** The first required authority whose threshold a document does not meet. */
  static Optional<Verification> unmet(SignedMetadata<?> document, List<Authority> authorities) {
    return authorities.stream()
        .filter(Authority::required)
        .map(authority -> authority.check(document))
        .filter(verification -> !verification.isMet())
        .findFirst();
  }
}
