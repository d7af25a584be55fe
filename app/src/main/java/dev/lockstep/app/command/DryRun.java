package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.release.DeviceNames;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.ReleaseId;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.ScheduleResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Asks what an install would do, and changes nothing: version-management, what it would be; the
 * hub, in which order; each device, its own steps.
 */
final class DryRun {
  private static final String WHOLE = "whole";

  private final Bus bus;
  private final Duration deadline;
  private final OutputOptions output;

  DryRun(Bus bus, Duration deadline, OutputOptions output) {
    this.bus = bus;
    this.deadline = deadline;
    this.output = output;
  }

  /**
   * Asks, and prints the answers: first that of the whole, then those of the devices.
   *
   * @param request what would be scheduled, as a dry run
   * @param nothingToDo the exit code where there is nothing to do
   */
  ExitCode of(ScheduleRequest request, ExitCode nothingToDo) {
    ScheduleResponse response =
        Answers.await(
                bus.request(
                    Topics.SCHEDULE_REQUEST,
                    request,
                    Topics.SCHEDULE_RESPONSE,
                    RequestOptions.within(deadline)))
            .payload();
    if (response.getNothingToDo()) {
      output.print(response, () -> response.getError().getMessage());
      return nothingToDo;
    }
    if (!response.getAccepted()) {
      System.err.println(MessageText.of(response.getError()));
      return Refusals.exitCodeOf(response.getError().getCode());
    }
    response.getRemarksList().forEach(remark -> System.err.println("note: " + remark));
    return plans(response.getOffer(), request.getDevicesList());
  }

  private ExitCode plans(Offer offer, Collection<String> only) {
    Fleet fleet = Fleet.of(bus, deadline);
    Set<String> places = places(offer, only, fleet);
    Set<String> expected = new TreeSet<>(places);
    expected.add(WHOLE);
    InstallRequest request = request(offer, only);
    Map<String, InstallComplete> answers =
        fleet.collect(
            () -> bus.publish(Topics.INSTALL_REQUEST, request),
            Topics.INSTALL_COMPLETE,
            message ->
                message.payload().getJobId().equals(request.getJobId())
                    ? place(message.payload())
                    : "",
            expected,
            deadline);
    List<String> order = new ArrayList<>(List.of(WHOLE));
    order.addAll(places);
    ExitCode worst = ExitCode.OK;
    for (String place : order) {
      InstallComplete answer = answers.get(place);
      if (answer == null) {
        System.err.println(
            place.equals(WHOLE) ? "the hub does not answer" : place + " does not answer");
        worst = ExitCode.UNREACHABLE;
      } else {
        output.print(answer, () -> text(answer));
        if (answer.getOutcome() != InstallOutcome.INSTALL_OUTCOME_DRY_RUN && worst == ExitCode.OK) {
          worst = Refusals.exitCodeOf(answer.getError().getCode());
        }
      }
    }
    return worst;
  }

  /** Whose answers are awaited, in the order of the offer; who is away cannot answer. */
  private static Set<String> places(Offer offer, Collection<String> only, Fleet fleet) {
    Set<String> places = new LinkedHashSet<>();
    for (OfferedRelease release : offer.getReleasesList()) {
      Set<String> there = fleet.having(release.getComponent());
      DeviceNames.of(release).stream()
          .filter(there::contains)
          .filter(device -> only.isEmpty() || only.contains(device))
          .forEach(device -> places.add(release.getComponent() + " on " + device));
    }
    return places;
  }

  private static String place(InstallComplete answer) {
    return answer.getDevice().isEmpty()
        ? WHOLE
        : answer.getComponent() + " on " + answer.getDevice();
  }

  private static InstallRequest request(Offer offer, Collection<String> only) {
    InstallRequest.Builder request =
        InstallRequest.newBuilder()
            .setJobId(UUID.randomUUID().toString())
            .setOfferId(offer.getOfferId())
            .addAllDevices(only)
            .setDryRun(true)
            .setRequestedBy(Requester.name());
    for (OfferedRelease release : offer.getReleasesList()) {
      request.addReleases(
          ReleaseId.newBuilder()
              .setComponent(release.getComponent())
              .setVersion(release.getToVersion()));
    }
    return request.build();
  }

  /** A heading, and what would happen as a numbered list. */
  static String text(InstallComplete answer) {
    boolean whole = answer.getDevice().isEmpty();
    String versions = MessageText.fromTo(answer.getFromVersion(), answer.getToVersion());
    String what =
        whole ? "The whole" : "%s %s".formatted(place(answer), versions.isEmpty() ? "" : versions);
    if (answer.getOutcome() != InstallOutcome.INSTALL_OUTCOME_DRY_RUN) {
      return HistoryText.wrapped(
          "", "%s: would be refused: %s".formatted(what, MessageText.of(answer.getError())));
    }
    StringBuilder text = new StringBuilder(what).append(whole ? ", in this order:" : ":");
    int number = 1;
    for (String step : answer.getPlanList()) {
      String label = "%3d. ".formatted(number++);
      text.append('\n').append(label);
      text.append(HistoryText.wrapped(" ".repeat(label.length()), step).substring(label.length()));
    }
    return text.toString();
  }
}
