package dev.lockstep.bus.zeromq;

import com.neilalexander.jnacl.crypto.curve25519;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.protocol.Role;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.zeromq.ZMQ;

/**
 * A CURVE key pair, or only its public half, with its metadata, as ZeroMQ certificate files carry
 * it (czmq, pyzmq).
 *
 * @param publicKey Z85, 40 characters
 * @param secretKey Z85, 40 characters; absent in a public certificate
 * @param metadata {@code name}, {@code role}, {@code device}, {@code component} and what other
 *     tools wrote
 */
public record Certificate(
    String publicKey, Optional<String> secretKey, Map<String, String> metadata) {
  static final String NAME = "name";
  static final String ROLE = "role";
  static final String DEVICE = "device";
  static final String COMPONENT = "component";
  private static final int Z85_LENGTH = 40;

  /** Checks the keys' form. */
  public Certificate {
    requireKey("public", publicKey);
    secretKey.ifPresent(key -> requireKey("secret", key));
    metadata = Map.copyOf(metadata);
  }

  /** A new key pair for a participant of that name and role. */
  public static Certificate generate(String name, Role role) {
    ZMQ.Curve.KeyPair pair = ZMQ.Curve.generateKeyPair();
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(NAME, requireWord(name));
    metadata.put(ROLE, role.name().toLowerCase(Locale.ROOT));
    return new Certificate(pair.publicKey, Optional.of(pair.secretKey), metadata);
  }

  /** The public half of a device's key. */
  public static Certificate ofDevice(String device, String publicKey) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(NAME, requireWord(device));
    metadata.put(ROLE, Role.DEVICE.name().toLowerCase(Locale.ROOT));
    return new Certificate(publicKey, Optional.empty(), metadata);
  }

  /** The same, bound to a device: it may speak of that one only. */
  public Certificate forDevice(String device) {
    return with(DEVICE, device);
  }

  /** The same, bound to a component: it may speak of that one only. */
  public Certificate forComponent(String component) {
    return with(COMPONENT, component);
  }

  /** The same under another name. */
  Certificate named(String name) {
    Map<String, String> more = new TreeMap<>(metadata);
    more.put(NAME, name);
    return new Certificate(publicKey, secretKey, more);
  }

  private Certificate with(String key, String word) {
    Map<String, String> more = new TreeMap<>(metadata);
    more.put(key, requireWord(word));
    return new Certificate(publicKey, secretKey, more);
  }

  /**
   * Reads {@code NAME.key} or {@code NAME.key_secret}.
   *
   * @throws BusException.KeyUnusable if it is missing, no certificate, or has a secret key and can
   *     be read by others than its owner
   */
  public static Certificate read(Path file) {
    return CertificateFile.read(file);
  }

  /**
   * Writes {@code NAME.key} (readable for all) and, where there is a secret key, {@code
   * NAME.key_secret} (readable for the owner only) into a folder that exists. Each file appears
   * complete or not at all.
   *
   * @return the secret file, or the public one where there is no secret key
   * @throws BusException.KeyUnusable if a file cannot be written
   */
  public Path write(Path folder, String fileName) {
    Path publicFile = folder.resolve(requireWord(fileName) + ".key");
    CertificateFile.write(publicFile, publicOnly());
    if (secretKey.isEmpty()) {
      return publicFile;
    }
    Path secretFile = folder.resolve(fileName + ".key_secret");
    CertificateFile.write(secretFile, this);
    return secretFile;
  }

  /** The same without the secret key. */
  public Certificate publicOnly() {
    return new Certificate(publicKey, Optional.empty(), metadata);
  }

  /** Whether the two halves belong together; false also where there is no secret one. */
  public boolean isPair() {
    if (secretKey.isEmpty()) {
      return false;
    }
    byte[] derived = new byte[publicKeyBytes().length];
    curve25519.crypto_scalarmult_base(derived, secretKeyBytes());
    return MessageDigest.isEqual(derived, publicKeyBytes());
  }

  /** The name in the metadata; empty if there is none. */
  public String name() {
    return metadata.getOrDefault(NAME, "");
  }

  /** The role in the metadata; absent if there is none or it is no role. */
  public Optional<Role> role() {
    String word = metadata.getOrDefault(ROLE, "").toUpperCase(Locale.ROOT);
    for (Role role : Role.values()) {
      if (role.name().equals(word)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }

  /** The device in the metadata. */
  public Optional<String> device() {
    return Optional.ofNullable(metadata.get(DEVICE)).filter(device -> !device.isEmpty());
  }

  /** The component in the metadata. */
  public Optional<String> component() {
    return Optional.ofNullable(metadata.get(COMPONENT)).filter(component -> !component.isEmpty());
  }

  /** Who its owner is for the broker, if the broker's copy says the same. */
  public Participant participant() {
    Role known = role().orElse(Role.OBSERVER);
    boolean isComponent = known == Role.COMPONENT;
    return new Participant(
        name(),
        known,
        device().orElse(isComponent ? "" : name()),
        isComponent ? component().orElse(name()) : "");
  }

  byte[] publicKeyBytes() {
    return ZMQ.Curve.z85Decode(publicKey);
  }

  byte[] secretKeyBytes() {
    return ZMQ.Curve.z85Decode(secretKey.orElseThrow());
  }

  /** Never shows the secret key. */
  @Override
  public String toString() {
    return "Certificate[" + publicKey + ", " + metadata + "]";
  }

  private static void requireKey(String which, String key) {
    Objects.requireNonNull(key);
    if (key.length() != Z85_LENGTH || ZMQ.Curve.z85Decode(key) == null) {
      throw new IllegalArgumentException(
          "the " + which + " key is not " + Z85_LENGTH + " characters of Z85");
    }
  }

  /** Names become file names and lines of certificate files. */
  private static String requireWord(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw new IllegalArgumentException(
          "a key's name has letters, digits, '.', '_' and '-', not " + name);
    }
    return name;
  }
}
