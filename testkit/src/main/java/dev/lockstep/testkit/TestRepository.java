package dev.lockstep.testkit;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositoryDirectory;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import dev.lockstep.repository.server.Access;
import dev.lockstep.repository.server.AccessListener;
import dev.lockstep.repository.server.RepositoryServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A real signed repository in a folder, served over HTTP on a free port of the loopback address.
 *
 * <p>Made by the product's own publisher, so releases are published, signed and served as in
 * production; on top of that it can be told to misbehave: {@link #faults} for what happens on the
 * wire, {@link #forgery} for metadata that somebody tampered with, {@link #publishHostile} for
 * correctly signed archives that no device may unpack.
 */
public final class TestRepository implements AutoCloseable {
  private final Path folder;
  private final boolean temporary;
  private final Clock clock;
  private final Publisher publisher;
  private final List<Access> accesses = new CopyOnWriteArrayList<>();
  private final AccessListener listener = accesses::add;
  private final ServerFaults faults = new ServerFaults(listener);
  private final BegunAnswers begun = new BegunAnswers();
  private final AtomicInteger trees = new AtomicInteger();
  private RepositoryServer server;
  private int port;

  private TestRepository(Path folder, boolean temporary, Clock clock, RepositorySettings settings) {
    this.folder = folder;
    this.temporary = temporary;
    this.clock = clock;
    this.publisher = Publisher.initialize(folder.resolve("repository"), keys(), settings, clock);
    up();
  }

  /** An empty repository in a temporary folder that {@link #close} removes. */
  public static TestRepository create() {
    try {
      return new TestRepository(
          Files.createTempDirectory("lockstep-repository"),
          true,
          Clock.systemUTC(),
          RepositorySettings.defaults());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** An empty repository in a folder that belongs to the test. */
  public static TestRepository create(Path folder) {
    return create(folder, Clock.systemUTC());
  }

  /** The same, with the clock that the publisher uses. */
  public static TestRepository create(Path folder, Clock clock) {
    return create(folder, clock, RepositorySettings.defaults());
  }

  /** The same, signed as the settings say. */
  public static TestRepository create(Path folder, Clock clock, RepositorySettings settings) {
    return new TestRepository(folder, false, clock, settings);
  }

  private KeyFolder keys() {
    return new KeyFolder(folder.resolve("keys"), Passphrases.NONE);
  }

  /** Where the server is reached; ends with a slash. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port + "/");
  }

  /** The setting {@code source.metadata_url}; ends with a slash. */
  public URI metadataUrl() {
    return url().resolve("metadata/");
  }

  /** The setting {@code source.content_url}; ends with a slash. */
  public URI contentUrl() {
    return url().resolve("targets/");
  }

  /** The setting {@code source.root_file}. */
  public Path rootFile() {
    return directory().rootFile();
  }

  /** The content of {@link #rootFile}. */
  public byte[] root() {
    try {
      return Files.readAllBytes(rootFile());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The folder of the private keys. */
  public Path keysFolder() {
    return folder.resolve("keys");
  }

  /** The repository's folder and what it contains. */
  public RepositoryDirectory directory() {
    return publisher.directory();
  }

  /** The publisher, for what has no method of its own here. */
  public Publisher publisher() {
    return publisher;
  }

  /** Publishes {@link TreeFixture#small} in channel stable. */
  public ReleaseDescription publish(String component, String version) {
    return publish(ReleaseSpec.of(component, version));
  }

  /** Publishes {@link TreeFixture#small}. */
  public ReleaseDescription publish(ReleaseSpec spec) {
    return publish(spec, TreeFixture.small(spec.component(), spec.version().toString()));
  }

  /** Publishes a tree as tar.gz. */
  public ReleaseDescription publish(ReleaseSpec spec, TreeFixture tree) {
    return publish(spec, ReleaseContent.tree(tree.writeTo(workFolder())));
  }

  /** Publishes a folder or an archive. */
  public ReleaseDescription publish(ReleaseSpec spec, ReleaseContent content) {
    return publisher.publish(spec, content);
  }

  /** Publishes, correctly signed, an archive that a device must refuse. */
  public ReleaseDescription publishHostile(ReleaseSpec spec, HostileArchive hostile) {
    return publisher.publish(spec, hostile.content(spec, workFolder()));
  }

  private Path workFolder() {
    return folder.resolve("work").resolve(Integer.toString(trees.incrementAndGet()));
  }

  /** What goes wrong on the wire. */
  public ServerFaults faults() {
    return faults;
  }

  /** Metadata and targets that somebody tampered with. */
  public Forgery forgery() {
    return new Forgery(directory(), keys());
  }

  /** Lets the timestamp expire: signs one with the right key that has been out of date for long. */
  public void expireTimestamp() {
    RepositorySettings settings = RepositorySettings.defaults();
    Duration since = settings.expiry().get("timestamp").plusDays(1);
    Publisher.open(directory().folder(), keys(), Clock.offset(clock, since.negated())).refresh();
  }

  /** Stops the server; connections are refused until {@link #up}. */
  public void down() {
    if (server != null) {
      faults.clear();
      server.close();
      server = null;
    }
  }

  /** Starts the server again, on the same port. */
  public void up() {
    if (server == null) {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      server =
          RepositoryServer.start(
              directory().folder(), address, listener, List.of(begun, faults.filter()));
      port = server.port();
    }
  }

  /**
   * Every request so far, refused ones included, in the order in which they were answered. Waits a
   * while for answers that are on their way: a client has the last byte before the server has noted
   * it.
   */
  public List<Access> accesses() {
    begun.awaitEnded();
    return List.copyOf(accesses);
  }

  /** The requests whose path contains a text. */
  public List<Access> accesses(String pathPart) {
    return accesses().stream().filter(access -> access.path().contains(pathPart)).toList();
  }

  /** Bytes of bodies sent so far. */
  public long bytesSent() {
    return accesses().stream().mapToLong(Access::bytes).sum();
  }

  /** Begins to count anew. */
  public void forgetAccesses() {
    begun.awaitEnded();
    accesses.clear();
  }

  @Override
  public void close() {
    down();
    if (temporary) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }
}
