package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.BusException;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.protocol.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys that may connect, from a folder that may change at any time. One thread calls
 * {@link #reload}; any thread may look up.
 *
 * <p>Each key gets a random token, which the broker's sockets then show as the publisher's user id.
 * It is not the key itself: a peer can put a user id of its choice into its handshake, and JeroMQ
 * shows that one instead of the broker's own. Nobody outside of the broker ever sees a token.
 */
final class AllowList {
  private static final Logger LOG = LoggerFactory.getLogger(AllowList.class);
  private static final int MAX_KEYS = 10_000;
  private static final int TOKEN_BYTES = 24;

  private final Path folder;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, String> tokens = new HashMap<>();
  private final Map<String, Long> suspended = new ConcurrentHashMap<>();
  private Map<Path, String> stamps = Map.of();
  private volatile Snapshot snapshot = Snapshot.NOBODY;
  private volatile long takenAway;

  /**
   * Reads the folder for the first time.
   *
   * @throws BusException.KeyUnusable if it cannot be read
   */
  AllowList(Path folder) {
    this.folder = folder;
    try {
      read(list());
    } catch (IOException e) {
      throw new BusException.KeyUnusable(
          folder.toString(),
          "the folder of authorized keys cannot be read: " + e.getMessage(),
          "create it, and put the .key files of those into it who may connect");
    }
  }

  /**
   * Reads the folder again if it has changed. If it cannot be read, nobody is known any more.
   *
   * @return whether anybody is known now, or known otherwise, who was not before, or the reverse
   */
  boolean reload() {
    Snapshot before = snapshot;
    try {
      Map<Path, String> now = list();
      if (!now.equals(stamps)) {
        read(now);
        LOG.info("{} keys in {} may connect", snapshot.byKey.size(), folder);
      }
    } catch (IOException e) {
      if (!stamps.isEmpty()) {
        LOG.error("cannot read the authorized keys in {}: nobody may connect now", folder, e);
      }
      stamps = Map.of();
      snapshot = Snapshot.NOBODY;
    }
    if (snapshot.byKey.equals(before.byKey)) {
      return false;
    }
    Map<String, Known> now = snapshot.byKey;
    if (!before.byKey.entrySet().stream()
        .allMatch(one -> one.getValue().equals(now.get(one.getKey())))) {
      takenAway++; // Only this thread writes it.
    }
    return true;
  }

  /** How often keys were taken away or changed so far. */
  long takenAway() {
    return takenAway;
  }

  Path folder() {
    return folder;
  }

  /** Whether a key of that name is known. */
  boolean knowsName(String name) {
    Known owner = snapshot.byName.get(name);
    return owner != null && owner.participant.name().equals(name);
  }

  /** Whether a key is bound to that device, or has its name. */
  boolean knowsDevice(String device) {
    return snapshot.byName.containsKey(device);
  }

  /** The devices of hubs. */
  Set<String> hubs() {
    return snapshot.hubs;
  }

  /** Refuses a key until then ({@link System#nanoTime}), because of what it did. */
  void suspend(Known known, long until) {
    suspended.put(known.token, until);
  }

  /** Whether a key is refused for a time. */
  boolean isSuspended(Known known, long now) {
    Long until = suspended.get(known.token);
    if (until != null && now - until >= 0) {
      suspended.remove(known.token, until);
      return false;
    }
    return until != null;
  }

  /** Who has that public key. */
  Optional<Known> byKey(String publicKey) {
    return Optional.ofNullable(snapshot.byKey.get(publicKey));
  }

  /** Whose connection got that token; absent when the key was taken away in the meantime. */
  Optional<Known> byToken(String token) {
    return token == null ? Optional.empty() : Optional.ofNullable(snapshot.byToken.get(token));
  }

  /** Whether a name is that of another key, or of the device that another key is bound to. */
  boolean belongsToAnother(String name, Known who) {
    Known owner = snapshot.byName.get(name);
    return owner != null
        && !owner.equals(who)
        && !name.equals(who.participant.name())
        && !name.equals(who.participant.device());
  }

  private Map<Path, String> list() throws IOException {
    Map<Path, String> found = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(file -> file.toString().endsWith(".key")).limit(MAX_KEYS).toList();
    }
    for (Path file : files) {
      try {
        BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
        found.put(file, facts.size() + " " + facts.lastModifiedTime() + " " + facts.fileKey());
      } catch (java.nio.file.NoSuchFileException removedMeanwhile) {
        LOG.debug("{} has just been removed", file);
      }
    }
    return found;
  }

  private void read(Map<Path, String> files) {
    Map<String, Known> byKey = new HashMap<>();
    for (Path file : files.keySet()) {
      try {
        Certificate certificate = Certificate.read(file);
        Known known = known(file, certificate);
        Known earlier = byKey.putIfAbsent(certificate.publicKey(), known);
        if (earlier != null) {
          LOG.warn("{} has the same key as {} and is not used", file, earlier.participant.name());
        }
      } catch (BusException.KeyUnusable e) {
        LOG.warn("not used as an authorized key: {}", e.getMessage());
      }
    }
    Map<String, Known> byToken = new HashMap<>();
    Map<String, Known> byName = new HashMap<>();
    for (Known known : byKey.values()) {
      byToken.put(known.token, known);
      byName.put(known.participant.name(), known);
      byName.putIfAbsent(known.participant.device(), known);
    }
    byName.remove("");
    Set<String> hubs = new HashSet<>();
    byKey.values().stream()
        .map(Known::participant)
        .filter(participant -> participant.role() == Role.HUB)
        .forEach(hub -> hubs.add(hub.device()));
    tokens.keySet().retainAll(byKey.keySet());
    stamps = files;
    snapshot =
        new Snapshot(Map.copyOf(byKey), Map.copyOf(byToken), Map.copyOf(byName), Set.copyOf(hubs));
  }

  private Known known(Path file, Certificate certificate) {
    String fileName = file.getFileName().toString();
    String name =
        certificate.name().isEmpty()
            ? fileName.substring(0, fileName.length() - ".key".length())
            : certificate.name();
    if (certificate.role().isEmpty()) {
      LOG.warn("{} names no role; it may only listen (role observer)", file);
    }
    Participant participant = certificate.named(name).participant();
    if (participant.device().isEmpty()) {
      LOG.warn(
          "{} names no device: it may speak for none; make it anew with lockstep keygen --device",
          file);
    }
    String token = tokens.computeIfAbsent(certificate.publicKey(), key -> newToken());
    return new Known(participant, token);
  }

  private String newToken() {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * One that may connect.
   *
   * @param participant who it is
   * @param token what the broker's sockets call it
   */
  record Known(Participant participant, String token) {
    /** Never shows the token. */
    @Override
    public String toString() {
      return participant.toString();
    }
  }

  private record Snapshot(
      Map<String, Known> byKey,
      Map<String, Known> byToken,
      Map<String, Known> byName,
      Set<String> hubs) {
    private static final Snapshot NOBODY = new Snapshot(Map.of(), Map.of(), Map.of(), Set.of());
  }
}
