package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DecisionRequest;
import dev.lockstep.protocol.v1.DecisionResponse;
import java.util.Optional;

/** Answers people's decisions. */
final class DecisionResponseProducer {
  private final Outlet outlet;

  DecisionResponseProducer(Outlet outlet) {
    this.outlet = outlet;
  }

  void publish(Received<DecisionRequest> request, String jobId, Optional<Failure> problem) {
    DecisionResponse.Builder answer =
        DecisionResponse.newBuilder().setJobId(jobId).setAccepted(problem.isEmpty());
    problem.ifPresent(why -> answer.setError(Wire.error(why)));
    outlet.reply(request, Topics.DECISION_RESPONSE, answer.build());
  }
}
