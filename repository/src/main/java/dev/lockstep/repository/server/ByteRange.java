package dev.lockstep.repository.server;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a file that a request asks for (RFC 9110, section 14).
 *
 * @param first offset of the first byte
 * @param last offset of the last byte, inclusive; {@code first - 1} if no byte of the file is in
 *     the range
 */
record ByteRange(long first, long last) {
  private static final Pattern SINGLE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /**
   * Reads a Range header. Empty if there is none, or one that a server may ignore: several ranges,
   * another unit, nonsense.
   */
  static Optional<ByteRange> of(String header, long length) {
    Matcher single = header == null ? null : SINGLE.matcher(header.strip());
    if (single == null || !single.matches()) {
      return Optional.empty();
    }
    String from = single.group(1);
    String to = single.group(2);
    if (from.isEmpty() && to.isEmpty()) {
      return Optional.empty();
    }
    if (from.isEmpty()) {
      long wanted = Math.min(Long.parseLong(to), length);
      return Optional.of(new ByteRange(length - wanted, length - 1));
    }
    long first = Long.parseLong(from);
    long last = to.isEmpty() ? length - 1 : Math.min(Long.parseLong(to), length - 1);
    if (!to.isEmpty() && Long.parseLong(to) < first) {
      return Optional.empty();
    }
    return Optional.of(new ByteRange(first, first >= length ? first - 1 : last));
  }

  boolean isSatisfiable() {
    return last >= first;
  }

  long length() {
    return last - first + 1;
  }
}
