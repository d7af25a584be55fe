package dev.lockstep.tuf.command;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command line asks for: options, then one verb.
 *
 * @param rootFile of {@code init}, otherwise null
 * @param metadataUrl of {@code refresh} and {@code download}, otherwise null
 * @param targetBaseUrl of {@code download}, otherwise null
 * @param targetDir of {@code download}, otherwise null
 */
record ClientOptions(
    Verb verb,
    Path metadataDir,
    Path rootFile,
    URI metadataUrl,
    URI targetBaseUrl,
    Path targetDir,
    List<String> targetNames) {

  enum Verb {
    INIT,
    REFRESH,
    DOWNLOAD
  }

  static final String USAGE =
      """
      usage: tuf-client --metadata-dir DIR init ROOT_FILE
             tuf-client --metadata-dir DIR --metadata-url URL refresh
             tuf-client --metadata-dir DIR --metadata-url URL --target-base-url URL
                        --target-dir DIR --target-name PATH [--target-name PATH ...] download""";

  /** Says why a command line cannot be carried out. */
  static final class UsageException extends RuntimeException {
    UsageException(String message) {
      super(message);
    }
  }

  static ClientOptions parse(String... arguments) {
    Reader reader = new Reader(arguments);
    Path metadataDir = null;
    URI metadataUrl = null;
    URI targetBaseUrl = null;
    Path targetDir = null;
    List<String> targetNames = new ArrayList<>();
    String word = reader.next("a verb");
    while (word.startsWith("--")) {
      String value = reader.next("a value for " + word);
      switch (word) {
        case "--metadata-dir" -> metadataDir = Path.of(value);
        case "--metadata-url" -> metadataUrl = url(word, value);
        case "--target-base-url" -> targetBaseUrl = url(word, value);
        case "--target-dir" -> targetDir = Path.of(value);
        case "--target-name" -> targetNames.add(value);
        default -> throw new UsageException("there is no option " + word);
      }
      word = reader.next("a verb");
    }
    Verb verb = verb(word);
    Path rootFile = verb == Verb.INIT ? Path.of(reader.next("a root file")) : null;
    reader.end();
    require(metadataDir, "--metadata-dir");
    if (verb != Verb.INIT) {
      require(metadataUrl, "--metadata-url");
    }
    if (verb == Verb.DOWNLOAD) {
      require(targetBaseUrl, "--target-base-url");
      require(targetDir, "--target-dir");
      require(targetNames.isEmpty() ? null : targetNames, "--target-name");
    }
    return new ClientOptions(
        verb, metadataDir, rootFile, metadataUrl, targetBaseUrl, targetDir, targetNames);
  }

  private static Verb verb(String word) {
    return switch (word) {
      case "init" -> Verb.INIT;
      case "refresh" -> Verb.REFRESH;
      case "download" -> Verb.DOWNLOAD;
      default -> throw new UsageException("there is no verb " + word);
    };
  }

  private static URI url(String option, String value) {
    try {
      URI url = URI.create(value);
      if (url.getRawQuery() == null && url.getRawFragment() == null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + " is not an address: " + value);
    }
    throw new UsageException(option + " has a query or fragment: file names cannot follow it");
  }

  private static void require(Object value, String option) {
    if (value == null) {
      throw new UsageException(option + " is missing");
    }
  }

  private static final class Reader {
    private final String[] words;
    private int position;

    Reader(String[] words) {
      this.words = words;
    }

    String next(String expected) {
      if (position == words.length) {
        throw new UsageException(expected + " is missing");
      }
      return words[position++];
    }

    void end() {
      if (position < words.length) {
        throw new UsageException("nothing may follow the verb, but " + words[position] + " does");
      }
    }
  }
}
