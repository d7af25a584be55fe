package dev.lockstep.bus.pairing;

import dev.lockstep.bus.BusException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The devices that wait for a person, in a folder for its owner only: the hub's process adds them,
 * a person's command accepts them. At most {@value #MOST} wait, each for ten minutes; the fifth
 * wrong code within that time sends all of them away. A crash leaves whole files.
 */
public final class PairingRequests {
  /** How many may wait. */
  public static final int MOST = 16;

  private static final Duration LIFETIME = Duration.ofMinutes(10);
  private static final int WRONG_CODES = 5;
  private static final String WAITING = ".waiting";
  private static final String ACCEPTED = ".accepted";
  private static final String WRONG = ".wrong-code";

  private final Path folder;
  private final Clock clock;

  /** Makes the folder where it is not there. */
  public PairingRequests(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw refused("the folder " + folder + " cannot be made: " + e.getMessage(), "make it");
    }
  }

  /**
   * A device that waits.
   *
   * @param id chosen by the hub, random
   * @param device the name it gives itself
   * @param publicKey Z85
   * @param codes what both sides computed
   * @param since when it asked
   */
  public record Request(
      String id, String device, String publicKey, PairingCodes codes, Instant since) {}

  /** Adds a device; false if too many wait already. */
  public boolean add(Request request) {
    if (waiting().size() >= MOST) {
      return false;
    }
    Properties facts = new Properties();
    facts.setProperty("device", request.device);
    facts.setProperty("public-key", request.publicKey);
    facts.setProperty("device-code", request.codes.device());
    facts.setProperty("hub-code", request.codes.hub());
    write(request.id + WAITING, facts);
    return true;
  }

  /** Who waits, the oldest first. */
  public List<Request> waiting() {
    List<Request> found = new ArrayList<>();
    for (Path file : files(WAITING)) {
      read(file).ifPresent(found::add);
    }
    found.sort(Comparator.comparing(Request::since));
    return found;
  }

  /** Whether a person has accepted it. */
  public boolean isAccepted(String id) {
    return files(ACCEPTED).stream().anyMatch(file -> idOf(file, ACCEPTED).equals(id));
  }

  /** Whether it still waits. */
  public boolean isWaiting(String id) {
    return files(WAITING).stream().anyMatch(file -> idOf(file, WAITING).equals(id));
  }

  /**
   * Finds the device that shows a code.
   *
   * @throws BusException.PairingRefused if none does
   */
  public Request find(String typed) {
    for (Request request : waiting()) {
      if (PairingCodes.isTyped(typed, request.codes.device())) {
        return request;
      }
    }
    write(Long.toUnsignedString(System.nanoTime()) + WRONG, new Properties());
    if (files(WRONG).size() >= WRONG_CODES) {
      files(WAITING).forEach(this::delete);
      files(WRONG).forEach(this::delete);
      throw refused(
          "no device shows this code, and it was the fifth wrong one",
          "let every device ask again; somebody may be between it and the hub");
    }
    throw refused(
        "no device that waits shows this code",
        "read it again from the device; if it is right, somebody is between it and the hub");
  }

  /** Tells the device, which asks from time to time, that it is let in. */
  public void accepted(Request request) {
    write(request.id + ACCEPTED, new Properties());
    delete(folder.resolve(request.id + WAITING));
  }

  private Optional<Request> read(Path file) {
    Properties facts = new Properties();
    try (var in = Files.newBufferedReader(file)) {
      facts.load(in);
      return Optional.of(
          new Request(
              idOf(file, WAITING),
              facts.getProperty("device", ""),
              facts.getProperty("public-key", ""),
              new PairingCodes(
                  facts.getProperty("device-code", ""), facts.getProperty("hub-code", "")),
              Files.getLastModifiedTime(file).toInstant()));
    } catch (IOException e) {
      return Optional.empty(); // Accepted or expired a moment ago.
    }
  }

  private void write(String name, Properties facts) {
    try {
      Path temporary = Files.createTempFile(folder, ".request", ".tmp");
      try (var out = Files.newBufferedWriter(temporary)) {
        facts.store(out, null);
      }
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.setLastModifiedTime(temporary, java.nio.file.attribute.FileTime.from(clock.instant()));
      Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw refused(folder + " cannot be written: " + e.getMessage(), "check its space and owner");
    }
  }

  /** Those that are not too old; the others are removed. */
  private List<Path> files(String ending) {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path file : entries.filter(entry -> entry.toString().endsWith(ending)).toList()) {
        if (isOld(file)) {
          delete(file);
        } else {
          found.add(file);
        }
      }
    } catch (IOException e) {
      throw refused(folder + " cannot be read: " + e.getMessage(), "check its owner");
    }
    return found;
  }

  private boolean isOld(Path file) {
    try {
      Instant since = Files.getLastModifiedTime(file).toInstant();
      Duration age = Duration.between(since, clock.instant());
      return age.abs().compareTo(LIFETIME) > 0; // Also after the clock was set.
    } catch (IOException gone) {
      return true;
    }
  }

  private void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw refused(file + " cannot be removed: " + e.getMessage(), "remove it");
    }
  }

  private static String idOf(Path file, String ending) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ending.length());
  }

  private static BusException.PairingRefused refused(String why, String remedy) {
    return new BusException.PairingRefused(why, remedy);
  }
}
