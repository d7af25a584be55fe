package dev.lockstep.repository;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a repository is signed: the content of {@code repository.json}.
 *
 * @param expiry role to how long its metadata is valid; every role of {@link #ROLES}
 * @param thresholds role to how many keys must sign it; used when the role is created
 * @param channelTargets how many targets a channel lists itself at most when a release is
 *     published; beyond, the release's component gets a role of its own
 * @param allowUnsignedSources whether an archive from a place without TUF signatures may be
 *     published, given its hash
 */
public record RepositorySettings(
    Map<String, Duration> expiry,
    Map<String, Integer> thresholds,
    int channelTargets,
    boolean allowUnsignedSources) {
  /**
   * About here, with two targets for each release, the metadata of a channel with several
   * components becomes longer than that of one component and the delegations to all.
   */
  public static final int CHANNEL_TARGETS = 128;

  /** The delegated roles, in the order in which a client asks them. */
  public static final List<String> CHANNELS = List.of("stable", "beta", "dev");

  /** Every role that has keys. */
  public static final List<String> ROLES =
      List.of("root", "targets", "snapshot", "timestamp", "stable", "beta", "dev");

  private static final int FORMAT = 1;
  private static final int MOST_KEYS = 16;
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(36_500);
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** The same with {@link #CHANNEL_TARGETS}. */
  public RepositorySettings(Map<String, Duration> expiry, Map<String, Integer> thresholds) {
    this(expiry, thresholds, CHANNEL_TARGETS, false);
  }

  /** Checks that every role is there and every value in its range. */
  public RepositorySettings {
    expiry = Map.copyOf(expiry);
    thresholds = Map.copyOf(thresholds);
    for (String role : ROLES) {
      Duration valid = expiry.get(role);
      if (valid == null || valid.compareTo(SHORTEST) < 0 || valid.compareTo(LONGEST) > 0) {
        throw unusable("expiry of " + role + " must be 1 minute to 100 years, not " + valid);
      }
      Integer threshold = thresholds.get(role);
      if (threshold == null || threshold < 1 || threshold > MOST_KEYS) {
        throw unusable("threshold of " + role + " must be 1 to " + MOST_KEYS);
      }
    }
    if (expiry.size() != ROLES.size() || thresholds.size() != ROLES.size()) {
      throw unusable("only the roles " + ROLES + " have settings");
    }
    if (channelTargets < 0) {
      throw unusable("channel_targets must be at least 0");
    }
  }

  /**
   * One key per role; the timestamp is valid for a week, the snapshot for a month, everything else
   * for a year.
   */
  public static RepositorySettings defaults() {
    Map<String, Duration> expiry = new TreeMap<>();
    Map<String, Integer> thresholds = new TreeMap<>();
    for (String role : ROLES) {
      expiry.put(role, Duration.ofDays(365));
      thresholds.put(role, 1);
    }
    expiry.put("timestamp", Duration.ofDays(7));
    expiry.put("snapshot", Duration.ofDays(30));
    return new RepositorySettings(expiry, thresholds);
  }

  /** The same with another validity of one role. */
  public RepositorySettings withExpiry(String role, Duration valid) {
    Map<String, Duration> changed = new TreeMap<>(expiry);
    changed.put(role, valid);
    return new RepositorySettings(changed, thresholds, channelTargets, allowUnsignedSources);
  }

  /** The same with another threshold of one role. */
  public RepositorySettings withThreshold(String role, int threshold) {
    Map<String, Integer> changed = new TreeMap<>(thresholds);
    changed.put(role, threshold);
    return new RepositorySettings(expiry, changed, channelTargets, allowUnsignedSources);
  }

  /** The same with another number of targets that a channel lists itself. */
  public RepositorySettings withChannelTargets(int most) {
    return new RepositorySettings(expiry, thresholds, most, allowUnsignedSources);
  }

  /** The same with archives from places without signatures allowed, or not. */
  public RepositorySettings withUnsignedSources(boolean allowed) {
    return new RepositorySettings(expiry, thresholds, channelTargets, allowed);
  }

  /** The content of {@code repository.json}. */
  byte[] toJson() {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT);
    json.put("channel_targets", channelTargets);
    json.put("allow_unsigned_sources", allowUnsignedSources);
    ObjectNode roles = json.putObject("roles");
    for (String role : ROLES) {
      ObjectNode one = roles.putObject(role);
      one.put("expiry", expiry.get(role).toString());
      one.put("threshold", thresholds.get(role));
    }
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  /** Reads {@code repository.json}. */
  static RepositorySettings fromJson(byte[] bytes) {
    try {
      JsonNode json = MAPPER.readTree(bytes);
      if (json.path("format").asInt(0) != FORMAT) {
        throw unusable("its format is not " + FORMAT);
      }
      Map<String, Duration> expiry = new TreeMap<>();
      Map<String, Integer> thresholds = new TreeMap<>();
      for (String role : json.path("roles").propertyNames()) {
        JsonNode one = json.path("roles").get(role);
        expiry.put(role, Duration.parse(one.path("expiry").asString("")));
        thresholds.put(role, one.path("threshold").asInt(0));
      }
      int channelTargets = json.path("channel_targets").asInt(CHANNEL_TARGETS);
      return new RepositorySettings(
          expiry, thresholds, channelTargets, json.path("allow_unsigned_sources").asBoolean(false));
    } catch (JacksonException | DateTimeException unreadable) {
      throw new RepositoryException.StateUnusable(
          "read the repository's settings",
          String.valueOf(unreadable.getMessage()),
          "repair repository.json",
          unreadable);
    }
  }

  private static RepositoryException unusable(String why) {
    return new RepositoryException.Refused("use the repository's settings", why, "correct it");
  }

  static void requireChannel(String channel) {
    if (!CHANNELS.contains(channel)) {
      throw new RepositoryException.Refused(
          "use the channel " + channel, "there is no such channel", "use one of " + CHANNELS);
    }
  }
}
