package dev.lockstep.app.command;

import dev.lockstep.protocol.v1.PolicyRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lockstep unskip}: this version after all. */
@Command(name = "unskip", mixinStandardHelpOptions = true, description = "Takes a skip back.")
final class UnskipCommand implements Callable<Integer> {
  @Mixin private PolicyVerb policy;

  @Parameters(
      paramLabel = "COMPONENT@VERSION",
      converter = NamedRelease.Converter.class,
      description = "Which release.")
  private NamedRelease release;

  @Override
  public Integer call() {
    return policy.decide(
        PolicyRequest.newBuilder()
            .setAction(PolicyRequest.Action.ACTION_UNSKIP)
            .setComponent(release.component())
            .setVersion(release.version().toString()));
  }
}
