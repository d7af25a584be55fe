package dev.lockstep.app;

import dev.lockstep.bus.BusException;
import dev.lockstep.bus.pairing.PairingCodes;
import dev.lockstep.bus.pairing.PairingRequests;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.bus.zeromq.PairingTalk;
import dev.lockstep.config.BusSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Lets a new device and a hub come to know each other's keys, with a person between them. */
public final class Pairing {
  private static final int TRIES = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(1);

  private Pairing() {}

  /**
   * Pairs this device: shows a code, waits until a person has typed it at the hub and the hub's
   * answer here, then writes both keys where the settings name them.
   *
   * @throws BusException.PairingRefused if that fails; nothing is written then
   */
  public static void pair(
      String device, BusSettings settings, BufferedReader typed, PrintStream shown)
      throws IOException {
    Path keyFile = settings.keyFile().orElseThrow(() -> missing("bus.key_file"));
    Path brokerFile = settings.brokerKeyFile().orElseThrow(() -> missing("bus.broker_key_file"));
    if (Files.exists(keyFile)) {
      throw refused(keyFile + " is there already", "remove it to pair this device anew");
    }
    String address = settings.pairingAddress().orElseThrow(() -> missing("bus.pairing_address"));
    try (PairingTalk talk = new PairingTalk(address, device)) {
      shown.println("This device shows the code " + talk.codes().device());
      shown.println("On the hub: lockstep pair accept " + talk.codes().device());
      shown.println("Then type here what the hub answers:");
      shown.flush();
      awaitAnswer(talk, typed, shown);
      awaitAccepted(talk);
      write(talk.hub(), brokerFile, ".key");
      write(talk.own(), keyFile, ".key_secret");
      shown.println("Paired. The device's key is in " + keyFile);
    }
  }

  private static void awaitAnswer(PairingTalk talk, BufferedReader typed, PrintStream shown)
      throws IOException {
    for (int left = TRIES; left > 0; left--) {
      String line = typed.readLine();
      if (line == null) {
        throw refused("nobody typed the hub's answer", "begin anew");
      }
      if (PairingCodes.isTyped(line, talk.codes().hub())) {
        return;
      }
      shown.println("That is not the hub's answer; " + (left - 1) + " tries are left");
    }
    throw refused(
        "the hub's answer was typed wrongly, or it is another hub",
        "revoke the device on the hub and begin anew over another network");
  }

  /** The hub has accepted before it answered the person, so this takes a moment only. */
  private static void awaitAccepted(PairingTalk talk) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!talk.isAccepted()) {
      if (System.nanoTime() - deadline > 0) {
        throw refused("the hub has not accepted the device", "begin anew");
      }
      LockSupport.parkNanos(BETWEEN_QUESTIONS.toNanos());
    }
  }

  private static void write(Certificate certificate, Path file, String ending) throws IOException {
    String name = file.getFileName().toString();
    if (!name.endsWith(ending)) {
      throw refused(file + " does not end with " + ending, "correct its name in the settings");
    }
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    certificate.write(folder, name.substring(0, name.length() - ending.length()));
  }

  /** Who waits at the hub. */
  public static PairingRequests requests(BusSettings settings) {
    return new PairingRequests(folder(settings), Clock.systemUTC());
  }

  /** Where those wait whom a person has to accept. */
  static Path folder(BusSettings settings) {
    return authorized(settings).resolveSibling("pairing");
  }

  /**
   * Lets in the device that shows a code.
   *
   * @return who it is; its hub code has to be typed at the device
   * @throws BusException.PairingRefused if no device shows it, or there is a key of that name
   */
  public static PairingRequests.Request accept(BusSettings settings, String code) {
    PairingRequests requests = requests(settings);
    PairingRequests.Request request = requests.find(code);
    Path file = authorized(settings).resolve(request.device() + ".key");
    if (Files.exists(file)) {
      throw refused(
          "there is a key of " + request.device() + " already",
          "lockstep pair revoke " + request.device() + " first, or give the device another id");
    }
    Certificate.ofDevice(request.device(), request.publicKey())
        .write(authorized(settings), request.device());
    requests.accepted(request);
    return request;
  }

  /**
   * Takes a key away; the broker closes its connections at once.
   *
   * @throws BusException.PairingRefused if there is none
   */
  public static void revoke(BusSettings settings, String name) throws IOException {
    Path folder = authorized(settings);
    Path file = folder.resolve(name + ".key").normalize();
    if (!file.getParent().equals(folder.normalize()) || !Files.deleteIfExists(file)) {
      throw refused("there is no key of " + name + " in " + folder, "see which keys are there");
    }
  }

  private static Path authorized(BusSettings settings) {
    return settings.authorizedKeys().orElseThrow(() -> missing("bus.authorized_keys"));
  }

  private static BusException.PairingRefused missing(String key) {
    return refused(key + " is not set", "set it in the settings");
  }

  private static BusException.PairingRefused refused(String why, String remedy) {
    return new BusException.PairingRefused(why, remedy);
  }
}
