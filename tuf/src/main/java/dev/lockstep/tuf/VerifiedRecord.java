package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.Hashes;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one refresh has verified, kept for the next process: a chain in which each document was
 * verified against the ones before it.
 *
 * <p>It says nothing about bytes that do not have the digest it names, and nothing at all under
 * another root. Expiry is checked whenever it is used. It is as trustworthy as the root that is
 * kept in the same place, and no more (docs/adr/0003-remember-verified-metadata.md).
 *
 * @param stamps by role, what the store said of its file, see {@link MetadataStore#stamp}
 */
record VerifiedRecord(
    VerifiedFacts root,
    VerifiedFacts timestamp,
    VerifiedFacts snapshot,
    VerifiedFacts targets,
    Map<String, String> stamps) {

  /** To be counted up when documents are verified in another way than before. */
  private static final String FIRST_LINE = "lockstep verified metadata 1";

  private static final String NO_STAMP = "-";
  private static final List<String> ROLES = List.of("root", "timestamp", "snapshot", "targets");

  VerifiedRecord {
    stamps = Map.copyOf(stamps);
  }

  byte[] toBytes() {
    List<VerifiedFacts> facts = List.of(root, timestamp, snapshot, targets);
    StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
    for (int i = 0; i < ROLES.size(); i++) {
      VerifiedFacts each = facts.get(i);
      text.append(ROLES.get(i))
          .append(' ')
          .append(each.digest())
          .append(' ')
          .append(each.length())
          .append(' ')
          .append(each.version())
          .append(' ')
          .append(each.expires().getEpochSecond())
          .append(' ')
          .append(stamps.getOrDefault(ROLES.get(i), NO_STAMP))
          .append('\n');
    }
    return text.append(sum(text.toString()))
        .append('\n')
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Reads what {@link #toBytes} wrote; empty if it is anything else, for example damaged. */
  static Optional<VerifiedRecord> parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    String[] lines = text.split("\n", -1);
    int last = ROLES.size() + 1;
    if (lines.length != last + 2 || !lines[0].equals(FIRST_LINE) || !lines[last + 1].isEmpty()) {
      return Optional.empty();
    }
    String summed = text.substring(0, text.length() - lines[last].length() - 1);
    if (!lines[last].equals(sum(summed))) {
      return Optional.empty();
    }
    List<VerifiedFacts> facts = new ArrayList<>();
    Map<String, String> stamps = new HashMap<>();
    try {
      for (int i = 0; i < ROLES.size(); i++) {
        String[] words = lines[i + 1].split(" ", -1);
        if (words.length != 6 || !words[0].equals(ROLES.get(i))) {
          return Optional.empty();
        }
        facts.add(
            new VerifiedFacts(
                words[1],
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Instant.ofEpochSecond(Long.parseLong(words[4]))));
        if (!words[5].equals(NO_STAMP)) {
          stamps.put(ROLES.get(i), words[5]);
        }
      }
    } catch (NumberFormatException | DateTimeException e) {
      // Nothing is remembered then; everything is verified once more.
      return Optional.empty();
    }
    return Optional.of(
        new VerifiedRecord(facts.get(0), facts.get(1), facts.get(2), facts.get(3), stamps));
  }

  /** Against damage, not against attackers: an expiry that lost a bit would never be noticed. */
  private static String sum(String text) {
    return Hashes.hex("sha256", text.getBytes(StandardCharsets.UTF_8));
  }
}
