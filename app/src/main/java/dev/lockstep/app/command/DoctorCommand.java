package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.app.doctor.Doctor;
import dev.lockstep.app.doctor.Finding;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lockstep doctor}: whether this device can do what its settings want. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Looks whether this device can be updated, and rehearses an install, an update, a failing"
          + " release and a revert beside its own folders.",
      "Exits with 4 when something does not work. Changes nothing; runs beside the daemon too."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final long END_SECONDS = 60;

  @Mixin private SettingsOption settings;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print JSON: a line per finding, then one of the sum.")
  private boolean json;

  @Option(
      names = "--no-rehearsal",
      negatable = false,
      description = "Only look; then nothing is written and nothing is started.")
  private boolean noRehearsal;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long an answer over the network may take (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  private final Map<Finding.Result, Integer> counts = new EnumMap<>(Finding.Result.class);

  @Override
  public Integer call() {
    if (timeoutSeconds < 1 || timeoutSeconds > 60) {
      throw new UsageException("--timeout must be 1 to 60 seconds, not " + timeoutSeconds);
    }
    FindingText text = new FindingText(FindingText.columns(spec));
    Doctor doctor =
        new Doctor(
            new Doctor.Options(
                settings.file(),
                System.getenv(),
                !noRehearsal,
                Duration.ofSeconds(timeoutSeconds),
                Clock.systemUTC(),
                Path.of("/")),
            finding -> tell(finding, text));
    if (!json) {
      System.out.println(text.head());
    }
    boolean whole = examine(doctor);
    System.out.println(json ? FindingText.json(counts) : text.sum(counts));
    return (!whole || counts.containsKey(Finding.Result.FAILED)
            ? ExitCode.CHECK_FAILED
            : ExitCode.OK)
        .code();
  }

  private void tell(Finding finding, FindingText text) {
    counts.merge(finding.result(), 1, Integer::sum);
    System.out.println(json ? FindingText.json(finding) : text.of(finding));
    System.out.flush();
  }

  /** A signal ends a rehearsal, and waits until nothing of it is left. */
  private static boolean examine(Doctor doctor) {
    Thread examining = Thread.currentThread();
    CountDownLatch ended = new CountDownLatch(1);
    Thread signal =
        new Thread(
            () -> {
              examining.interrupt();
              await(ended);
            },
            "signal");
    Runtime.getRuntime().addShutdownHook(signal);
    try {
      doctor.examine();
      return true;
    } catch (InterruptedException stopped) {
      return false;
    } finally {
      ended.countDown();
      forget(signal);
    }
  }

  private static void await(CountDownLatch ended) {
    try {
      if (!ended.await(END_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("lockstep: the next lockstep doctor removes what this one leaves");
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread signal) {
    try {
      Runtime.getRuntime().removeShutdownHook(signal);
    } catch (IllegalStateException endingAlready) {
      // The signal came: the hook waits for the latch, which is open now.
    }
  }
}
