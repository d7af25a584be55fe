package dev.lockstep.sample;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What a release of the sample says of itself.
 *
 * @param version content of the release's VERSION file
 * @param api version of the API between the two
 * @param healthy false in a release that is meant to fail its health check
 */
public record ReleaseFacts(String version, String api, boolean healthy) {

  /** Reads VERSION and release.properties of the release. */
  public static ReleaseFacts of(Path release) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(release.resolve("release.properties"))) {
      properties.load(reader);
    }
    return new ReleaseFacts(
        Files.readString(release.resolve("VERSION")).strip(),
        properties.getProperty("api", "1.0.0"),
        Boolean.parseBoolean(properties.getProperty("healthy", "true")));
  }
}
