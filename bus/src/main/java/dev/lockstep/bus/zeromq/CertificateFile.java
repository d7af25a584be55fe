package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.BusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The text form of a {@link Certificate}: ZPL with the sections {@code metadata}, {@code curve}.
 */
final class CertificateFile {
  private static final long MAX_BYTES = 16 * 1024;
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private CertificateFile() {}

  static Certificate read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw unusable(file, "it is too large for a certificate");
      }
      Certificate certificate = parse(file, Files.readString(file));
      if (certificate.secretKey().isPresent()) {
        requirePrivate(file);
      }
      return certificate;
    } catch (NoSuchFileException e) {
      throw new BusException.KeyUnusable(
          file.toString(), "it does not exist", "create it or correct its path");
    } catch (IOException e) {
      throw unusable(file, "it cannot be read: " + e.getMessage());
    }
  }

  private static Certificate parse(Path file, String text) {
    Map<String, String> metadata = new TreeMap<>();
    Map<String, String> keys = new TreeMap<>();
    Map<String, String> section = new TreeMap<>();
    for (String line : text.lines().toList()) {
      String trimmed = line.strip();
      int equals = trimmed.indexOf('=');
      if (trimmed.isEmpty() || trimmed.startsWith("#")) {
        continue;
      }
      if (equals < 0) {
        section = trimmed.equals("metadata") ? metadata : trimmed.equals("curve") ? keys : section;
      } else {
        section.put(trimmed.substring(0, equals).strip(), unquote(trimmed.substring(equals + 1)));
      }
    }
    String publicKey = keys.get("public-key");
    if (publicKey == null) {
      throw unusable(file, "it has no public-key");
    }
    try {
      return new Certificate(publicKey, Optional.ofNullable(keys.get("secret-key")), metadata);
    } catch (IllegalArgumentException e) {
      throw unusable(file, e.getMessage());
    }
  }

  /** czmq quotes values, pyzmq does not quote metadata. */
  private static String unquote(String value) {
    String stripped = value.strip();
    if (stripped.length() >= 2) {
      char first = stripped.charAt(0);
      if ((first == '"' || first == '\'') && stripped.charAt(stripped.length() - 1) == first) {
        return stripped.substring(1, stripped.length() - 1);
      }
    }
    return stripped;
  }

  private static void requirePrivate(Path file) throws IOException {
    try {
      Set<PosixFilePermission> others = EnumSet.copyOf(OTHERS);
      others.retainAll(Files.getPosixFilePermissions(file));
      if (!others.isEmpty()) {
        throw new BusException.KeyUnusable(
            file.toString(),
            "others than its owner can read or change it",
            "run chmod 600 " + file);
      }
    } catch (UnsupportedOperationException e) {
      throw unusable(file, "its file system knows no permissions: " + e.getMessage());
    }
  }

  /** Writes beside the file and renames, so that nobody ever reads half a key. */
  static void write(Path file, Certificate certificate) {
    boolean secret = certificate.secretKey().isPresent();
    Set<PosixFilePermission> mode =
        PosixFilePermissions.fromString(secret ? "rw-------" : "rw-r--r--");
    Path folder = file.toAbsolutePath().getParent();
    Path temporary = null;
    try {
      // Created for the owner only, so that a secret key is never readable in between.
      temporary = Files.createTempFile(folder, ".certificate", ".tmp");
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text(certificate).getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.setPosixFilePermissions(temporary, mode);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    } catch (IOException e) {
      throw new BusException.KeyUnusable(
          file.toString(),
          "it cannot be written: " + e.getMessage() + discard(temporary),
          "check that the folder exists, is writable and has space");
    }
  }

  /** Says what is left behind, if the half-written file cannot be removed. */
  private static String discard(Path temporary) {
    if (temporary == null) {
      return "";
    }
    try {
      Files.deleteIfExists(temporary);
      return "";
    } catch (IOException e) {
      return " (" + temporary + " is left behind: " + e.getMessage() + ")";
    }
  }

  private static String text(Certificate certificate) {
    StringBuilder text = new StringBuilder(512);
    boolean secret = certificate.secretKey().isPresent();
    text.append("#   ****  Generated on ").append(Instant.now()).append(" by Lockstep  ****\n");
    if (secret) {
      text.append("#   ZeroMQ CURVE **Secret** Certificate\n");
      text.append("#   DO NOT PROVIDE THIS FILE TO OTHER USERS nor change its permissions.\n\n");
    } else {
      text.append("#   ZeroMQ CURVE Public Certificate\n");
      text.append("#   Exchange securely, or verify its contents after the exchange.\n\n");
    }
    text.append("metadata\n");
    certificate.metadata().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> append(text, entry.getKey(), entry.getValue()));
    text.append("curve\n");
    append(text, "public-key", certificate.publicKey());
    certificate.secretKey().ifPresent(key -> append(text, "secret-key", key));
    return text.toString();
  }

  private static void append(StringBuilder text, String key, String value) {
    text.append("    ").append(key).append(" = \"").append(value).append("\"\n");
  }

  private static BusException.KeyUnusable unusable(Path file, String why) {
    return new BusException.KeyUnusable(
        file.toString(), why, "replace it with a ZeroMQ certificate file");
  }
}
