package dev.lockstep.repository;

import dev.lockstep.tuf.Download;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import dev.lockstep.tuf.TufException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An archive from a place without TUF signatures, such as the releases page of a project, fetched
 * to be signed here.
 *
 * <p>Only a publisher takes from such a place, and only where {@code allow_unsigned_sources} in
 * {@code repository.json} says so: a device believes signatures, never a place. The publisher names
 * the SHA-256 that the archive must have; a warning is logged at every use. Nothing of a fetched
 * file is used before its hash is right, and nothing is left of it after {@link #close}.
 */
public final class UnsignedSource implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UnsignedSource.class);
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final long MOST_BYTES = 20L << 30;
  private static final int BUFFER = 1 << 16;

  private final Path folder;
  private final Path file;

  private UnsignedSource(Path folder, Path file) {
    this.folder = folder;
    this.file = file;
  }

  /**
   * How the archive is fetched.
   *
   * @param redirectHosts hosts that a redirect may lead to
   * @param plainHttp whether http (not https) will do
   */
  public record Reach(Set<String> redirectHosts, boolean plainHttp) {}

  /**
   * Fetches an archive.
   *
   * @param settings of the repository that will sign it
   * @param sha256 64 hexadecimal digits in lower case
   * @throws RepositoryException.Refused if the settings do not allow it, the hash is no SHA-256,
   *     the archive does not arrive, or it has another hash
   */
  public static UnsignedSource fetch(
      RepositorySettings settings, URI address, String sha256, Reach reach) {
    URI shown = withoutSecrets(address);
    String what = "publish " + shown;
    if (!settings.allowUnsignedSources()) {
      throw new RepositoryException.Refused(
          what,
          "its place has no TUF signatures",
          "set allow_unsigned_sources to true in repository.json if you trust it");
    }
    if (!SHA256.matcher(sha256).matches()) {
      throw new RepositoryException.Refused(
          what, "\"" + sha256 + "\" is no SHA-256", "give the 64 hexadecimal digits of its hash");
    }
    if ("http".equalsIgnoreCase(address.getScheme()) && !reach.plainHttp()) {
      throw new RepositoryException.Refused(
          what, "plain http is refused", "use https, or give --allow-plain-http");
    }
    LOG.warn(
        "{} comes from a place without signatures; that it has the hash {} is all that is known"
            + " of it",
        shown,
        sha256);
    try {
      Path folder = Files.createTempDirectory("lockstep-unsigned");
      Path file = folder.resolve(fileName(address));
      UnsignedSource source = new UnsignedSource(folder, file);
      try {
        source.download(what, address, sha256, reach);
        return source;
      } catch (IOException | RuntimeException failed) {
        source.close();
        throw failed;
      }
    } catch (TufException | IOException failed) {
      throw new RepositoryException.Refused(
          what, String.valueOf(failed.getMessage()), "look at the address and try again", failed);
    }
  }

  /** User info and query may hold a token. */
  private static URI withoutSecrets(URI address) {
    try {
      return new URI(
          address.getScheme(),
          null,
          address.getHost(),
          address.getPort(),
          address.getPath(),
          null,
          null);
    } catch (URISyntaxException strange) {
      LOG.debug("an address that cannot be shown without its query", strange);
      return URI.create("unprintable:address");
    }
  }

  private static String fileName(URI address) {
    String path = String.valueOf(address.getPath());
    String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    return name.isBlank() || name.startsWith(".") ? "archive" + name : name;
  }

  private void download(String what, URI address, String sha256, Reach reach) throws IOException {
    HttpSettings http =
        HttpSettings.defaults()
            .withRedirectHosts(reach.redirectHosts())
            .withPlainHttp(reach.plainHttp());
    MessageDigest digest = newDigest();
    try (Download download = new HttpFetcher(http, Clock.systemUTC()).open(address, 0);
        OutputStream out = Files.newOutputStream(file)) {
      InputStream in = download.body();
      byte[] buffer = new byte[BUFFER];
      long total = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        total += read;
        if (total > MOST_BYTES) {
          throw new IOException("it is longer than " + MOST_BYTES + " bytes");
        }
        digest.update(buffer, 0, read);
        out.write(buffer, 0, read);
      }
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!MessageDigest.isEqual(found.getBytes(), sha256.getBytes())) {
      throw new RepositoryException.Refused(
          what,
          "its SHA-256 is " + found + ", not " + sha256,
          "find out why before you publish anything from there");
    }
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** The archive, until this is closed. */
  public Path file() {
    return file;
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    } catch (IOException left) {
      LOG.warn("{} is left behind: {}", folder, left.toString());
    }
  }
}
