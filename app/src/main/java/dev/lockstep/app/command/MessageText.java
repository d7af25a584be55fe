package dev.lockstep.app.command;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.release.DeviceNames;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.CheckResult;
import dev.lockstep.protocol.v1.DownloadComplete;
import dev.lockstep.protocol.v1.DownloadProgress;
import dev.lockstep.protocol.v1.Error;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.InstallProgress;
import dev.lockstep.protocol.v1.LogLine;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.PolicyDecision;
import dev.lockstep.protocol.v1.RestartRequired;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.v1.ScheduleResponse;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.UpdateAvailable;
import dev.lockstep.protocol.v1.WithheldRelease;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Messages as people read them. */
public final class MessageText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  private static final Map<Class<? extends Message>, Function<Message, String>> TEXTS =
      Map.ofEntries(
          text(CheckResponse.class, MessageText::of),
          text(UpdateAvailable.class, available -> of(available.getOffer())),
          text(DownloadProgress.class, MessageText::of),
          text(DownloadComplete.class, MessageText::of),
          text(InstallProgress.class, MessageText::of),
          text(InstallComplete.class, MessageText::of),
          text(RestartRequired.class, MessageText::of),
          text(RestartScheduled.class, MessageText::of),
          text(ScheduleResponse.class, MessageText::of),
          text(StateReport.class, report -> report.getService() + " on " + report.getDevice()),
          text(LogLine.class, line -> line.getDevice() + ": " + line.getText()));

  private MessageText() {}

  private static <M extends Message>
      Map.Entry<Class<? extends Message>, Function<Message, String>> text(
          Class<M> type, Function<M, String> text) {
    return Map.entry(type, message -> text.apply(type.cast(message)));
  }

  /** One message with its topic, on one line. */
  public static String line(Received<? extends Message> message) {
    Function<Message, String> text = TEXTS.get(message.payload().getClass());
    String shown =
        text == null ? OutputOptions.toJson(message.payload()) : text.apply(message.payload());
    return message.topic().name() + "  " + shown.replace("\n", "  ");
  }

  /** The result of a check. */
  public static String of(CheckResponse response) {
    List<String> lines = new ArrayList<>();
    lines.add(
        switch (response.getResult()) {
          case CHECK_RESULT_UP_TO_DATE -> "everything is up to date";
          case CHECK_RESULT_AVAILABLE -> of(response.getOffer());
          default ->
              "the check failed ("
                  + word(response.getResult(), CheckResult.values()[0])
                  + "): "
                  + of(response.getError());
        });
    for (WithheldRelease withheld : response.getWithheldList()) {
      lines.add(
          "not offered: %s %s, %s"
              .formatted(withheld.getComponent(), withheld.getVersion(), withheld.getReason()));
    }
    return String.join("\n", lines);
  }

  /** What is offered, and what will be done about it. */
  public static String of(Offer offer) {
    String inStore = inStore(offer);
    if (offer.getReleasesCount() == 0) {
      return inStore.isEmpty() ? "nothing to install" : inStore;
    }
    return (inStore.isEmpty() ? "" : inStore + "\n")
        + "available: "
        + releases(offer)
        + "\npolicy: "
        + word(offer.getDecision(), PolicyDecision.values()[0])
        + (offer.getDecisionReason().isEmpty() ? "" : ", " + offer.getDecisionReason());
  }

  /** What people get from a store, a line for each; empty where there is nothing. */
  static String inStore(Offer offer) {
    List<String> lines = new ArrayList<>();
    for (OfferedRelease release : offer.getInStoreList()) {
      lines.add(
          "in the store: %s %s (%s)%s, minimum version %s, %s"
              .formatted(
                  release.getComponent(),
                  fromTo(release.getFromVersion(), release.getToVersion()),
                  String.join(", ", DeviceNames.of(release)),
                  release.getCritical() ? " critical" : "",
                  release.getMinimumVersion(),
                  release.getStoreLink()));
    }
    return String.join("\n", lines);
  }

  private static String releases(Offer offer) {
    List<String> parts = new ArrayList<>();
    for (OfferedRelease release : offer.getReleasesList()) {
      parts.add(
          "%s %s (%s, %s)%s%s"
              .formatted(
                  release.getComponent(),
                  fromTo(release.getFromVersion(), release.getToVersion()),
                  bytes(release.getDownloadSize()),
                  String.join(", ", DeviceNames.of(release)),
                  release.getCritical() ? " critical" : "",
                  release.getThenCount() == 0
                      ? ""
                      : ", then " + String.join(", then ", release.getThenList())));
    }
    return String.join("; ", parts);
  }

  private static String of(DownloadProgress progress) {
    return "%s: %s %s %d %% of %s"
        .formatted(
            progress.getDevice(),
            progress.getComponent(),
            progress.getVersion(),
            progress.getPercent(),
            bytes(progress.getBytesTotal()));
  }

  private static String of(DownloadComplete complete) {
    return "%s: %s %s %s%s"
        .formatted(
            complete.getDevice(),
            complete.getComponent(),
            complete.getVersion(),
            complete.getStaged() ? "is staged" : "is not staged",
            complete.hasError() ? ": " + of(complete.getError()) : "");
  }

  private static String of(InstallProgress progress) {
    String what =
        progress.getDevice().isEmpty()
            ? "deployment"
            : progress.getDevice() + ": " + progress.getComponent() + " " + progress.getVersion();
    return "%s %s, %d %% %s"
        .formatted(
            what,
            progress.getPhase().name().replace("INSTALL_PHASE_", "").toLowerCase(Locale.ROOT),
            progress.getPercent(),
            progress.getMessage());
  }

  /** How an install ended, in words. */
  public static String outcome(InstallComplete complete) {
    return word(complete.getOutcome(), InstallOutcome.values()[0]);
  }

  /** How an install ended, or what a dry run would do. */
  public static String of(InstallComplete complete) {
    String who =
        complete.getDevice().isEmpty()
            ? "deployment"
            : complete.getDevice() + ": " + complete.getComponent();
    List<String> lines = new ArrayList<>();
    lines.add(
        who
            + " "
            + outcome(complete)
            + (complete.getToVersion().isEmpty()
                ? ""
                : ", " + fromTo(complete.getFromVersion(), complete.getToVersion()))
            + (complete.hasDowntime() ? ", down for " + seconds(complete.getDowntime()) : "")
            + (complete.hasError() && !complete.getError().getMessage().isEmpty()
                ? ": " + of(complete.getError())
                : ""));
    complete.getPlanList().forEach(step -> lines.add("  " + step));
    return String.join("\n", lines);
  }

  private static String of(RestartRequired required) {
    return required.getRequired()
        ? "%s: %s must restart to run %s"
            .formatted(
                required.getDevice(), required.getComponent(), required.getInstalledVersion())
        : "%s: %s runs %s"
            .formatted(required.getDevice(), required.getComponent(), required.getRunningVersion());
  }

  private static String of(RestartScheduled notice) {
    String what =
        notice.getComponent().isEmpty()
            ? "the update"
            : notice.getComponent() + " on " + notice.getDevice();
    return notice.getCancelled()
        ? what + ": the planned restart is cancelled"
        : "%s restarts at %s, away for about %s"
            .formatted(what, time(notice.getPlannedAt()), seconds(notice.getExpectedDowntime()));
  }

  /** What became of a schedule request. */
  public static String of(ScheduleResponse response) {
    if (!response.getAccepted()) {
      return of(response.getError());
    }
    if (response.getJobId().isEmpty()) {
      return "would install: " + releases(response.getOffer());
    }
    return response.hasPlannedAt()
        ? "install planned at " + time(response.getPlannedAt()) + ", job " + response.getJobId()
        : "cancelled";
  }

  /** An error with its code. */
  public static String of(Error error) {
    return "%s [%s]"
        .formatted(error.getMessage(), error.getCode().name().replace("ERROR_CODE_", ""));
  }

  /** 1.2 MB and the like. */
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    String[] units = {"kB", "MB", "GB", "TB"};
    int unit = -1;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  static String time(Timestamp timestamp) {
    return TIME.format(instant(timestamp));
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.getSeconds() + duration.getNanos() / 1e9);
  }

  static String fromTo(String from, String to) {
    return from.isEmpty() ? to : from + " -> " + to;
  }

  private static String word(Enum<?> value, Enum<?> unspecified) {
    String prefix = unspecified.name().replace("UNSPECIFIED", "");
    return value.name().replace(prefix, "").replace('_', ' ').toLowerCase(Locale.ROOT);
  }
}
