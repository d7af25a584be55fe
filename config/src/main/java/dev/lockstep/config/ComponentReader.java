package dev.lockstep.config;

import dev.lockstep.config.ComponentSettings.Announce;
import dev.lockstep.config.ComponentSettings.BackupHooks;
import dev.lockstep.config.ComponentSettings.Control;
import dev.lockstep.config.ComponentSettings.HealthSettings;
import dev.lockstep.config.ComponentSettings.Kind;
import dev.lockstep.config.ComponentSettings.Probe;
import dev.lockstep.config.ComponentSettings.ProcessSettings;
import dev.lockstep.config.ComponentSettings.Role;

/** Reads the section of one component, with what one of its keys makes mandatory. */
final class ComponentReader {
  private ComponentReader() {}

  static ComponentSettings read(String id, SectionReader component) {
    Role role = component.get(Keys.COMPONENT_ROLE);
    SectionReader process = component.child(Section.PROCESS);
    Kind kind = component.get(Keys.COMPONENT_KIND);
    requireFitting(kind, component, process);
    Announce usual = role == Role.FRONTEND ? Announce.AGENT : Announce.UPDATER;
    Announce announce = component.find(Keys.COMPONENT_ANNOUNCE).orElse(usual);
    HealthSettings health = health(component.child(Section.HEALTH));
    if (health.probe() == Probe.BUS && announce != Announce.COMPONENT) {
      String why = "component, as health.probe is bus";
      throw component.find(Keys.COMPONENT_ANNOUNCE).isPresent()
          ? component.refused(Keys.COMPONENT_ANNOUNCE, why)
          : component.missing(Keys.COMPONENT_ANNOUNCE, ", and health.probe is bus");
    }
    return new ComponentSettings(
        id,
        role,
        announce,
        process(process),
        health,
        component.get(Keys.COMPONENT_BACKUP_PATHS),
        component.get(Keys.COMPONENT_MIGRATE),
        component.get(Keys.COMPONENT_MIGRATE_DEADLINE),
        component.find(Keys.COMPONENT_VERSION_FILE),
        backupHooks(component.child(Section.BACKUP_HOOKS)),
        kind,
        component.get(Keys.COMPONENT_PACKAGES));
  }

  private static void requireFitting(Kind kind, SectionReader component, SectionReader process) {
    boolean named = !component.get(Keys.COMPONENT_PACKAGES).isEmpty();
    Control control = process.get(Keys.PROCESS_CONTROL);
    if (kind == Kind.TREE) {
      if (named) {
        throw component.refused(Keys.COMPONENT_PACKAGES, "none, as kind is tree");
      }
    } else if (!named) {
      throw component.missing(Keys.COMPONENT_PACKAGES, ", and kind is packages");
    } else if (control != Control.EXTERNAL && control != Control.SYSTEMD) {
      throw process.refused(Keys.PROCESS_CONTROL, "external or systemd, as kind is packages");
    }
  }

  private static ProcessSettings process(SectionReader process) {
    ProcessSettings settings =
        new ProcessSettings(
            process.get(Keys.PROCESS_CONTROL),
            process.get(Keys.PROCESS_COMMAND),
            process.get(Keys.PROCESS_ENVIRONMENT),
            process.get(Keys.PROCESS_STOP_TIMEOUT),
            process.find(Keys.PROCESS_UNIT));
    if (settings.control() == Control.SUPERVISED && settings.command().isEmpty()) {
      throw process.missing(Keys.PROCESS_COMMAND, ", and control is supervised");
    }
    if (settings.control() == Control.SYSTEMD) {
      process.require(Keys.PROCESS_UNIT, ", and control is systemd");
    }
    return settings;
  }

  private static BackupHooks backupHooks(SectionReader hooks) {
    BackupHooks settings =
        new BackupHooks(
            hooks.get(Keys.BACKUP_HOOKS_BEFORE),
            hooks.get(Keys.BACKUP_HOOKS_BEFORE_TIMEOUT),
            hooks.get(Keys.BACKUP_HOOKS_AFTER),
            hooks.get(Keys.BACKUP_HOOKS_AFTER_TIMEOUT),
            hooks.get(Keys.BACKUP_HOOKS_WHILE_RUNNING));
    if (settings.whileRunning() && settings.before().isEmpty()) {
      throw hooks.missing(Keys.BACKUP_HOOKS_BEFORE, ", and while_running is true");
    }
    return settings;
  }

  private static HealthSettings health(SectionReader health) {
    Probe probe = health.get(Keys.HEALTH_PROBE);
    switch (probe) {
      case HTTP -> health.require(Keys.HEALTH_URL, ", and probe is http");
      case TCP -> health.require(Keys.HEALTH_PORT, ", and probe is tcp");
      case COMMAND -> {
        if (health.get(Keys.HEALTH_COMMAND).isEmpty()) {
          throw health.missing(Keys.HEALTH_COMMAND, ", and probe is command");
        }
      }
      case BUS, PROCESS -> {
        // Nothing more to know.
      }
    }
    return new HealthSettings(
        probe,
        health.find(Keys.HEALTH_URL),
        health.get(Keys.HEALTH_HOST),
        health.find(Keys.HEALTH_PORT).orElse(0),
        health.get(Keys.HEALTH_COMMAND),
        health.get(Keys.HEALTH_INTERVAL),
        health.get(Keys.HEALTH_TIMEOUT),
        health.get(Keys.HEALTH_SUCCESSES),
        health.get(Keys.HEALTH_DEADLINE),
        health.get(Keys.HEALTH_WINDOW),
        health.find(Keys.HEALTH_START_DEADLINE));
  }
}
