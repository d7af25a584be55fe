package dev.lockstep.atomicupdates.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a backup's file {@code INDEX} says: a line {@code bytes N} with the size of all files, then
 * one per configured path: {@code present} or {@code absent}, a space, the path; at the end {@code
 * sha256} and the checksum of all that.
 *
 * @param bytes of all files when it was made; empty where it does not say
 * @param paths the configured paths in their order
 */
record BackupIndex(OptionalLong bytes, List<Entry> paths) {
  static final String FILE = "INDEX";
  private static final String PRESENT = "present ";
  private static final String ABSENT = "absent ";
  private static final String BYTES = "bytes ";
  private static final String CHECKSUM = "sha256 ";

  /**
   * One configured path.
   *
   * @param path relative to the component's folder
   * @param present whether anything was there
   */
  record Entry(String path, boolean present) {}

  /**
   * Reads that of a backup.
   *
   * @throws IOException where it is missing, not readable, not understood, or no longer what was
   *     written: one that has lost a line would put back a part of the data and say it was all
   */
  static BackupIndex read(Path backup) throws IOException {
    OptionalLong bytes = OptionalLong.empty();
    List<Entry> paths = new ArrayList<>();
    String text = Files.readString(backup.resolve(FILE));
    int end = text.lastIndexOf(CHECKSUM);
    if (end < 0 || !text.substring(end).equals(checksum(text.substring(0, end)))) {
      throw new IOException("the index of " + backup + " is damaged");
    }
    for (String line : text.substring(0, end).lines().toList()) {
      if (line.startsWith(PRESENT)) {
        paths.add(new Entry(line.substring(PRESENT.length()), true));
      } else if (line.startsWith(ABSENT)) {
        paths.add(new Entry(line.substring(ABSENT.length()), false));
      } else if (!line.startsWith(BYTES)) {
        throw new IOException("the index of " + backup + " has an unknown line: " + line);
      } else if (line.substring(BYTES.length()).matches("\\d{1,18}")) {
        bytes = OptionalLong.of(Long.parseLong(line.substring(BYTES.length())));
      }
    }
    return new BackupIndex(bytes, List.copyOf(paths));
  }

  /** As it is written. */
  byte[] content() {
    StringBuilder text = new StringBuilder();
    bytes.ifPresent(number -> text.append(BYTES).append(number).append('\n'));
    paths.forEach(
        entry -> text.append(entry.present() ? PRESENT : ABSENT).append(entry.path()).append('\n'));
    text.append(checksum(text.toString()));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The last line, of all that is before it. */
  private static String checksum(String before) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(before.getBytes(StandardCharsets.UTF_8));
      return CHECKSUM + HexFormat.of().formatHex(hash) + "\n";
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
