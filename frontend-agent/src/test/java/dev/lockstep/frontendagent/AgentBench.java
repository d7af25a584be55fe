package dev.lockstep.frontendagent;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SettingsLoader;
import dev.lockstep.frontendagent.adapter.file.DrainedFiles;
import dev.lockstep.frontendagent.adapter.file.InstalledFiles;
import dev.lockstep.frontendagent.port.Frontend;
import dev.lockstep.frontendagent.port.FrontendException;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A frontend device with an agent and the rights of its key, and a hub, on a bus in memory. */
final class AgentBench implements AutoCloseable {
  final InMemoryBroker broker = InMemoryBroker.threaded();
  final Bus hub = broker.connect("hub", Role.HUB);
  final Bus device = broker.connect("kiosk-1", Participant.named("kiosk-1", Role.DEVICE));
  final FakeFrontend frontend = new FakeFrontend();
  final Settings settings;
  private final Path folder;
  volatile boolean running = true;
  FrontendAgent agent;

  AgentBench(Path folder) throws IOException {
    this.folder = folder;
    Path file = folder.resolve("lockstep.yaml");
    Files.writeString(
        file,
        """
        device: {id: kiosk-1, root: root, state: state, platform: linux/amd64}
        bus: {security: plain}
        source: {metadata_url: "https://updates.example.org/metadata/", root_file: root.json}
        update: {heartbeat: 1s}
        components:
          kiosk-ui: {role: frontend, announce: agent, process: {command: [run]}}
          printer: {role: module, announce: updater, process: {command: [run]}}
        """);
    settings = SettingsLoader.load(file);
  }

  /** A frontend that does as the test says. */
  static final class FakeFrontend implements Frontend {
    volatile Optional<Inhibition> inhibition = Optional.empty();
    volatile RuntimeException broken;
    volatile RuntimeException refusesState;
    final List<Request> drains = new CopyOnWriteArrayList<>();
    final List<String> states = new CopyOnWriteArrayList<>();
    final List<Optional<ShownNotice>> notices = new CopyOnWriteArrayList<>();
    final List<Optional<StoreNotice>> stores = new CopyOnWriteArrayList<>();

    volatile Optional<Duration> postpone = Optional.empty();

    @Override
    public Optional<Inhibition> canUpdate(Request request) {
      failWhereBroken();
      return inhibition;
    }

    @Override
    public byte[] drain(Request request) {
      failWhereBroken();
      drains.add(request);
      return "said=17".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public void restored(byte[] state) {
      if (refusesState != null) {
        throw refusesState;
      }
      states.add(new String(state, java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public Optional<Duration> showNotice(Optional<ShownNotice> notice) {
      notices.add(notice);
      return notice.flatMap(planned -> postpone);
    }

    @Override
    public void showStore(Optional<StoreNotice> notice) {
      failWhereBroken();
      stores.add(notice);
    }

    private void failWhereBroken() {
      if (broken != null) {
        throw broken;
      }
    }
  }

  static FrontendException notUp() {
    return new FrontendException.NotRunning("ask kiosk-ui", null);
  }

  /** Starts an agent, as a start of the process does. */
  FrontendAgent start() {
    agent =
        new FrontendAgent(
            AgentSettings.of(settings),
            device,
            Clock.systemUTC(),
            component -> frontend,
            component -> running ? Optional.empty() : Optional.of("did not answer"),
            InstalledFiles.of(settings),
            new DrainedFiles(settings.device().state().resolve("frontend-agent")));
    agent.start();
    return agent;
  }

  /** Collects what the hub hears. */
  <M extends com.google.protobuf.Message> List<Received<M>> heard(Topic<M> topic) {
    List<Received<M>> messages = new CopyOnWriteArrayList<>();
    hub.subscribe(topic, messages::add);
    return messages;
  }

  static ComponentAnnounce last(List<Received<ComponentAnnounce>> announcements) {
    return announcements.isEmpty()
        ? ComponentAnnounce.getDefaultInstance()
        : announcements.get(announcements.size() - 1).payload();
  }

  void install(String version) throws IOException {
    Path slot = Files.createDirectories(component().resolve("releases").resolve(version));
    Files.writeString(slot.resolve("VERSION"), version + "\n");
  }

  void activate(String link, String version) throws IOException {
    Path path = component().resolve(link);
    Files.deleteIfExists(path);
    Files.createSymbolicLink(path, Path.of("releases", version));
  }

  Path component() {
    return folder.resolve("root/kiosk-ui");
  }

  @Override
  public void close() {
    if (agent != null) {
      agent.close();
    }
    device.close();
    hub.close();
    broker.close();
  }
}
