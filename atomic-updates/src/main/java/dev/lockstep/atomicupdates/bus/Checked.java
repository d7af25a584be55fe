package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.protocol.release.DeviceNames;
import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.v1.Api;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.RevertData;
import dev.lockstep.protocol.version.MalformedVersionException;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads fields of messages, wire to domain. Whoever sends is not trusted: ids are short and cannot
 * be taken for paths, lists are bounded, texts are cut and lose their control characters.
 */
final class Checked {
  // As the settings allow for components and devices; it cannot begin with a dot or have a slash.
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern JOB = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,95}");
  private static final Pattern TARGET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+/-]{0,511}");
  private static final Pattern BACKUP = Pattern.compile("backup_[A-Za-z0-9][A-Za-z0-9._+-]{0,150}");
  private static final int MAX_LIST = 10_000;
  private static final int MAX_APIS = 64;
  private static final int MAX_TEXT = 500;

  private Checked() {}

  static String job(String text) {
    return id("job_id", JOB, text);
  }

  static String component(String text) {
    return id("component", ID, text);
  }

  static String device(String text) {
    return id("device", ID, text);
  }

  static Set<String> devices(Collection<String> texts) {
    bounded("devices", texts.size());
    return Set.copyOf(texts.stream().map(Checked::device).distinct().toList());
  }

  static Set<String> devices(OfferedRelease release) {
    try {
      return devices(DeviceNames.of(release));
    } catch (MalformedReleaseException malformed) {
      throw new MalformedContentException("packed_devices", malformed);
    }
  }

  static ReleaseVersion version(String text) {
    try {
      return ReleaseVersion.parse(text);
    } catch (MalformedVersionException malformed) {
      throw new MalformedContentException("version", malformed);
    }
  }

  /** Null for the empty text. */
  static ReleaseVersion versionOrNone(String text) {
    return text.isEmpty() ? null : version(text);
  }

  /** A TUF target path, or empty. */
  static String target(String text) {
    if (text.isEmpty()) {
      return text;
    }
    if (!TARGET.matcher(text).matches() || text.contains("..") || text.contains("//")) {
      throw new MalformedContentException("manifest_target", "it is no target path");
    }
    return text;
  }

  static Map<String, ReleaseVersion> provided(List<Api> apis) {
    return apis(apis, Checked::version);
  }

  static Map<String, VersionRange> required(List<Api> apis) {
    return apis(apis, Checked::range);
  }

  /** What becomes of the data; a choice that is not known must not be taken for another one. */
  static DataOnRevert data(RevertData choice, String backup) {
    return switch (choice) {
      case REVERT_DATA_UNSPECIFIED -> DataOnRevert.AS_KEPT;
      case REVERT_DATA_KEEP -> DataOnRevert.KEEP;
      case REVERT_DATA_RESTORE ->
          DataOnRevert.restoring(backup.isEmpty() ? backup : id("backup", BACKUP, backup));
      case UNRECOGNIZED -> throw new MalformedContentException("data", "it is none that is known");
    };
  }

  /** For people and logs only. */
  static String text(String text) {
    String cut = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
    return cut.replaceAll("\\p{Cntrl}", " ");
  }

  static void bounded(String field, int size) {
    if (size > MAX_LIST) {
      throw new MalformedContentException(field, size + " entries are over " + MAX_LIST);
    }
  }

  private static VersionRange range(String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new MalformedContentException("range", "it has control characters");
    }
    try {
      return new VersionRange(text);
    } catch (MalformedVersionException malformed) {
      throw new MalformedContentException("range", malformed);
    }
  }

  private static <T> Map<String, T> apis(List<Api> apis, Function<String, T> reader) {
    if (apis.size() > MAX_APIS) {
      throw new MalformedContentException("apis", apis.size() + " are over " + MAX_APIS);
    }
    Map<String, T> read = new HashMap<>();
    apis.forEach(api -> read.put(id("api", ID, api.getName()), reader.apply(api.getVersion())));
    return read;
  }

  private static String id(String field, Pattern allowed, String text) {
    if (!allowed.matcher(text).matches()) {
      throw new MalformedContentException(
          field, "\"" + text(text) + "\" does not match " + allowed.pattern());
    }
    return text;
  }
}
