package dev.lockstep.protocol;

import static dev.lockstep.protocol.Role.COMPONENT;
import static dev.lockstep.protocol.Role.DEVICE;
import static dev.lockstep.protocol.Role.HUB;
import static dev.lockstep.protocol.Role.OBSERVER;
import static dev.lockstep.protocol.Role.OPERATOR;
import static dev.lockstep.protocol.TopicKind.EVENT;
import static dev.lockstep.protocol.TopicKind.REQUEST;
import static dev.lockstep.protocol.TopicKind.RESPONSE;
import static dev.lockstep.protocol.TopicKind.STATE;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.lockstep.protocol.v1.CheckRequest;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.DecisionRequest;
import dev.lockstep.protocol.v1.DecisionResponse;
import dev.lockstep.protocol.v1.DeviceInstruction;
import dev.lockstep.protocol.v1.DeviceInstructionResponse;
import dev.lockstep.protocol.v1.DownloadCancel;
import dev.lockstep.protocol.v1.DownloadComplete;
import dev.lockstep.protocol.v1.DownloadProgress;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.DrainRequest;
import dev.lockstep.protocol.v1.DrainResponse;
import dev.lockstep.protocol.v1.HistoryReport;
import dev.lockstep.protocol.v1.HistoryRequest;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallProgress;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.LogLine;
import dev.lockstep.protocol.v1.LogReport;
import dev.lockstep.protocol.v1.LogRequest;
import dev.lockstep.protocol.v1.PolicyChanged;
import dev.lockstep.protocol.v1.PolicyRequest;
import dev.lockstep.protocol.v1.PrepareRequest;
import dev.lockstep.protocol.v1.PrepareResponse;
import dev.lockstep.protocol.v1.RestartRequired;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.v1.RevertRequest;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.ScheduleResponse;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import dev.lockstep.protocol.v1.UpdateAvailable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Every topic of the bus. No topic's name is the beginning of another one's path (R167). */
public final class Topics {
  /** What all topics start with; subscribing to it gives everything. */
  public static final String PREFIX = "update/";

  private static final List<Topic<?>> ALL = new ArrayList<>();

  /** Asks for a check now. */
  public static final Topic<CheckRequest> CHECK_REQUEST =
      topic(
          "check/request",
          REQUEST,
          CheckRequest.class,
          CheckRequest.parser(),
          HUB,
          DEVICE,
          COMPONENT,
          OPERATOR);

  /** The one answer to a check request, or the result of a scheduled check. */
  public static final Topic<CheckResponse> CHECK_RESPONSE =
      topic("check/response", RESPONSE, CheckResponse.class, CheckResponse.parser(), HUB);

  /** What can be installed now; empty when there is nothing. */
  public static final Topic<UpdateAvailable> AVAILABLE =
      topic("available", STATE, UpdateAvailable.class, UpdateAvailable.parser(), HUB);

  /** How far a download is. */
  public static final Topic<DownloadProgress> DOWNLOAD_PROGRESS =
      topic(
          "download/progress",
          EVENT,
          DownloadProgress.class,
          DownloadProgress.parser(),
          HUB,
          DEVICE);

  /** A download has ended. */
  public static final Topic<DownloadComplete> DOWNLOAD_COMPLETE =
      topic(
          "download/complete",
          EVENT,
          DownloadComplete.class,
          DownloadComplete.parser(),
          HUB,
          DEVICE);

  /** Asks the hub to deploy staged releases. */
  public static final Topic<InstallRequest> INSTALL_REQUEST =
      topic(
          "install/request", REQUEST, InstallRequest.class, InstallRequest.parser(), HUB, OPERATOR);

  /** A phase of an install starts or advances. */
  public static final Topic<InstallProgress> INSTALL_PROGRESS =
      topic(
          "install/progress", EVENT, InstallProgress.class, InstallProgress.parser(), HUB, DEVICE);

  /** An install, or a whole deployment, has ended. */
  public static final Topic<InstallComplete> INSTALL_COMPLETE =
      topic(
          "install/complete", EVENT, InstallComplete.class, InstallComplete.parser(), HUB, DEVICE);

  /** Installed code is not yet running. */
  public static final Topic<RestartRequired> RESTART_REQUIRED =
      topic(
          "restart/required", STATE, RestartRequired.class, RestartRequired.parser(), HUB, DEVICE);

