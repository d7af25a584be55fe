package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.port.Forecast;
import dev.lockstep.atomicupdates.process.ComponentCommand;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.BackupHooks;
import dev.lockstep.config.ComponentSettings.HealthSettings;
import dev.lockstep.config.UpdateSettings;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Says what an install would do, in order. Changes nothing. */
final class Plan {
  private final ManagedComponent component;
  private final Preparation preparation;
  private final UpdateSettings settings;

  Plan(ManagedComponent component, Preparation preparation, UpdateSettings settings) {
    this.component = component;
    this.preparation = preparation;
    this.settings = settings;
  }

  List<String> of(ReleaseVersion from, ReleaseVersion to, Forecast forecast) {
    List<String> plan = new ArrayList<>(download(to, forecast.download()));
    boolean packages = component.upgradesPackages();
    String names = String.join(", ", component.settings().packages());
    if (packages) {
      plan.add("try dry what the upgrade of the packages %s does".formatted(names));
    }
    plan.add(ask(forecast.asked()));
    if (packages && !component.controlled()) {
      plan.add("restart nothing");
    } else if (from != null) {
      plan.add(announce(forecast.drained()));
    }
    if (!packages || component.controlled()) {
      plan.addAll(stopAndBackUp(component, from, preparation));
    }
    plan.add("switch " + component.slots().currentLink() + " to releases/" + to);
    plan.add(packages ? "upgrade the packages %s by the root helper".formatted(names) : migrate());
    if (!packages || component.controlled()) {
      plan.add(start(component, to));
    }
    plan.add(health(component.settings().health()));
    plan.add(
        packages
            ? "commit; where it fails a person is needed: " + PackagesUpgrade.NO_WAY_BACK
            : "commit, or revert " + (from == null ? "to nothing installed" : "to " + from));
    plan.add("expected downtime: " + downtime(from, forecast));
    return plan;
  }

  private String migrate() {
    List<String> command = component.settings().migrate();
    return command.isEmpty()
        ? "migrate nothing"
        : "migrate the data by %s, in at most %s"
            .formatted(command.get(0), RevertPlan.seconds(component.settings().migrateDeadline()));
  }

  private static String downtime(ReleaseVersion from, Forecast forecast) {
    return forecast
        .expectedDowntime()
        .map(last -> "about %s, as last time".formatted(RevertPlan.seconds(last)))
        .orElse(from == null ? "none, nothing runs yet" : "not known, nothing was measured yet");
  }

  private List<String> download(ReleaseVersion to, Forecast.Download download) {
    if (download.staged()) {
      return List.of("download nothing: " + to + " is staged here, as it was signed");
    }
    if (!download.unknown().isEmpty()) {
      return List.of(
          "download and verify it first; how much that is cannot be said here: "
              + download.unknown());
    }
    List<String> lines = new ArrayList<>();
    if (download.deltaFrom() != null) {
      lines.add(
          "download and verify %s, what is new since %s, instead of the whole %s"
              .formatted(
                  RevertPlan.bytes(download.bytes()),
                  download.deltaFrom(),
                  RevertPlan.bytes(download.archiveBytes())));
    } else if (download.bytes() < download.archiveBytes()) {
      lines.add(
          "download and verify %s, which are missing of %s"
              .formatted(
                  RevertPlan.bytes(download.bytes()), RevertPlan.bytes(download.archiveBytes())));
    } else {
      lines.add("download and verify " + RevertPlan.bytes(download.bytes()));
    }
    lines.add(
        "unpack %s to %s, on a disk with %s free"
            .formatted(
                RevertPlan.bytes(download.diskBytes()),
                component.slots().home().resolve("releases").resolve(to.toString()),
                RevertPlan.bytes(download.diskFree())));
    if (download.diskFree() < download.diskBytes() + download.bytes()) {
      lines.add("remove old releases to make room, and refuse where that is not enough");
    }
    return lines;
  }

  private String ask(List<String> asked) {
    return asked.isEmpty()
        ? "ask nobody whether it may start: no component that it concerns answers"
        : "ask %s whether it may start, for at most %s; a \"not now\" puts it off"
            .formatted(String.join(", ", asked), RevertPlan.seconds(settings.prepareDeadline()));
  }

  private String announce(List<String> drained) {
    String notice =
        component.own()
            ? "announce that %s restarts, %s before"
            : "announce the restart of %s, %s before";
    String text = notice.formatted(component.id(), RevertPlan.seconds(settings.restartNotice()));
    return drained.isEmpty()
        ? text
        : text
            + ", then let %s drain, for at most %s"
                .formatted(
                    String.join(", ", drained), RevertPlan.seconds(settings.drainDeadline()));
  }

  private static String health(HealthSettings health) {
    String probe = health.probe().name().toLowerCase(Locale.ROOT);
    String deadline =
        health
            .startDeadline()
            .map(
                start ->
                    "%s to its first answer, then %s to be healthy"
                        .formatted(
                            RevertPlan.seconds(start), RevertPlan.seconds(health.deadline())))
            .orElseGet(() -> RevertPlan.seconds(health.deadline()) + " to be healthy");
    Duration window = health.window();
    return "verify by %s: %s (%d good answers in a row), then %s without an exit"
        .formatted(probe, deadline, health.successes(), RevertPlan.seconds(window));
  }

  /** From the stop of the old version to the end of the backup, in their order. */
  static List<String> stopAndBackUp(
      ManagedComponent component, ReleaseVersion from, Preparation preparation) {
    boolean backedUp = preparation.backsUp(component, from);
    BackupHooks hooks = component.settings().backupHooks();
    boolean running = backedUp && component.controlled() && hooks.whileRunning();
    List<String> plan = new ArrayList<>();
    if (from != null && !running) {
      plan.add(stop(component, from));
    }
    if (backedUp && !hooks.before().isEmpty()) {
      plan.add(Secrets.mask("run " + new ComponentCommand(component.commands(), hooks.before())));
    }
    plan.add(backup(component, from, preparation));
    if (backedUp && !hooks.after().isEmpty()) {
      plan.add(Secrets.mask("run " + new ComponentCommand(component.commands(), hooks.after())));
    }
    if (from != null && running) {
      plan.add(stop(component, from));
    }
    return plan;
  }

  private static String stop(ManagedComponent component, ReleaseVersion from) {
    if (component.own()) {
      return "leave every other component running";
    }
    String grace =
        component.settings().process().control() == ComponentSettings.Control.SUPERVISED
            ? ", by force after " + RevertPlan.seconds(component.settings().process().stopTimeout())
            : "";
    return component.controlled()
        ? "stop " + name(component, from) + grace
        : "leave to be stopped: " + name(component, from);
  }

  static String start(ManagedComponent component, ReleaseVersion to) {
    return component.own()
        ? "end this process, and have " + name(component, to) + " started by the launcher"
        : (component.controlled() ? "start " : "wait for the restart of ") + name(component, to);
  }

  private static String backup(
      ManagedComponent component, ReleaseVersion from, Preparation preparation) {
    if (!preparation.backsUp(component, from)) {
      return "make no backup";
    }
    List<String> paths = component.settings().backupPaths();
    String what = String.join(", ", paths);
    try {
      long bytes = component.backups().needed(paths);
      return "back up %s (%s) to %s"
          .formatted(what, RevertPlan.bytes(bytes), component.backups().folder());
    } catch (IOException unreadable) {
      return "back up %s to %s (its size is not known: %s)"
          .formatted(what, component.backups().folder(), unreadable);
    }
  }

  private static String name(ManagedComponent component, ReleaseVersion version) {
    return component.id() + " " + version;
  }
}
