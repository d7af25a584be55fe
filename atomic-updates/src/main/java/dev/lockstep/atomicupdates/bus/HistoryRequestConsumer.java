package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.atomicupdates.JobHistory;
import dev.lockstep.atomicupdates.deployment.Deployment;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.HistoryRequest;
import dev.lockstep.protocol.v1.JobRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Answers whoever asks for jobs of the past, where this device and service are meant. */
final class HistoryRequestConsumer implements Bus.Handler<HistoryRequest> {
  private static final int USUAL = 50;
  private static final int MOST = 1_000;

  private final HistoryReportProducer producer;
  private final DeviceUpdates updates;
  private final IntFunction<List<Deployment>> deployments;

  /**
   * Answers by reports.
   *
   * @param deployments the last so many deployments; none where this is not the hub
   */
  HistoryRequestConsumer(
      HistoryReportProducer producer,
      DeviceUpdates updates,
      IntFunction<List<Deployment>> deployments) {
    this.producer = producer;
    this.updates = updates;
    this.deployments = deployments;
  }

  @Override
  public void accept(Received<HistoryRequest> message) {
    HistoryRequest request = message.payload();
    if (!StateRequestConsumer.names(request.getDevicesList(), producer.device())
        || !StateRequestConsumer.names(request.getServicesList(), StateReportProducer.SERVICE)) {
      return;
    }
    String job = request.getJobId().isEmpty() ? "" : Checked.job(request.getJobId());
    String component =
        request.getComponent().isEmpty() ? "" : Checked.component(request.getComponent());
    int limit = limit(request.getLimit());
    // One more than wanted tells whether there are more.
    List<JobHistory.PastJob> past =
        updates.history().jobs(new JobHistory.Query(job, component, limit + 1));
    List<JobRecord> records = new ArrayList<>();
    past.stream().limit(limit).forEach(one -> records.add(producer.record(one)));
    if (component.isEmpty()) {
      deployments.apply(limit).stream()
          .filter(deployment -> deployment.id().startsWith(job))
          .forEach(deployment -> records.add(HistoryReportProducer.record(deployment)));
    }
    producer.publish(
        records,
        updates.history().backups(component),
        past.size() > limit,
        Wire.answering(message));
  }

  private static int limit(int wanted) {
    return wanted == 0 ? USUAL : (int) Math.min(Integer.toUnsignedLong(wanted), MOST);
  }
}
