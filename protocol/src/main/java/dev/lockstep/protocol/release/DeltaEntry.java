package dev.lockstep.protocol.release;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One entry of a delta's archive, as its name says it. Names hold hashes and numbers only, so none
 * can be a path.
 *
 * <p>{@code whole/CONTENT} is a content as it is. {@code patch/CONTENT/BASE/OFFSET-LENGTH} is a
 * Zstandard frame of at most {@value #MAX_BLOCK} bytes of it, with that part of BASE as its raw
 * dictionary; the patches of one content follow each other in the content's order. CONTENT and BASE
 * are SHA-256, lower-case hex.
 *
 * @param content what it is a part of
 * @param base where the bytes are that it was made from; empty for a whole content
 */
public record DeltaEntry(String content, Optional<Base> base) {
  /** Bytes of a content that one patch gives, at most. */
  public static final int MAX_BLOCK = 4 << 20;

  /** Bytes of a base that one patch uses, at most. */
  public static final int MAX_BASE = 8 << 20;

  /** Bytes of a patch, at most: what does not compress is a little longer than it was. */
  public static final int MAX_PATCH = MAX_BLOCK + (64 << 10);

  private static final Pattern NAME =
      Pattern.compile(
          "whole/([0-9a-f]{64})"
              + "|patch/([0-9a-f]{64})/([0-9a-f]{64})/([0-9]{1,16})-([0-9]{1,8})");
  private static final int WHOLE = 1;
  private static final int PATCHED = 2;
  private static final int BASE = 3;
  private static final int OFFSET = 4;
  private static final int LENGTH = 5;

  /**
   * A part of an old content.
   *
   * @param content its hash
   * @param offset where the part begins
   * @param length bytes, 1 to {@value DeltaEntry#MAX_BASE}
   */
  public record Base(String content, long offset, int length) {
    /** Checks the numbers. */
    public Base {
      if (offset < 0 || offset > Manifest.MAX_SIZE || length < 1 || length > MAX_BASE) {
        throw new MalformedReleaseException("delta", "a patch uses too much of an old file");
      }
    }
  }

  /** A content as it is. */
  public static DeltaEntry whole(String content) {
    return new DeltaEntry(content, Optional.empty());
  }

  /** A part of a content, to be made from a part of another. */
  public static DeltaEntry patch(String content, Base base) {
    return new DeltaEntry(content, Optional.of(base));
  }

  /**
   * Reads a name.
   *
   * @throws MalformedReleaseException if it is not one of a delta's entries
   */
  public static DeltaEntry parse(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      throw new MalformedReleaseException("delta", "it has an entry that no delta has");
    }
    if (parts.group(WHOLE) != null) {
      return whole(parts.group(WHOLE));
    }
    return patch(
        parts.group(PATCHED),
        new Base(
            parts.group(BASE),
            Long.parseLong(parts.group(OFFSET)),
            Integer.parseInt(parts.group(LENGTH))));
  }

  /** Its name in the archive. */
  public String name() {
    return base.map(
            old ->
                "patch/%s/%s/%d-%d".formatted(content, old.content(), old.offset(), old.length()))
        .orElse("whole/" + content);
  }
}