  /** A restart will happen, was moved or is cancelled. */
  public static final Topic<RestartScheduled> RESTART_SCHEDULED =
      topic(
          "restart/scheduled",
          STATE,
          RestartScheduled.class,
          RestartScheduled.parser(),
          HUB,
          DEVICE);

  /** Asks devices to download and stage. */
  public static final Topic<DownloadRequest> DOWNLOAD_REQUEST =
      topic(
          "download/request",
          REQUEST,
          DownloadRequest.class,
          DownloadRequest.parser(),
          HUB,
          OPERATOR);

  /** Asks devices to stop downloading. */
  public static final Topic<DownloadCancel> DOWNLOAD_CANCEL =
      topic(
          "download/cancel", REQUEST, DownloadCancel.class, DownloadCancel.parser(), HUB, OPERATOR);

  /** Asks for an install at some time, or to change that; devices only for more time. */
  public static final Topic<ScheduleRequest> SCHEDULE_REQUEST =
      topic(
          "schedule/request",
          REQUEST,
          ScheduleRequest.class,
          ScheduleRequest.parser(),
          HUB,
          DEVICE,
          COMPONENT,
          OPERATOR);

  /** What became of a schedule request. */
  public static final Topic<ScheduleResponse> SCHEDULE_RESPONSE =
      topic("schedule/response", RESPONSE, ScheduleResponse.class, ScheduleResponse.parser(), HUB);

  /** Asks components whether an install may start now. */
  public static final Topic<PrepareRequest> PREPARE_REQUEST =
      topic("prepare/request", REQUEST, PrepareRequest.class, PrepareRequest.parser(), HUB, DEVICE);

  /** Ready, or not now. */
  public static final Topic<PrepareResponse> PREPARE_RESPONSE =
      topic(
          "prepare/response",
          RESPONSE,
          PrepareResponse.class,
          PrepareResponse.parser(),
          HUB,
          DEVICE,
          COMPONENT);

  /** Asks components to finish and let go. */
  public static final Topic<DrainRequest> DRAIN_REQUEST =
      topic("drain/request", REQUEST, DrainRequest.class, DrainRequest.parser(), HUB, DEVICE);

  /** Drained, with the state to hand back. */
  public static final Topic<DrainResponse> DRAIN_RESPONSE =
      topic(
          "drain/response",
          RESPONSE,
          DrainResponse.class,
          DrainResponse.parser(),
          HUB,
          DEVICE,
          COMPONENT);

  /** Hold, unhold, skip. */
  public static final Topic<PolicyRequest> POLICY_REQUEST =
      topic("policy/request", REQUEST, PolicyRequest.class, PolicyRequest.parser(), HUB, OPERATOR);

  /** The policy as it is now. */
  public static final Topic<PolicyChanged> POLICY_CHANGED =
      topic("policy/changed", STATE, PolicyChanged.class, PolicyChanged.parser(), HUB);

  /** Asks to go back to an earlier version. */
  public static final Topic<RevertRequest> REVERT_REQUEST =
      topic("revert/request", REQUEST, RevertRequest.class, RevertRequest.parser(), HUB, OPERATOR);

  /** A person answers what a deployment asks. */
  public static final Topic<DecisionRequest> DECISION_REQUEST =
      topic(
          "decision/request",
          REQUEST,
          DecisionRequest.class,
          DecisionRequest.parser(),
          HUB,
          OPERATOR);

  /** What became of a decision. */
  public static final Topic<DecisionResponse> DECISION_RESPONSE =
      topic("decision/response", RESPONSE, DecisionResponse.class, DecisionResponse.parser(), HUB);

  /** The hub tells one device its part of a deployment. */
  public static final Topic<DeviceInstruction> DEVICE_INSTRUCTION =
      topic(
          "device/instruction", REQUEST, DeviceInstruction.class, DeviceInstruction.parser(), HUB);

  /** What became of an instruction. */
  public static final Topic<DeviceInstructionResponse> DEVICE_RESPONSE =
      topic(
          "device/response",
          RESPONSE,
          DeviceInstructionResponse.class,
          DeviceInstructionResponse.parser(),
          HUB,
          DEVICE);

