package dev.lockstep.app.command;

import dev.lockstep.protocol.v1.PolicyRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lockstep unhold}: yes again. */
@Command(
    name = "unhold",
    mixinStandardHelpOptions = true,
    description = "Lifts the hold of a component, or all holds.")
final class UnholdCommand implements Callable<Integer> {
  @Mixin private PolicyVerb policy;

  @Parameters(
      paramLabel = "COMPONENT",
      arity = "0..1",
      description = "Which component (default: all holds).")
  private String component = "";

  @Override
  public Integer call() {
    return policy.decide(
        PolicyRequest.newBuilder()
            .setAction(PolicyRequest.Action.ACTION_UNHOLD)
            .setComponent(component));
  }
}
