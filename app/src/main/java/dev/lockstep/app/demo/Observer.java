package dev.lockstep.app.demo;

import dev.lockstep.app.command.MessageText;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DownloadComplete;
import dev.lockstep.protocol.v1.DownloadProgress;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallPhase;
import dev.lockstep.protocol.v1.InstallProgress;
import dev.lockstep.protocol.v1.RestartScheduled;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Listens to the bus for the demo: tells what happens, and keeps notices, bytes and outcomes. */
final class Observer {
  // What a user would not ask about: over in a moment, or told by another line.
  private static final Set<InstallPhase> UNTOLD =
      EnumSet.of(
          InstallPhase.INSTALL_PHASE_STAGE,
          InstallPhase.INSTALL_PHASE_MIGRATE,
          InstallPhase.INSTALL_PHASE_COMMIT);

  private final Narrator narrator;
  private final List<Notice> notices = new ArrayList<>();
  private final Map<String, Long> bytes = new HashMap<>();
  private final Map<String, String> phases = new HashMap<>();

  /**
   * An announced restart of a component.
   *
   * @param device where
   * @param heard when the demo heard of it
   * @param planned when the restart is planned, by the sender's clock
   */
  record Notice(String device, Instant heard, Instant planned) {}

  Observer(Bus bus, Narrator narrator) {
    this.narrator = narrator;
    bus.subscribe(Topics.DOWNLOAD_PROGRESS, this::downloading);
    bus.subscribe(Topics.DOWNLOAD_COMPLETE, this::downloaded);
    bus.subscribe(Topics.RESTART_SCHEDULED, this::announced);
    bus.subscribe(Topics.INSTALL_PROGRESS, this::installing);
    bus.subscribe(Topics.INSTALL_COMPLETE, this::installed);
  }

  /** The first notice of a restart on that device since then. */
  synchronized Optional<Notice> notice(String device, Instant since) {
    return notices.stream()
        .filter(notice -> notice.device().equals(device) && !notice.heard().isBefore(since))
        .findFirst();
  }

  /** Bytes that came over the network for that release on that device. */
  synchronized long bytesFetched(String device, String component, String version) {
    return bytes.getOrDefault(device + " " + component + " " + version, 0L);
  }

  private void downloading(Received<DownloadProgress> message) {
    DownloadProgress progress = message.payload();
    narrator.progress(
        progress.getDevice(),
        progress.getComponent() + " " + progress.getVersion(),
        progress.getBytesDone(),
        progress.getBytesTotal());
  }

  private void downloaded(Received<DownloadComplete> message) {
    DownloadComplete complete = message.payload();
    synchronized (this) {
      bytes.merge(
          complete.getDevice() + " " + complete.getComponent() + " " + complete.getVersion(),
          complete.getBytesFetched(),
          Math::max);
    }
    narrator.tell(
        "%s: %s %s %s"
            .formatted(
                complete.getDevice(),
                complete.getComponent(),
                complete.getVersion(),
                complete.getStaged()
                    ? "is verified and staged"
                    : "is not staged: " + complete.getError().getMessage()));
  }

  private void announced(Received<RestartScheduled> message) {
    RestartScheduled notice = message.payload();
    if (notice.getComponent().isEmpty() || notice.getCancelled()) {
      return;
    }
    Instant planned =
        Instant.ofEpochSecond(notice.getPlannedAt().getSeconds(), notice.getPlannedAt().getNanos());
    synchronized (this) {
      notices.add(new Notice(notice.getDevice(), Instant.now(), planned));
    }
    long millis = Duration.between(message.sentAt(), planned).toMillis();
    narrator.tell(
        String.format(
            Locale.ROOT,
            "%s: announces that %s restarts in %.1f s",
            notice.getDevice(),
            notice.getComponent(),
            millis / 1000.0));
  }

  private void installing(Received<InstallProgress> message) {
    InstallProgress progress = message.payload();
    if (UNTOLD.contains(progress.getPhase())) {
      return;
    }
    String phase =
        progress.getPhase().name().replace("INSTALL_PHASE_", "").toLowerCase(Locale.ROOT);
    String key = progress.getJobId() + " " + progress.getDevice() + " " + progress.getComponent();
    synchronized (this) {
      if (phase.equals(phases.put(key, phase))) {
        return;
      }
    }
    narrator.tell(
        "%s: %s %s %s"
            .formatted(
                progress.getDevice().isEmpty() ? "hub" : progress.getDevice(),
                progress.getComponent().isEmpty() ? "deployment" : progress.getComponent(),
                phase,
                progress.getMessage()));
  }

  private void installed(Received<InstallComplete> message) {
    InstallComplete complete = message.payload();
    if (complete.getDevice().isEmpty()) {
      return;
    }
    narrator.tell(
        "%s: %s %s %s%s"
            .formatted(
                complete.getDevice(),
                complete.getComponent(),
                complete.getToVersion(),
                MessageText.outcome(complete),
                complete.hasError() ? ": " + complete.getError().getMessage() : ""));
  }
}
