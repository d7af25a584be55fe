package dev.lockstep.app.doctor;

import dev.lockstep.app.Wiring;
import dev.lockstep.config.SourceSettings;
import dev.lockstep.tuf.CopiedMetadataStore;
import dev.lockstep.tuf.ExpiredException;
import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.NoRootException;
import dev.lockstep.tuf.StoreException;
import dev.lockstep.tuf.TufException;
import dev.lockstep.tuf.Updater;
import dev.lockstep.tuf.UpdaterSettings;
import dev.lockstep.tuf.metadata.MalformedMetadataException;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.SignedMetadata;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The root that is trusted, and the repository: whether it can be reached, and verifies from what
 * this device trusts now. The device's own metadata are only read.
 */
final class RepositoryChecks {
  private static final String ROOT = "root";
  private static final String REPOSITORY = "repository";
  private static final String SIGN_ANEW =
      "ask the publisher to sign it anew: lockstep-repo refresh";
  private static final String AS_OWNER = "run it as the user that owns the state folder";
  private static final Duration SOON = Duration.ofDays(30);
  private static final long MOST_BYTES = 512_000;

  private final Subject subject;
  private final Clocks clocks;
  private final SourceSettings source;
  private final CopiedMetadataStore store;

  RepositoryChecks(Subject subject, Clocks clocks) {
    this.subject = subject;
    this.clocks = clocks;
    this.source = subject.settings().source();
    this.store = new CopiedMetadataStore(subject.state().resolve("tuf").resolve("updates"));
  }

  /** Whether it can be reached and verifies. */
  List<Finding> repository() {
    Optional<byte[]> root = rootFile();
    try {
      root.ifPresent(store::initializeRoot);
      Updater updater =
          new Updater(
              UpdaterSettings.of(source.metadataUrls(), source.contentUrls()),
              Wiring.fetcher(subject.settings(), subject.timeout(), subject.clock()),
              store,
              subject.clock());
      updater.refresh();
      source.metadataUrls().stream().findFirst().ifPresent(this::askTime);
      return List.of(Finding.ok(REPOSITORY, offered(updater)));
    } catch (FetchException unreachable) {
      return List.of(
          Finding.failed(
              REPOSITORY,
              unreachable.getMessage(),
              "check source.metadata_url, the network, and the repository's server"));
    } catch (NoRootException withoutRoot) {
      return List.of(
          Finding.failed(
              REPOSITORY,
              "cannot verify the repository: there is no usable root",
              "see what is said about the root"));
    } catch (ExpiredException expired) {
      askTime(source.metadataUrls().get(0));
      return List.of(Finding.failed(REPOSITORY, expired.getMessage()));
    } catch (StoreException unreadable) {
      return List.of(Finding.failed(REPOSITORY, unreadable.getMessage(), AS_OWNER));
    } catch (TufException untrusted) {
      return List.of(
          Finding.failed(
              REPOSITORY,
              untrusted.getMessage() + " (" + untrusted.code() + ")",
              "nothing of it is used; tell its publisher"));
    }
  }

  private String offered(Updater updater) {
    String channel = subject.settings().update().channel().name().toLowerCase(Locale.ROOT);
    List<String> counts = new ArrayList<>();
    for (String component : subject.settings().components().keySet()) {
      long releases =
          updater.targetsBelow(channel, channel + "/" + component + "/").stream()
              .filter(target -> target.path().endsWith(".manifest.json"))
              .count();
      counts.add(releases + " of " + component);
    }
    return "%s verifies; releases in %s: %s"
        .formatted(
            source.metadataUrls().get(0),
            channel,
            counts.isEmpty() ? "not asked" : String.join(", ", counts));
  }

