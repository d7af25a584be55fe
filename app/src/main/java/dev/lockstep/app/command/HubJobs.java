package dev.lockstep.app.command;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.JobState;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the hub's atomic-updates knows of jobs and version-management does not: what a deployment
 * asks people, and why the last install of a component failed.
 */
final class HubJobs {
  private HubJobs() {}

  /** The report with that; as it was, and a word about it, where atomic-updates does not answer. */
  static StateReport addedTo(StateReport report, Bus bus, Duration deadline) {
    try {
      return added(
          report,
          Answers.await(
                  bus.request(
                      Topics.STATE_REQUEST,
                      StateRequest.newBuilder()
                          .addServices(StatusCommand.Service.ATOMIC_UPDATES.toString())
                          .addDevices(report.getDevice())
                          .build(),
                      Topics.STATE_REPORT,
                      RequestOptions.within(deadline)))
              .payload());
    } catch (BusException.NoAnswer silent) {
      System.err.println(
          "lockstep: what deployments ask and why installs failed is not shown: the hub's"
              + " atomic-updates does not answer");
      return report;
    }
  }

  static StateReport added(StateReport report, StateReport updates) {
    List<JobState> jobs = new ArrayList<>();
    List<JobState> more = new ArrayList<>();
    for (JobState job : report.getJobsList()) {
      jobs.add(job.toBuilder().setQuestion(question(job.getJobId(), updates)).build());
    }
    for (JobState asking : updates.getJobsList()) {
      boolean known = jobs.stream().anyMatch(job -> job.getJobId().equals(asking.getJobId()));
      if (!asking.getQuestion().isEmpty() && !known) {
        more.add(asking);
      }
    }
    for (ComponentState component : updates.getComponentsList()) {
      StatusText.lastInstall(updates, component).filter(HubJobs::failed).ifPresent(more::add);
    }
    return report.toBuilder().clearJobs().addAllJobs(jobs).addAllJobs(more).build();
  }

  private static String question(String job, StateReport updates) {
    return updates.getJobsList().stream()
        .filter(one -> one.getJobId().equals(job))
        .map(JobState::getQuestion)
        .filter(question -> !question.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** Whether an install ended otherwise than was wanted. */
  static boolean failed(JobState job) {
    return job.getState().startsWith("REVERT") && !job.getError().getMessage().isEmpty();
  }
}
