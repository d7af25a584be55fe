package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.protocol.v1.HistoryRequest;
import dev.lockstep.protocol.v1.JobRecord;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lockstep logs}: the log of a job, whether it runs or has ended. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = "Shows the log of a job; with -f also what comes, until the job ends.")
final class LogsCommand implements Callable<Integer> {
  @Mixin private BusOptions busOptions;
  @Mixin private OutputOptions output;

  @Parameters(
      paramLabel = "JOB",
      description = "The job's id, or as much of its beginning as makes it the only one.")
  private String job;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what comes, until the job has ended.")
  private boolean follow;

  @Option(names = "--device", paramLabel = "ID", description = "Only of these devices.")
  private List<String> devices = List.of();

  @Override
  public Integer call() {
    return busOptions.withBus(this::logs).code();
  }

  private ExitCode logs(Bus bus) {
    if (!job.matches("[A-Za-z0-9][A-Za-z0-9._:-]{0,95}")) {
      throw new UsageException("\"" + job + "\" cannot be the id of a job");
    }
    Fleet fleet = Fleet.of(bus, busOptions.deadline());
    HistoryRequest request = HistoryRequest.newBuilder().setJobId(job).build();
    List<JobRecord> found = History.of(fleet, request, List.of(), busOptions.deadline()).jobs();
    Set<String> ids = new TreeSet<>();
    found.forEach(one -> ids.add(one.getJob().getJobId()));
    if (ids.contains(job)) {
      ids.retainAll(Set.of(job));
    }
    if (ids.isEmpty()) {
      System.err.println("no such job: " + job + "; \"lockstep history\" lists them");
      return ExitCode.NOT_FOUND;
    }
    if (ids.size() > 1) {
      throw new UsageException("several jobs begin with " + job + ": " + String.join(", ", ids));
    }
    String id = ids.iterator().next();
    LogReader reader = new LogReader(bus, fleet, id, devices, output.json());
    long shown = follow ? reader.follow(busOptions.deadline()) : reader.read(busOptions.deadline());
    if (shown == 0 && !output.json()) {
      System.err.println("job " + id + " has no lines; what is known of it:");
      found.stream()
          .filter(one -> one.getJob().getJobId().equals(id))
          .forEach(one -> System.err.println(HistoryText.of(one)));
    }
    return ExitCode.OK;
  }
}
