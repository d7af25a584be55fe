package dev.lockstep.config;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of values that settings are made of. */
final class Formats {
  private static final Set<String> YES = Set.of("true", "yes", "on", "1");
  private static final Set<String> NO = Set.of("false", "no", "off", "0");
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?\\d{1,18}");
  private static final Pattern TIME = Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern PACKAGE = Pattern.compile("[a-z0-9][a-z0-9+.-]{1,100}");
  private static final int MOST_PACKAGES = 50;
  private static final Pattern TEXT = Pattern.compile("[^\\p{Cntrl}]{1,200}");
  private static final Pattern ADDRESS =
      Pattern.compile("tcp://([^\\s:/\\[\\]]+|\\[[0-9a-fA-F:]+]):(\\d{1,5})|(ipc|inproc)://\\S+");

  private Formats() {}

  /** Strict: words that are not plainly yes or no are errors (R40). */
  static Format<Boolean> flag() {
    return new Format<>(
        "true or false",
        value -> {
          String word = value.text().toLowerCase(Locale.ROOT);
          if (YES.contains(word)) {
            return true;
          }
          if (NO.contains(word)) {
            return false;
          }
          throw value.wrongType();
        });
  }

  /** A whole number within bounds. */
  static Format<Integer> number(int least, int most) {
    return new Format<>(
        "a whole number from " + least + " to " + most,
        value -> {
          String text = value.text();
          if (!WHOLE_NUMBER.matcher(text).matches()) {
            throw value.wrongType();
          }
          long number = Long.parseLong(text);
          if (number < least || number > most) {
            throw value.outOfRange();
          }
          return (int) number;
        });
  }

  /** A duration within bounds; a bare number counts in the unit of {@code bare}. */
  static Format<Duration> duration(String least, String most, Durations.Unit bare) {
    Duration floor = Durations.parse(least, bare).orElseThrow();
    Duration ceiling = Durations.parse(most, bare).orElseThrow();
    return new Format<>(
        "a duration from %s to %s such as 90s, 15m, 24h or PT6H; a bare number means %s"
            .formatted(least, most, bare.words()),
        value -> {
          Duration duration =
              Durations.parse(value.text(), bare).orElseThrow(() -> value.wrongType());
          if (duration.compareTo(floor) < 0 || duration.compareTo(ceiling) > 0) {
            throw value.outOfRange();
          }
          return duration;
        });
  }

  /** A time of the day. */
  static Format<LocalTime> time() {
    return new Format<>(
        "HH:MM between 00:00 and 23:59",
        value -> {
          if (!TIME.matcher(value.text()).matches()) {
            throw value.outOfRange();
          }
          return LocalTime.parse(value.text());
        });
  }

  /** A time zone. */
  static Format<ZoneId> zone() {
    return new Format<>(
        "a time zone such as Europe/Berlin or UTC",
        value -> {
          try {
            return ZoneId.of(value.text());
          } catch (DateTimeException unknown) {
            throw value.outOfRange();
          }
        });
  }

