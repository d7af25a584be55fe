package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.CheckRequest;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.CheckResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lockstep check}: asks version-management to check now. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Asks whether there is something new.")
final class CheckCommand implements Callable<Integer> {
  // The hub itself gives up on a silent source after update.download_timeout, several times.
  private static final Duration SOURCE_IS_SLOW = Duration.ofSeconds(120);

  @Mixin private BusOptions busOptions;
  @Mixin private OutputOptions output;

  @Parameters(paramLabel = "COMPONENT", description = "Only these components.", arity = "0..*")
  private List<String> components = List.of();

  @Option(names = "--force", description = "A critical check: regardless of schedule and back-off.")
  private boolean force;

  @Option(
      names = "--exit-code",
      description = "Exit with 77 instead of 0 when there is nothing new.")
  private boolean exitCode;

  @Override
  public Integer call() {
    return busOptions.withBus(this::check).code();
  }

  private ExitCode check(Bus bus) {
    CheckRequest request =
        CheckRequest.newBuilder()
            .addAllComponents(components)
            .setForce(force)
            .setReason("asked on the command line")
            .build();
    CheckResponse response =
        Answers.await(
                bus.request(
                    Topics.CHECK_REQUEST,
                    request,
                    Topics.CHECK_RESPONSE,
                    RequestOptions.within(busOptions.deadline(SOURCE_IS_SLOW))))
            .payload();
    output.print(response, () -> MessageText.of(response));
    return exitCodeOf(response.getResult());
  }

  private ExitCode exitCodeOf(CheckResult result) {
    return switch (result) {
      case CHECK_RESULT_AVAILABLE -> ExitCode.OK;
      case CHECK_RESULT_UP_TO_DATE -> exitCode ? ExitCode.NOTHING_TO_DO : ExitCode.OK;
      case CHECK_RESULT_UNTRUSTED -> ExitCode.UNTRUSTED;
      case CHECK_RESULT_UNKNOWN_COMPONENT -> ExitCode.NOT_FOUND;
      default -> ExitCode.FAILED;
    };
  }
}