  /** Who is there, at which version. */
  public static final Topic<ComponentAnnounce> COMPONENT_ANNOUNCE =
      topic(
          "component/announce",
          STATE,
          ComponentAnnounce.class,
          ComponentAnnounce.parser(),
          HUB,
          DEVICE,
          COMPONENT);

  /** Asks every service for a state report. */
  public static final Topic<StateRequest> STATE_REQUEST =
      topic(
          "state/request",
          REQUEST,
          StateRequest.class,
          StateRequest.parser(),
          HUB,
          DEVICE,
          COMPONENT,
          OPERATOR,
          OBSERVER);

  /** Everything that a late joiner needs from one service of one device. */
  public static final Topic<StateReport> STATE_REPORT =
      topic("state/report", STATE, StateReport.class, StateReport.parser(), HUB, DEVICE);

  /** One line of a job's log. */
  public static final Topic<LogLine> LOG_LINE =
      topic("log/line", EVENT, LogLine.class, LogLine.parser(), HUB, DEVICE);

  /** Asks for a job's log, which outlives the job. */
  public static final Topic<LogRequest> LOG_REQUEST =
      topic("log/request", REQUEST, LogRequest.class, LogRequest.parser(), HUB, OPERATOR);

  /** A part of a job's log. */
  public static final Topic<LogReport> LOG_REPORT =
      topic("log/report", RESPONSE, LogReport.class, LogReport.parser(), HUB, DEVICE);

  /** Asks for the jobs of the past and the backups. */
  public static final Topic<HistoryRequest> HISTORY_REQUEST =
      topic(
          "history/request", REQUEST, HistoryRequest.class, HistoryRequest.parser(), HUB, OPERATOR);

  /** One service's jobs and backups. */
  public static final Topic<HistoryReport> HISTORY_REPORT =
      topic("history/report", RESPONSE, HistoryReport.class, HistoryReport.parser(), HUB, DEVICE);

  private Topics() {}

  /** All topics, the ten fixed ones first. */
  public static List<Topic<?>> all() {
    return Collections.unmodifiableList(ALL);
  }

  /** The topic of exactly that name. */
  public static Optional<Topic<?>> byName(String name) {
    return ALL.stream().filter(topic -> topic.name().equals(name)).findFirst();
  }

  /**
   * A host's own topic, on which its users are told what is available; outside {@value #PREFIX}, so
   * that nobody who subscribes to Lockstep's topics gets it too (R167).
   *
   * @throws IllegalArgumentException if the name is none, or is one of Lockstep's
   */
  public static Topic<UpdateAvailable> notification(String name) {
    if ((name + "/").startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "a host's topic is outside " + PREFIX + ", and " + name + " is not");
    }
    return new Topic<>(
        name,
        EVENT,
        UpdateAvailable.class,
        UpdateAvailable.parser(),
        Set.of(HUB),
        Set.of(Role.values()),
        Reach.EVERYBODY);
  }

  /** Logs can name what is nobody's business; a state token is handed back to its owner only. */
  private static Set<Role> readers(String path) {
    return switch (path) {
      case "log/line", "device/instruction", "device/response" -> Set.of(HUB, DEVICE, OPERATOR);
      case "drain/response" -> Set.of(HUB, DEVICE);
      case "prepare/request", "prepare/response", "drain/request" ->
          Set.of(HUB, DEVICE, COMPONENT, OPERATOR);
      default -> Set.of(Role.values());
    };
  }

  /** What devices and components say is of no use to the other frontends. */
  private static Reach reach(String path, Set<Role> publishers) {
    return switch (path) {
      case "log/line", "device/instruction", "device/response" -> Reach.OWN_DEVICE;
      case "restart/scheduled", "restart/required" -> Reach.NOTICES;
      default ->
          publishers.contains(DEVICE) || publishers.contains(COMPONENT)
              ? Reach.NEIGHBOURS
              : Reach.EVERYBODY;
    };
  }

  private static <M extends Message> Topic<M> topic(
      String path, TopicKind kind, Class<M> type, Parser<M> parser, Role... publishers) {
    Set<Role> may = Set.of(publishers);
    Topic<M> topic =
        new Topic<>(PREFIX + path, kind, type, parser, may, readers(path), reach(path, may));
    ALL.add(topic);
    return topic;
  }
}