  /** One of an enum's constants, in lower case. */
  static <E extends Enum<E>> Format<E> choice(Class<E> type) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      words.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    return new Format<>(
        String.join(" or ", words.keySet()),
        value -> {
          E constant = words.get(value.text());
          if (constant == null) {
            throw value.outOfRange();
          }
          return constant;
        });
  }

  /** A text of a given form. */
  static Format<String> text(String allowed, String form) {
    Pattern pattern = Pattern.compile(form);
    return new Format<>(
        allowed,
        value -> {
          if (!pattern.matcher(value.text()).matches()) {
            throw value.outOfRange();
          }
          return value.text();
        });
  }

  /** A path; a relative one is relative to the settings file. */
  static Format<Path> path() {
    return new Format<>(
        "a path; a relative one starts at the folder of this file",
        value -> {
          if (value.text().isBlank()) {
            throw value.outOfRange();
          }
          try {
            return value.directory().resolve(value.text()).normalize();
          } catch (InvalidPathException unusable) {
            throw value.outOfRange();
          }
        });
  }

  /** A web address without user information. */
  static Format<URI> url() {
    return new Format<>(
        "a URL such as https://updates.example.org/, without user and password",
        value -> {
          try {
            URI uri = new URI(value.text());
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (!web || uri.getHost() == null || uri.getRawUserInfo() != null) {
              throw value.outOfRange();
            }
            return uri;
          } catch (URISyntaxException unreadable) {
            throw value.outOfRange();
          }
        });
  }

  /** The web address of a folder: ends with a slash, has no query. */
  static Format<URI> folderUrl() {
    Format<URI> url = url();
    return new Format<>(
        url.allowed() + "; a missing slash at the end is added",
        value -> {
          URI uri = url.read(value);
          if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw value.outOfRange();
          }
          return uri.toString().endsWith("/") ? uri : URI.create(uri + "/");
        });
  }

  /** Several of them. */
  static Format<List<URI>> folderUrls() {
    Format<URI> url = folderUrl();
    return new Format<>(
        "a list of URLs such as [https://mirror.example.org/metadata/]",
        value -> value.items().stream().map(url::read).toList());
  }

  /** A ZeroMQ endpoint. */
  static Format<String> address() {
    return new Format<>(
        "tcp://HOST:PORT with a port from 1 to 65535, or ipc:///PATH",
        value -> {
          var matcher = ADDRESS.matcher(value.text());
          if (!matcher.matches()) {
            throw value.outOfRange();
          }
          int port = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
          if (port < 1 || port > 65535) {
            throw value.outOfRange();
          }
          return value.text();
        });
  }

  /** An address of this machine to listen on. */
  static Format<InetSocketAddress> listenAddress() {
    return new Format<>(
        "HOST:PORT with an address of this machine and a port from 0 to 65535, such as 0.0.0.0:8765",
        value -> {
          int colon = value.text().lastIndexOf(':');
          String port = value.text().substring(colon + 1);
          if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw value.outOfRange();
          }
          return InetSocketAddress.createUnresolved(
              value.text().substring(0, colon), Integer.parseInt(port));
        });
  }

  /** A program with its arguments; placeholders of the given names stay. */
  static Format<List<String>> command(Set<String> kept) {
    return new Format<>(
        "a list such as [bin/run, --port, \"8080\"]",
        value -> {
          List<String> words = value.items().stream().map(item -> item.text(kept)).toList();
          if (!words.isEmpty() && words.get(0).isBlank()) {
            throw value.outOfRange();
          }
          return words;
        });
  }

  /** Paths inside a component's folder. */
  static Format<List<String>> insidePaths() {
    return new Format<>(
        "a list of paths inside the component's folder, such as [data]",
        value -> value.items().stream().map(Formats::insidePath).toList());
  }

  /** Names of the distribution's packages, as the root helper takes them. */
  static Format<List<String>> packages() {
    return new Format<>(
        "a list of at most 50 names of packages, such as [openssl, ca-certificates]",
        value -> {
          List<Value> items = value.items();
          if (items.size() > MOST_PACKAGES) {
            throw value.outOfRange();
          }
          for (Value item : items) {
            if (!PACKAGE.matcher(item.text()).matches()) {
              throw item.outOfRange();
            }
          }
          return items.stream().map(Value::text).toList();
        });
  }

  private static String insidePath(Value item) {
    String path = item.text();
    boolean leaves = Arrays.asList(path.split("/", -1)).contains("..");
    if (path.isBlank() || path.startsWith("/") || leaves || path.indexOf('\0') >= 0) {
      throw item.outOfRange();
    }
    return path;
  }

  /** Names of the operator's own with a text for each. */
  static Format<Map<String, String>> labels() {
    return new Format<>(
        "a map such as {site: berlin}, names of lower-case letters, digits, '.', '_' or '-', texts of"
            + " 1 to 200 characters",
        value -> {
          Map<String, String> labels = new LinkedHashMap<>();
          value
              .entries()
              .forEach(
                  (name, text) -> {
                    boolean fits =
                        LABEL.matcher(name).matches() && TEXT.matcher(text.text()).matches();
                    if (!fits) {
                      throw value.outOfRange();
                    }
                    labels.put(name, text.text());
                  });
          return labels;
        });
  }

  /** Environment variables; placeholders of the given names stay in their values. */
  static Format<Map<String, String>> variables(Set<String> kept) {
    return new Format<>(
        "a map such as {PORT: \"8080\"}, names of letters, digits and underscores",
        value -> {
          Map<String, Value> entries = value.entries();
          if (!entries.keySet().stream().allMatch(name -> VARIABLE.matcher(name).matches())) {
            throw value.outOfRange();
          }
          return entries.entrySet().stream()
              .collect(
                  Collectors.toMap(
                      Map.Entry::getKey,
                      entry -> entry.getValue().text(kept),
                      (first, second) -> second,
                      LinkedHashMap::new));
        });
  }
}
