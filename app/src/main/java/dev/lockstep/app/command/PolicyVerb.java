package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.PolicyChanged;
import dev.lockstep.protocol.v1.PolicyRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Mixin;

/** What the verbs have in common that decide: ask, print the policy as it is then. */
final class PolicyVerb {
  @Mixin private BusOptions busOptions;
  @Mixin private OutputOptions output;

  /** Asks for a change; refused ends with the exit code of the refusal. */
  int decide(PolicyRequest.Builder request) {
    return busOptions.withBus(bus -> decide(bus, request)).code();
  }

  private ExitCode decide(Bus bus, PolicyRequest.Builder request) {
    PolicyChanged policy =
        Answers.await(
                bus.request(
                    Topics.POLICY_REQUEST,
                    request.setRequestedBy(Requester.name()).build(),
                    Topics.POLICY_CHANGED,
                    RequestOptions.within(busOptions.deadline())))
            .payload();
    if (policy.hasError()) {
      System.err.println(MessageText.of(policy.getError()));
      return ExitCode.NOT_FOUND;
    }
    output.print(policy, () -> PolicyText.of(policy));
    return ExitCode.OK;
  }

  /** Prints the policy and changes nothing. */
  int show() {
    return busOptions
        .withBus(
            bus -> {
              PolicyChanged policy = present(bus, busOptions.deadline());
              output.print(policy, () -> PolicyText.of(policy));
              return ExitCode.OK;
            })
        .code();
  }

  /** The broker gives the present policy to whoever begins to listen. */
  private static PolicyChanged present(Bus bus, Duration deadline) {
    CompletableFuture<PolicyChanged> told = new CompletableFuture<>();
    try (Bus.Subscription heard =
        bus.subscribe(Topics.POLICY_CHANGED, message -> told.complete(message.payload()))) {
      return told.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException nobody) {
      throw new BusException.NoAnswer(Topics.POLICY_CHANGED.name(), deadline);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new BusException.Closed("ask for the policy");
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("a policy never completes with an error", impossible);
    }
  }
}
