package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.Canonical;
import dev.lockstep.tuf.metadata.Signer;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Signs whatever JSON a test wants to be served, also what the model would refuse to hold. */
final class RawDocuments {
  private static final JsonMapper JSON = new JsonMapper();

  private RawDocuments() {}

  static byte[] sign(ObjectNode signed, List<? extends Signer> signers) {
    ObjectNode envelope = JSON.createObjectNode();
    var signatures = envelope.putArray("signatures");
    for (Signer signer : signers) {
      signatures
          .addObject()
          .put("keyid", signer.keyId())
          .put("sig", HexFormat.of().formatHex(signer.sign(Canonical.encode(signed))));
    }
    envelope.set("signed", signed);
    return JSON.writeValueAsBytes(envelope);
  }

  static ObjectNode read(byte[] bytes) {
    return (ObjectNode) JSON.readTree(bytes);
  }

  static byte[] write(ObjectNode document) {
    return JSON.writeValueAsBytes(document);
  }
}
