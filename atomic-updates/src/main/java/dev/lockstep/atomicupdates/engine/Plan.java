package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.process.ComponentCommand;
import dev.lockstep.config.ComponentSettings.BackupHooks;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Says what an install would do, in order. Changes nothing. */
final class Plan {
  private Plan() {}

  static List<String> of(ManagedComponent component, ReleaseVersion to, Preparation preparation) {
    ReleaseVersion from = component.active().orElse(null);
    List<String> plan = new ArrayList<>();
    List<String> differences = component.slots().differences(to);
    if (!differences.isEmpty()) {
      plan.add("refuse: the slot of " + to + " differs from its manifest: " + differences.get(0));
      return plan;
    }
    boolean packages = component.upgradesPackages();
    String names = String.join(", ", component.settings().packages());
    if (packages) {
      plan.add("try dry what the upgrade of the packages %s does".formatted(names));
    }
    plan.add("ask the components whether they are ready");
    if (packages && !component.controlled()) {
      plan.add("restart nothing");
    } else if (from != null) {
      plan.add("announce the restart of " + component.id() + " and let components drain");
    }
    if (!packages || component.controlled()) {
      plan.addAll(stopAndBackUp(component, from, preparation));
    }
    plan.add("switch " + component.slots().currentLink() + " to releases/" + to);
    if (packages) {
      plan.add("upgrade the packages %s by the root helper".formatted(names));
    } else {
      plan.add(
          component.settings().migrate().isEmpty()
              ? "migrate nothing"
              : "migrate the data by " + component.settings().migrate().get(0));
    }
    if (!packages || component.controlled()) {
      plan.add(start(component, to));
    }
    var health = component.settings().health();
    plan.add(
        "wait until it is healthy, at most %d s, then %d s without a crash"
            .formatted(health.deadline().toSeconds(), health.window().toSeconds()));
    plan.add(
        packages
            ? "commit; where it fails a person is needed: " + PackagesUpgrade.NO_WAY_BACK
            : "commit, or revert " + (from == null ? "to nothing installed" : "to " + from));
    return plan;
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
    return component.own()
        ? "leave every other component running"
        : (component.controlled() ? "stop " : "leave to be stopped: ") + name(component, from);
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
