package dev.lockstep.app.command;

import dev.lockstep.protocol.v1.PolicyRequest;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lockstep hold}: not yet. */
@Command(
    name = "hold",
    mixinStandardHelpOptions = true,
    description = {
      "Keeps a component, or everything, at what is installed, critical releases too.",
      "A hold ends at its time, or with lockstep unhold."
    })
final class HoldCommand implements Callable<Integer> {
  @Mixin private PolicyVerb policy;

  @Parameters(
      paramLabel = "COMPONENT",
      arity = "0..1",
      description = "Which component (default: all).")
  private String component = "";

  @ArgGroup(exclusive = true)
  private End end = new End();

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for others.")
  private String reason = "";

  @Option(names = "--list", description = "Show what is held and skipped; change nothing.")
  private boolean list;

  /** At most one of these. */
  static final class End {
    @Option(
        names = "--until",
        paramLabel = "TIME",
        description = "When it ends, e.g. 2026-12-01T03:00:00+01:00 (default: when it is lifted).")
    private String until;

    @Option(
        names = "--for",
        paramLabel = "DURATION",
        description = "How long: 90s, 15m, 2h, 3d or PT6H.")
    private String length;
  }

  @Override
  public Integer call() {
    if (list) {
      return policy.show();
    }
    PolicyRequest.Builder request =
        PolicyRequest.newBuilder()
            .setAction(PolicyRequest.Action.ACTION_HOLD)
            .setComponent(component)
            .setReason(reason);
    if (end.until != null) {
      request.setUntil(MessageText.timestamp(Times.instant("--until", end.until)));
    } else if (end.length != null) {
      request.setUntil(
          MessageText.timestamp(Instant.now().plus(Times.duration("--for", end.length))));
    }
    return policy.decide(request);
  }
}
