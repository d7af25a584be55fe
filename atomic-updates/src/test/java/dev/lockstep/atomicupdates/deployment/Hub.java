package dev.lockstep.atomicupdates.deployment;

import static dev.lockstep.atomicupdates.deployment.Steps.BACKEND;
import static dev.lockstep.atomicupdates.deployment.Steps.KIOSK_1;
import static dev.lockstep.atomicupdates.deployment.Steps.KIOSK_2;
import static dev.lockstep.atomicupdates.deployment.Steps.V1;
import static dev.lockstep.atomicupdates.deployment.Steps.V11;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.deployment.CoordinatorCrashTest.Scenario;
import dev.lockstep.atomicupdates.deployment.DeploymentRequest.Wanted;
import dev.lockstep.atomicupdates.engine.SimulatedCrash;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.port.FaultPoints;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * A hub whose process ends where it is told to and is started again, with a fleet and people that
 * outlive it. All on one thread, by a clock of its own.
 */
final class Hub implements AutoCloseable {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int ANNOUNCE_EVERY = 10;
  private static final Instant ASKED = Steps.T0.plusSeconds(ANNOUNCE_EVERY * 4 - 1);
  private static final int LONGEST = 3_000;
  private static final int SETTLED = 60;

  final FakeFleet fleet = new FakeFleet();
  final List<String> ends = new ArrayList<>();
  private final Scenario scenario;
  private final Path file;
  private final Queue<FaultPoints> lives;
  private final ManualClock clock = new ManualClock(Steps.T0);
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private Set<Site> here = Set.of(BACKEND, KIOSK_1, KIOSK_2);
  private FaultPoints faults;
  private Database database;
  private SqliteDeploymentJournal journal;
  private Coordinator coordinator;
  private Inventory inventory;
  private int ids;

  /**
   * A hub.
   *
   * @param lives where each of its processes ends; the last one does not
   */
  Hub(Scenario scenario, Path file, FaultPoints... lives) {
    this.scenario = scenario;
    this.file = file;
    this.lives = new ArrayDeque<>(List.of(lives));
    fleet.versions.putAll(Map.of(BACKEND, V1, KIOSK_1, V1, KIOSK_2, V1));
    scenario.bad().forEach(fleet::on);
    if (scenario.away()) {
      fleet.mute.add(KIOSK_2);
    }
  }

  /** The deployment, until nothing happens any more; who was away returns after its end. */
  void run() {
    alive(this::start);
    // Everybody was there once, so that the journal knows them.
    alive(() -> here.forEach(this::announce));
    if (scenario.away()) {
      here = Set.of(BACKEND, KIOSK_1);
    }
    for (int i = 0; i < ANNOUNCE_EVERY * 4; i++) {
      second(i);
    }
    alive(this::ask);
    int quiet = 0;
    for (int i = 0; quiet < SETTLED; i++) {
      assertThat(i).as("seconds until %s ended", scenario).isLessThan(LONGEST);
      second(i);
      boolean over = ends.contains("job-1 " + scenario.end());
      if (over) {
        fleet.mute.clear();
        alive(() -> announce(KIOSK_2));
      }
      quiet = over && journal.running().isEmpty() ? quiet + 1 : 0;
    }
  }

  private void second(int number) {
    clock.advance(SECOND);
    alive(
        () -> {
          if (number % ANNOUNCE_EVERY == 0) {
            here.forEach(this::announce);
          }
          coordinator.tick();
        });
    alive(this::answer);
  }

  /** People see the question in the state, and answer again where they got no answer. */
  private void answer() {
    if (coordinator.latest().stream().anyMatch(one -> !one.question().isEmpty())) {
      coordinator.decide(new Decision("", Decision.Action.PROCEED, "ann"), (job, problem) -> {});
    }
  }

  /** How it has to be at the end. */
  void check() {
    assertThat(ends).contains("job-1 " + scenario.end());
    assertThat(ends.stream().filter(end -> end.startsWith("job-1 ")).distinct()).hasSize(1);
    assertThat(fleet.versions).isEqualTo(scenario.versions());
    assertThat(fleet.carriedOut).doesNotHaveDuplicates();
    assertThat(journal.running()).isEmpty();
    assertThat(journal.untold()).isEmpty();
  }

  /** What happens inside the process; where that ends, another one begins. */
  private void alive(Runnable happening) {
    try {
      happening.run();
      settle();
    } catch (SimulatedCrash.Crash ended) {
      // Nothing of it is left: neither what it wanted to do nor what it knew.
      tasks.clear();
      database.close();
      alive(this::start);
      alive(() -> here.forEach(this::announce));
      if (clock.instant().isAfter(ASKED)) {
        alive(this::ask);
      }
    }
  }

  private void settle() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private void start() {
    faults = lives.remove();
    database = Database.open(file, point -> faults.reached(point));
    journal = new SqliteDeploymentJournal(database);
    inventory = new Inventory(clock);
    ReleaseHints hints = new ReleaseHints();
    hints.offered(
        "offer-0",
        List.of(
            new ReleaseHints.Hint(
                new Wanted("backend", V11), "", Set.of(), Map.of("backend", V11))));
    coordinator =
        new Coordinator(
            new Coordinator.Ports(inventory, hints, journal, this::send, new Reports()),
            new CoordinatorSettings(
                scenario.rules(), Duration.ofSeconds(20), Duration.ofDays(30), "stable"),
            clock,
            tasks::add,
            () -> "own-" + ++ids);
    Coordinator mine = coordinator;
    fleet.answersTo((job, answer) -> mine.answered(job, answer));
    coordinator.start();
  }

  private void ask() {
    coordinator.install(
        new DeploymentRequest(
            "job-1",
            "",
            List.of(new Wanted("kiosk-ui", V11), new Wanted("backend", V11)),
            Set.of(),
            false,
            "test"));
  }

  private void announce(Site site) {
    Announced announced =
        site.equals(BACKEND)
            ? Steps.backend(fleet.versions.get(site))
            : Steps.kiosk(site, fleet.versions.get(site), range(site));
    inventory.update(announced);
    coordinator.announced(announced);
  }

  /** A new frontend fits both backends. */
  private String range(Site site) {
    return fleet.versions.get(site).equals(V1) ? scenario.old() : "^1.0.0";
  }

  private void send(Deployment deployment, Step step, Order order) {
    assertThat(journal.find(deployment.id()).flatMap(one -> one.step(step.site())))
        .as("the journal comes before the order")
        .get()
        .extracting(Step::status)
        .isEqualTo(order.status());
    faults.reached("order." + order + ".before");
    fleet.send(deployment, step, order);
    faults.reached("order." + order + ".after");
  }

  @Override
  public void close() {
    database.close();
  }

  private final class Reports implements DeploymentReports {
    @Override
    public void waiting(Deployment deployment, int percent, String message) {
      faults.reached("tell.waiting");
    }

    @Override
    public void ended(Deployment ended) {
      assertThat(journal.find(ended.id()))
          .as("the journal comes before the message")
          .get()
          .extracting(Deployment::state)
          .isEqualTo(ended.state());
      faults.reached("tell.end.before");
      ends.add(ended.id() + " " + ended.state());
      faults.reached("tell.end.after");
    }

    @Override
    public void planned(String jobId, List<String> plan) {
      throw new IllegalStateException("nobody asked for a plan");
    }
  }
}