  /** The server's clock, where it tells; that it does not is no trouble. */
  private void askTime(URI metadata) {
    try {
      Instant asked = subject.clock().instant();
      HttpURLConnection connection =
          (HttpURLConnection) metadata.resolve("timestamp.json").toURL().openConnection();
      connection.setConnectTimeout((int) subject.timeout().toMillis());
      connection.setReadTimeout((int) subject.timeout().toMillis());
      connection.setRequestMethod("HEAD");
      connection.setUseCaches(false);
      connection.setInstanceFollowRedirects(false);
      long date = connection.getHeaderFieldDate("Date", 0);
      connection.disconnect();
      if (date > 0) {
        // The header has whole seconds.
        clocks.heard(
            "the repository",
            Instant.ofEpochMilli(date),
            asked.minusSeconds(1),
            subject.clock().instant());
      }
    } catch (IOException | ClassCastException notToldByIt) {
      clocks.silent("the repository");
    }
  }

  private Optional<byte[]> rootFile() {
    try {
      return Files.size(source.rootFile()) > MOST_BYTES
          ? Optional.empty()
          : Optional.of(Files.readAllBytes(source.rootFile()));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** Whether the root is there and lasts; to be asked after {@link #repository}. */
  List<Finding> root() {
    List<Finding> found = new ArrayList<>();
    Path file = source.rootFile();
    Optional<byte[]> given = rootFile();
    Optional<byte[]> stored;
    try {
      stored = store.load("root");
    } catch (StoreException unreadable) {
      return List.of(Finding.failed(ROOT, unreadable.getMessage(), AS_OWNER));
    }
    if (given.isEmpty()) {
      String what = "cannot read the root file %s".formatted(file);
      String remedy = "put the root.json there that lockstep-repo init printed";
      found.add(
          stored.isPresent()
              ? Finding.warning(ROOT, what + "; the one that was stored before is used", remedy)
              : Finding.failed(ROOT, what + ": nothing can be verified without", remedy));
    }
    if (stored.isEmpty() && given.isPresent()) {
      found.add(
          Finding.failed(
              ROOT,
              "cannot use the root file %s: it is no root that is signed by itself".formatted(file),
              "put the root.json there that lockstep-repo init printed"));
    }
    stored.flatMap(this::expiry).ifPresent(found::add);
    if (found.isEmpty()) {
      Role root = SignedMetadata.parse(stored.orElseThrow(), RoleType.ROOT).role();
      found.add(
          Finding.ok(ROOT, "version %d, until %s".formatted(root.version(), day(root.expires()))));
    }
    return found;
  }

  private Optional<Finding> expiry(byte[] bytes) {
    Instant now = subject.clock().instant();
    try {
      Role role = SignedMetadata.parse(bytes, RoleType.ROOT).role();
      String what = "the root (version %d)".formatted(role.version());
      if (role.isExpiredAt(now)) {
        return Optional.of(
            Finding.failed(
                ROOT,
                "cannot trust %s any more: it expired on %s".formatted(what, day(role.expires())),
                "check this device's clock, or " + SIGN_ANEW));
      }
      return role.isExpiredAt(now.plus(SOON))
          ? Optional.of(
              Finding.warning(ROOT, what + " expires on " + day(role.expires()), SIGN_ANEW))
          : Optional.empty();
    } catch (MalformedMetadataException damaged) {
      return Optional.of(
          Finding.failed(
              ROOT,
              "cannot read the stored root: " + damaged.getMessage(),
              "Lockstep goes back to an older one by itself; look at the disk"));
    }
  }

  private static LocalDate day(Instant time) {
    return time.atZone(ZoneOffset.UTC).toLocalDate();
  }

  /** Until when the newest metadata hold that are stored or were just fetched. */
  Optional<Instant> freshUntil() {
    try {
      return store
          .load("timestamp")
          .map(bytes -> SignedMetadata.parse(bytes, RoleType.TIMESTAMP).role().expires());
    } catch (TufException | MalformedMetadataException unreadable) {
      return Optional.empty();
    }
  }

  /** When a refresh succeeded last. */
  Optional<Instant> lastRefresh() {
    try {
      return new CopiedMetadataStore(subject.state().resolve("tuf").resolve("updates"))
          .lastRefresh();
    } catch (TufException unreadable) {
      return Optional.empty();
    }
  }
}
