package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.UpdateAvailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/bus.md are what is run here. */
class BusPageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path PAGE = Path.of("../docs/bus.md");
  private static final Path PYTHON = Path.of("../examples/python/subscriber.py");
  private static final Path JAVA =
      Path.of("src/test/java/dev/lockstep/bus/zeromq/SubscriberExample.java");

  @TempDir Path folder;
  private TestBroker broker;
  private FrameBus hub;
  private Path own;

  @BeforeEach
  void offerSomething() {
    broker = new TestBroker(folder);
    hub = broker.connect("hub", Role.HUB);
    own = broker.key("my-page", Role.OBSERVER).write(folder, "my-page");
    offer("1.1.0");
  }

  @AfterEach
  void close() {
    hub.close();
    broker.close();
  }

  private void offer(String version) {
    OfferedRelease release =
        OfferedRelease.newBuilder().setComponent("backend").setToVersion(version).build();
    hub.publish(
        Topics.AVAILABLE,
        UpdateAvailable.newBuilder().setOffer(Offer.newBuilder().addReleases(release)).build(),
        Map.of("key", "offer"));
  }

  @Test
  @Tag("R12")
  @Tag("R170")
  void pythonExample_asThePageShowsIt_printsWhatIsKnownAndWhatChanges() throws Exception {
    assertThat(Files.readString(PAGE)).contains("```python\n" + Files.readString(PYTHON) + "```");
    PythonPeer.assumePresent();
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
            "/usr/bin/python3",
            PYTHON.toAbsolutePath().toString(),
            own.toString(),
            folder.resolve("broker.key").toString(),
            broker.broker().subscribeAddress());
    builder.environment().put("PYTHONPATH", PythonPeer.generateClasses(folder).toString());
    Process example = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      await().atMost(PATIENCE).until(() -> Files.readString(output).contains("backend 1.1.0"));
      offer("1.2.0");
      await().atMost(PATIENCE).until(() -> Files.readString(output).contains("backend 1.2.0"));
      assertThat(example.isAlive()).isTrue();
    } finally {
      example.destroyForcibly();
    }
  }

  @Test
  @Tag("R12")
  void javaExample_asThePageShowsIt_showsWhatIsKnownAndWhatChanges() throws Exception {
    String source = Files.readString(JAVA);
    String shown =
        source
            .substring(source.indexOf("begin\n") + 6, source.indexOf("  // docs/bus.md: end"))
            .lines()
            .map(line -> line.length() < 2 ? line : line.substring(2))
            .collect(Collectors.joining("\n"));
    assertThat(Files.readString(PAGE)).contains("```java\n" + shown + "\n```");
    List<String> told = new CopyOnWriteArrayList<>();
    try (Bus bus =
        SubscriberExample.follow(
            broker.broker().publishAddress(),
            broker.broker().subscribeAddress(),
            own,
            folder.resolve("broker.key"),
            told::add)) {
      await().atMost(PATIENCE).until(() -> told.contains("backend 1.1.0"));
      offer("1.2.0");
      await().atMost(PATIENCE).until(() -> told.contains("backend 1.2.0"));
      assertThat(bus).isNotNull();
    }
  }
}
