package dev.lockstep.atomicupdates.lancache;

import dev.lockstep.config.SourceSettings;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of the repository that somebody asks for.
 *
 * @param upstreams where the repository, then its mirrors, have it
 * @param key its name in the cache; empty where it is not kept
 * @param hash the SHA-256 that its content must have to be kept; empty where its name tells none
 * @param maxAge for how long it may be served without asking the repository
 */
record AskedFile(List<URI> upstreams, String key, Optional<String> hash, Duration maxAge) {
  private static final String METADATA = "/metadata/";
  private static final String TARGETS = "/targets/";
  private static final String METADATA_KEY = "m-";
  private static final int MAX_PATH = 1024;
  private static final Pattern ALLOWED =
      Pattern.compile("(?:[A-Za-z0-9._~!@+=,/-]|%[0-9A-Fa-f]{2})+");
  private static final Pattern HASHED = Pattern.compile("([0-9a-f]{64})\\..+");
  private static final Pattern VERSIONED = Pattern.compile("[1-9][0-9]*\\..+\\.json");

  /** A content never changes under its hash. */
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  /**
   * Such a file does not change either, but the hub cannot tell the right one from what a broken
   * network gave it, so a wrong one has to go by itself.
   */
  private static final Duration VERSIONED_AGE = Duration.ofMinutes(10);

  /** Long enough for a hundred devices that ask together. */
  private static final Duration TIMESTAMP_AGE = Duration.ofSeconds(2);

  /** What a path of a request means; empty for all that is not a file of the repository. */
  static Optional<AskedFile> of(String rawPath, SourceSettings source) {
    if (rawPath == null || rawPath.length() > MAX_PATH || !ALLOWED.matcher(rawPath).matches()) {
      return Optional.empty();
    }
    boolean metadata = rawPath.startsWith(METADATA);
    if (!metadata && !rawPath.startsWith(TARGETS)) {
      return Optional.empty();
    }
    String rest = rawPath.substring(metadata ? METADATA.length() : TARGETS.length());
    if (leaves(rest)) {
      return Optional.empty();
    }
    List<URI> places =
        metadata
            ? joined(source.metadataUrl(), source.metadataMirrors())
            : joined(source.contentUrl(), source.contentMirrors());
    List<URI> upstreams = places.stream().map(place -> URI.create(place + rest)).toList();
    String name = rest.substring(rest.lastIndexOf('/') + 1);
    if (metadata) {
      boolean versioned = VERSIONED.matcher(name).matches();
      return Optional.of(
          new AskedFile(
              upstreams,
              METADATA_KEY + sha256(rest),
              Optional.empty(),
              versioned ? VERSIONED_AGE : TIMESTAMP_AGE));
    }
    Matcher hashed = HASHED.matcher(name);
    return Optional.of(
        hashed.matches()
            ? new AskedFile(
                upstreams, "t-" + hashed.group(1), Optional.of(hashed.group(1)), FOR_EVER)
            : new AskedFile(upstreams, "", Optional.empty(), Duration.ZERO));
  }

  private static List<URI> joined(URI own, List<URI> mirrors) {
    return Stream.concat(Stream.of(own), mirrors.stream()).toList();
  }

  /** What it is called, for people. */
  String path() {
    return upstreams.get(0).getPath();
  }

  /** Whether it would lead out of the folder, also where that is hidden in escapes. */
  private static boolean leaves(String rest) {
    String decoded = URLDecoder.decode(rest.replace("+", "%2B"), StandardCharsets.UTF_8);
    List<String> parts = Arrays.asList(decoded.replace('\\', '/').split("/", -1));
    return parts.stream().anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."))
        || decoded.chars().anyMatch(Character::isISOControl);
  }

  /** Whether it is metadata; otherwise it is a target. */
  boolean isMetadata() {
    return key.startsWith(METADATA_KEY);
  }

  /** Whether it is kept at all. */
  boolean kept() {
    return !key.isEmpty();
  }

  private static String sha256(String text) {
    return HexFormat.of().formatHex(newDigest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
