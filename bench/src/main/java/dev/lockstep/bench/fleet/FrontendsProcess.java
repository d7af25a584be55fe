package dev.lockstep.bench.fleet;

import dev.lockstep.bench.Cpu;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.config.SettingsLoader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Many frontends in one process.
 *
 * <p>Prints a line when all of them have begun to connect. Each line on standard input, a version
 * and a number of connections between blanks, is answered with a {@link Standing}.
 */
public final class FrontendsProcess {

  private final List<SimulatedFrontend> frontends = new ArrayList<>();
  private final LongAdder heard = new LongAdder();

  private final PrintStream answers;

  private FrontendsProcess(PrintStream answers) {
    this.answers = answers;
  }

  /** Arguments: the hub's folder, its two addresses, the first frontend's number, how many. */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // Whatever logs must not answer.
    new FrontendsProcess(answers).run(arguments);
    Runtime.getRuntime().halt(0);
  }

  /**
   * How things stand with some frontends, as a line between processes.
   *
   * @param connected have connected at least so often as was asked for
   * @param lastConnected {@link System#nanoTime} of the last of them
   * @param informed know the version that was asked for
   * @param lastMicros how long it was under way to the last of them
   * @param heard messages that their devices' other services were given so far
   * @param cpuNanos processor time of the process so far
   */
  record Standing(
      int connected, long lastConnected, int informed, long lastMicros, long heard, long cpuNanos) {
    static final Standing NOBODY = new Standing(0, Long.MIN_VALUE, 0, 0, 0, 0);

    static Standing parse(String line) {
      String[] parts = line.split(" ");
      return new Standing(
          Integer.parseInt(parts[0]),
          Long.parseLong(parts[1]),
          Integer.parseInt(parts[2]),
          Long.parseLong(parts[3]),
          Long.parseLong(parts[4]),
          Long.parseLong(parts[5]));
    }

    Standing and(Standing other) {
      return new Standing(
          connected + other.connected,
          Math.max(lastConnected, other.lastConnected),
          informed + other.informed,
          Math.max(lastMicros, other.lastMicros),
          heard + other.heard,
          cpuNanos + other.cpuNanos);
    }

    String line() {
      return connected
          + " "
          + lastConnected
          + " "
          + informed
          + " "
          + lastMicros
          + " "
          + heard
          + " "
          + cpuNanos;
    }
  }

  private void run(String[] arguments) throws IOException {
    Path hub = Path.of(arguments[0]);
    String[] addresses = {arguments[1], arguments[2]};
    int first = Integer.parseInt(arguments[3]);
    int count = Integer.parseInt(arguments[4]);
    Certificate broker = Certificate.read(hub.resolve("keys/broker.key"));
    Duration heartbeat = SettingsLoader.load(hub.resolve("hub.yaml")).update().heartbeat();
    ScheduledExecutorService repeater = Executors.newSingleThreadScheduledExecutor();
    for (int number = first; number < first + count; number++) {
      Path key = FleetKeys.secretKey(hub, number);
      SimulatedFrontend frontend =
          new SimulatedFrontend(FleetKeys.device(number), key, broker, addresses, heartbeat, heard);
      frontends.add(frontend);
      repeater.scheduleAtFixedRate(
          frontend::reportAsAtomicUpdates,
          heartbeat.toMillis(),
          heartbeat.toMillis(),
          TimeUnit.MILLISECONDS);
    }
    answers.println("open");
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      String[] wanted = line.split(" ", -1);
      answers.println(standing(wanted[0], Long.parseLong(wanted[1])).line());
    }
  }

  private Standing standing(String version, long connections) {
    Standing all = Standing.NOBODY;
    for (SimulatedFrontend frontend : frontends) {
      SimulatedFrontend.Known known = frontend.known();
      boolean connected = known.connections() >= connections;
      boolean informed = known.offered().equals(version);
      all =
          all.and(
              new Standing(
                  connected ? 1 : 0,
                  connected ? known.connectedAt() : Long.MIN_VALUE,
                  informed ? 1 : 0,
                  informed ? micros(known.sentAt(), known.offeredAt()) : 0,
                  0,
                  0));
    }
    return new Standing(
        all.connected,
        all.lastConnected,
        all.informed,
        all.lastMicros,
        heard.sum(),
        Cpu.ownNanos());
  }

  private static long micros(Instant from, Instant to) {
    return TimeUnit.NANOSECONDS.toMicros(Duration.between(from, to).toNanos());
  }
}
