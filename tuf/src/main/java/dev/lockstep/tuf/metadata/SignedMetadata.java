package dev.lockstep.tuf.metadata;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A metadata document with its signatures: the file as it is published (specification section 4.2).
 *
 * <p>Keeps the bytes as they came, so that storing it stores exactly what was signed for.
 * Immutable, but {@link #bytes} and {@link #signedBytes} are not copied: do not change them.
 *
 * @param <R> the kind of document
 */
public final class SignedMetadata<R extends Role> {
  private final R role;
  private final List<MetadataSignature> signatures;
  private final byte[] bytes;

  /** Null until asked for, if the document was verified before. */
  private byte[] signedBytes;

  private SignedMetadata(
      R role, List<MetadataSignature> signatures, byte[] bytes, byte[] signedBytes) {
    this.role = role;
    this.signatures = List.copyOf(signatures);
    this.bytes = bytes;
    this.signedBytes = signedBytes;
  }

  /**
   * Reads a document; nothing is verified.
   *
   * @throws MalformedMetadataException if the bytes are not a document of that type, or two
   *     signatures name the same key id
   */
  public static <R extends Role> SignedMetadata<R> parse(byte[] bytes, RoleType<R> type) {
    return read(bytes, type, true);
  }

  /**
   * Reads a document of which the caller knows that these very bytes were verified before; what
   * only the verification needs is left out.
   *
   * @throws MalformedMetadataException if the bytes are not a document of that type
   */
  public static <R extends Role> SignedMetadata<R> parseVerified(byte[] bytes, RoleType<R> type) {
    return read(bytes, type, false);
  }

  private static <R extends Role> SignedMetadata<R> read(
      byte[] bytes, RoleType<R> type, boolean toBeVerified) {
    ObjectNode envelope =
        MetadataJson.asObject(MetadataJson.parse(bytes, "the document"), "the document");
    ObjectNode signed = MetadataJson.object(envelope, "signed");
    List<MetadataSignature> signatures = readSignatures(MetadataJson.array(envelope, "signatures"));
    byte[] canonical = toBeVerified ? Canonical.encode(signed) : null;
    return new SignedMetadata<>(type.read(signed), signatures, bytes, canonical);
  }

  /** Signs a document; the result's {@link #bytes} are the file to publish. */
  public static <R extends Role> SignedMetadata<R> sign(R role, List<? extends Signer> signers) {
    ObjectNode signed = role.toJson();
    byte[] canonical = Canonical.encode(signed);
    List<MetadataSignature> signatures = new ArrayList<>();
    for (Signer signer : signers) {
      signatures.add(
          new MetadataSignature(signer.keyId(), HexFormat.of().formatHex(signer.sign(canonical))));
    }
    return assemble(role, signed, signatures, canonical);
  }

  /**
   * The same document with other signatures, for example those that several holders of keys made
   * one after the other.
   */
  public SignedMetadata<R> withSignatures(List<MetadataSignature> others) {
    ObjectNode signed = MetadataJson.object(MetadataJson.parse(bytes, "the document"), "signed");
    return assemble(role, signed, others, signedBytes());
  }

  private static <R extends Role> SignedMetadata<R> assemble(
      R role, ObjectNode signed, List<MetadataSignature> signatures, byte[] canonical) {
    ObjectNode envelope = MetadataJson.newObject();
    ArrayNode list = envelope.putArray("signatures");
    for (MetadataSignature signature : signatures) {
      list.addObject().put("keyid", signature.keyId()).put("sig", signature.value());
    }
    envelope.set("signed", signed);
    try {
      return new SignedMetadata<>(
          role, signatures, MetadataJson.MAPPER.writeValueAsBytes(envelope), canonical);
    } catch (JacksonException e) {
      throw new MalformedMetadataException("the document cannot be written as JSON", e);
    }
  }

  private static List<MetadataSignature> readSignatures(ArrayNode array) {
    List<MetadataSignature> signatures = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (JsonNode entry : array) {
      String keyId = MetadataJson.string(entry, "keyid");
      if (!seen.add(keyId)) {
        throw new MalformedMetadataException("the key id " + keyId + " has signed twice");
      }
      signatures.add(new MetadataSignature(keyId, MetadataJson.string(entry, "sig")));
    }
    return signatures;
  }

  public R role() {
    return role;
  }

  public List<MetadataSignature> signatures() {
    return signatures;
  }

  /** The file, byte for byte. */
  public byte[] bytes() {
    return bytes;
  }

  /** The canonical form of the signed part: what signatures are made over. */
  public byte[] signedBytes() {
    if (signedBytes == null) {
      signedBytes =
          Canonical.encode(
              MetadataJson.object(MetadataJson.parse(bytes, "the document"), "signed"));
    }
    return signedBytes;
  }
}
