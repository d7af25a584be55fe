package dev.lockstep.systemtests.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.testkit.ReliabilityFigures;
import dev.lockstep.testkit.TestRepository;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process with a device is killed (SIGKILL) at every fault point and every journal write, and up
 * to three times more while it recovers; the next process has to bring the device to where the job
 * ends without any kill. The points are those that an undisturbed run reaches, so that a new step
 * is killed as well.
 */
class KillMatrixTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int AT_ONCE = 3;
  private static final long SEED = 20_261_121;
  private static final int RECOVERY_POINTS = 40;

  /** How often a run is killed again while it recovers, in turn. */
  private static final int[] AGAIN = {
    0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0
  };

  /** The points of the scenarios so far: what began in the same way is not killed again. */
  private static final List<List<String>> SEEN = new ArrayList<>();

  /** A process that brought a device to its end serves as the next one to be killed. */
  private final BlockingQueue<DeviceHandle> spare = new LinkedBlockingQueue<>();

  @TempDir(factory = MemoryFolder.class)
  static Path folder;

  private static TestRepository repository;
  private static final Map<String, Manifest> SIGNED = new LinkedHashMap<>();
  private static List<String> options = List.of();

  /** One run: where it is killed first, and after that. */
  private record Plan(int point, List<Integer> again) {}

  @BeforeAll
  static void publish() throws Exception {
    repository = TestRepository.create(folder.resolve("publisher"));
    for (String version : KillScenario.VERSIONS) {
      repository.publish(ReleaseSpec.of("backend", version), KillScenario.tree(version));
      SIGNED.put(version, signedManifest(version));
    }
    Path archive = folder.resolve("classes.jsa");
    Path first = folder.resolve("1.0.0");
    prepare(first, List.of("-XX:ArchiveClassesAtExit=" + archive), "install", "1.0.0");
    Files.writeString(first.resolve("root/backend/data/precious"), "of 1.0.0");
    // Some JDKs cannot use what they have just made, and say so where answers are expected.
    options = List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:disable");
    for (KillScenario scenario : KillScenario.values()) {
      Path template = copy(first, template(scenario));
      switch (scenario) {
        case DOWNLOAD -> {
          // Nothing of the new version is here yet.
        }
        case REVERT_ASKED -> {
          prepare(template, options, "install", scenario.before);
          Files.writeString(template.resolve("root/backend/data/precious"), "of 1.1.0");
        }
        default -> prepare(template, options, "stage", scenario.asked);
      }
    }
  }

  @AfterAll
  static void close() {
    repository.close();
  }

  private static Manifest signedManifest(String version) throws IOException {
    try (Stream<Path> files = Files.walk(repository.directory().targets())) {
      Path file =
          files
              .filter(found -> found.toString().endsWith("backend-" + version + ".manifest.json"))
              .findFirst()
              .orElseThrow();
      try (InputStream json = Files.newInputStream(file)) {
        return ReleaseJson.manifest(json);
      }
    }
  }

  private static Path template(KillScenario scenario) {
    return folder.resolve("template-" + scenario);
  }

  private static void prepare(Path device, List<String> how, String order, String version)
      throws Exception {
    try (DeviceHandle process = new DeviceHandle(device, how)) {
      String[] answer = process.order(order, device, version, repository.url(), root());
      assertThat(answer).containsExactly("end", order.equals("stage") ? "STAGED" : "COMMITTED");
      assertThat(process.order("close")).containsExactly("closed");
      process.end();
    }
  }

  private static Path root() {
    return repository.rootFile();
  }

  @ParameterizedTest
  @EnumSource(KillScenario.class)
  @Tag("R69")
  @Tag("R87")
  @Tag("R90")
  @Tag("R91")
  @Tag("R93")
  @Tag("R97")
  @Tag("R135")
  @Tag("R175")
  void job_processIsKilledAtEveryPoint_nextProcessFinishesIt(KillScenario scenario)
      throws Exception {
    long begin = System.nanoTime();
    List<String> points = undisturbed(scenario);
    int same = SEEN.stream().mapToInt(other -> sameBeginning(points, other)).max().orElse(0);
    SEEN.add(points);
    Random random = new Random(SEED + scenario.ordinal());
    List<Plan> plans = new ArrayList<>();
    for (int point = same + 1; point <= points.size(); point++) {
      List<Integer> again = new ArrayList<>();
      for (int kill = 0; kill < AGAIN[point % AGAIN.length]; kill++) {
        again.add(1 + random.nextInt(RECOVERY_POINTS));
      }
      plans.add(new Plan(point, again));
    }
    AtomicInteger kills = new AtomicInteger();
    AtomicInteger recovered = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (Plan plan : plans) {
        Callable<Void> work =
            () -> {
              kills.addAndGet(killed(scenario, plan));
              recovered.incrementAndGet();
              return null;
            };
        running.add(threads.submit(work));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
      spare.forEach(DeviceHandle::close);
    }
    System.out.printf(
        "kill matrix %s: %d points, the first %d as before, seed %d, %d s%n",
        scenario,
        points.size(),
        same,
        SEED,
        Duration.ofNanos(System.nanoTime() - begin).toSeconds());
    assertThat(recovered.get()).isEqualTo(plans.size());
    ReliabilityFigures.tell("`KillMatrixTest` " + scenario, plans.size(), kills.get());
  }

  private static int sameBeginning(List<String> one, List<String> other) {
    int same = 0;
    while (same < Math.min(one.size(), other.size()) && one.get(same).equals(other.get(same))) {
      same++;
    }
    return same;
  }

  private static List<String> undisturbed(KillScenario scenario) throws Exception {
    Path device = copy(template(scenario), folder.resolve("list-" + scenario));
    try (DeviceHandle process = new DeviceHandle(device, options)) {
      String[] end = process.order("run", device, scenario, -1, repository.url(), root());
      check(scenario, device, process, end);
      process.end();
      return List.of(end[4].split(","));
    }
  }

  /** Kills at each point of the plan that is reached, lets the last process finish, and looks. */
  private int killed(KillScenario scenario, Plan plan) throws Exception {
    Path device = copy(template(scenario), folder.resolve("run-" + scenario + "-" + plan.point()));
    boolean only = !plan.again().isEmpty();
    List<Integer> kills = new ArrayList<>(List.of(plan.point()));
    kills.addAll(plan.again());
    int done = 0;
    StringBuilder story = new StringBuilder();
    try {
      for (int point : kills) {
        try (DeviceHandle process = only ? null : spare.poll();
            DeviceHandle doomed = process == null ? new DeviceHandle(device, options) : process) {
          String[] answer = doomed.order("run", device, scenario, point, repository.url(), root());
          done += answer[0].equals("at") ? 1 : 0;
          story.append(String.join(" ", answer)).append(" -> ");
          doomed.kill();
        }
      }
      DeviceHandle last = new DeviceHandle(device, options);
      String[] end = last.order("run", device, scenario, 0, repository.url(), root());
      check(scenario, device, last, end);
      if (only) {
        last.end();
        empty(device.resolve("tmp"));
        empty(device.resolve("state/sqlite"));
      } else {
        spare.add(last);
      }
    } catch (AssertionError | RuntimeException wrong) {
      new DeviceCheck(device, SIGNED).killAll();
      String log = Files.readString(device.resolve("device.log"));
      throw new AssertionError(scenario + " " + plan + ": " + story + "\n" + log, wrong);
    }
    removeAll(device);
    return done;
  }

  private static void check(
      KillScenario scenario, Path device, DeviceHandle process, String[] end) {
    String told = scenario == KillScenario.REVERT_ASKED ? "REVERTED" : scenario.state;
    assertThat(end).startsWith("end", told);
    assertThat(end[3]).as("what the journal says").isEqualTo(scenario.state);
    DeviceCheck check = new DeviceCheck(device, SIGNED);
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () -> {
              check.runs(scenario.after);
              check.slotsAre(scenario.slots());
              check.nothingIsLeft();
            });
    assertThat(process.order("close")).containsExactly("closed");
    check.nothingRuns();
  }

  private static void empty(Path temporary) throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      assertThat(files).isEmpty();
    }
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
      }
    }
    return to;
  }

  private static void removeAll(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
