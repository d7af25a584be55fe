package dev.lockstep.app.doctor;

import dev.lockstep.bus.BusException;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.config.BusSettings;
import dev.lockstep.config.BusSettings.Security;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys of the bus: whether they can be used, by nobody else, and belong together; on the hub
 * also who is let in.
 */
final class KeyChecks {
  private static final String CHECK = "keys";

  private final Subject subject;
  private final BusSettings bus;
  private final List<Finding> found = new ArrayList<>();

  KeyChecks(Subject subject) {
    this.subject = subject;
    this.bus = subject.settings().bus();
  }

  List<Finding> look() throws IOException {
    if (bus.security() == Security.PLAIN) {
      return List.of(Finding.ok(CHECK, "none: bus.security is plain, which stays on this machine"));
    }
    Optional<Certificate> own = pair(bus.keyFile().orElseThrow());
    Optional<Certificate> broker = read(bus.brokerKeyFile().orElseThrow());
    own.ifPresent(this::own);
    if (subject.hasBroker()) {
      Optional<Certificate> secret = pair(bus.brokerSecretKeyFile().orElseThrow());
      if (secret.isPresent()
          && broker.isPresent()
          && !secret.get().publicKey().equals(broker.get().publicKey())) {
        found.add(
            Finding.failed(
                CHECK,
                "cannot use %s: it is not the public half of %s"
                    .formatted(bus.brokerKeyFile().get(), bus.brokerSecretKeyFile().get()),
                "name the two halves of one key in the settings"));
      }
      authorized(own);
    }
    if (found.isEmpty()) {
      found.add(
          Finding.ok(
              CHECK,
              own.map(Certificate::participant).map(KeyChecks::text).orElse("")
                  + (subject.hasBroker() ? "; the hub lets it in" : "")));
    }
    return found;
  }

  private Optional<Certificate> pair(Path file) {
    Optional<Certificate> certificate = read(file);
    if (certificate.isPresent() && !certificate.get().isPair()) {
      found.add(
          Finding.failed(
              CHECK,
              "cannot use key %s: %s"
                  .formatted(
                      file,
                      certificate.get().secretKey().isEmpty()
                          ? "it has no secret half"
                          : "its two halves do not belong together"),
              "put the NAME.key_secret there that lockstep keygen made"));
      return Optional.empty();
    }
    return certificate;
  }

  private Optional<Certificate> read(Path file) {
    if (Files.exists(file) && !Files.isReadable(file)) {
      found.add(
          Finding.failed(
              CHECK,
              "cannot read key %s: it is not for this user".formatted(file),
              "run it as the user that owns the state folder"));
      return Optional.empty();
    }
    try {
      return Optional.of(Certificate.read(file));
    } catch (BusException.KeyUnusable unusable) {
      found.add(Finding.failed(CHECK, unusable.getMessage()));
      return Optional.empty();
    }
  }

  private void own(Certificate key) {
    Participant owner = key.participant();
    String device = subject.settings().device().id();
    if (owner.isBound() && !owner.device().equals(device)) {
      found.add(
          Finding.failed(
              CHECK,
              "cannot speak for %s: the key %s is bound to \"%s\""
                  .formatted(device, bus.keyFile().orElseThrow(), owner.device()),
              "make one with lockstep keygen %s --role device, or correct device.id"
                  .formatted(device)));
    }
  }

  /** Who is let in; a stranger who could add a key would be let in too. */
  private void authorized(Optional<Certificate> own) throws IOException {
    Path folder = bus.authorizedKeys().orElseThrow();
    if (!Files.isDirectory(folder)) {
      found.add(
          Finding.failed(
              CHECK,
              "cannot let anybody in: there is no folder " + folder,
              "create it, and put the .key files of those into it who may connect"));
      return;
    }
    if (FileFacts.othersMayChange(folder)) {
      found.add(
          Finding.failed(
              CHECK,
              "cannot rely on %s: others may add keys to it (%s)"
                  .formatted(folder, FileFacts.mode(folder)),
              "chmod go-w " + folder));
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".key")).sorted().toList();
    }
    boolean knowsOwn = false;
    for (Path file : files) {
      Optional<Certificate> one = read(file);
      knowsOwn |= one.isPresent() && own.isPresent() && sameKey(one.get(), own.get());
      if (one.isPresent() && one.get().role().isEmpty()) {
        found.add(
            Finding.warning(
                CHECK,
                file + " names no role, so it may only listen",
                "make it anew with lockstep keygen NAME --role ROLE"));
      }
    }
    if (own.isPresent() && !knowsOwn) {
      found.add(
          Finding.failed(
              CHECK,
              "cannot connect this device's own process: its key is not in " + folder,
              "copy the public half of %s there".formatted(bus.keyFile().orElseThrow())));
    }
  }

  private static String text(Participant owner) {
    String role = owner.role().name().toLowerCase(Locale.ROOT);
    return "a usable pair of %s, role %s".formatted(owner.name(), role);
  }

  private static boolean sameKey(Certificate one, Certificate other) {
    return one.publicKey().equals(other.publicKey());
  }
}
