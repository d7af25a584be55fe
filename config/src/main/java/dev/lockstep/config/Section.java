package dev.lockstep.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A group of keys in the settings file: one record, one section. */
enum Section {
  ROOT("", "", Settings.class),
  DEVICE("", "device", DeviceSettings.class),
  BUS("", "bus", BusSettings.class),
  SOURCE("", "source", SourceSettings.class),
  UPDATE("", "update", UpdateSettings.class),
  DEPLOYMENT("", "deployment", DeploymentSettings.class),
  NOTICE("", "notice", NoticeSettings.class),
  LAN_CACHE("", "lan_cache", LanCacheSettings.class),
  /** One per component; the name is the component's id. */
  COMPONENT("components.", "<id>", ComponentSettings.class),
  PROCESS("components.<id>.", "process", ComponentSettings.ProcessSettings.class),
  HEALTH("components.<id>.", "health", ComponentSettings.HealthSettings.class),
  BACKUP_HOOKS("components.<id>.", "backup_hooks", ComponentSettings.BackupHooks.class);

  private final String parent;
  private final String label;
  private final Class<? extends Record> type;

  Section(String parent, String label, Class<? extends Record> type) {
    this.parent = parent;
    this.label = label;
    this.type = type;
  }

  /** The full name with {@code <id>} for a component's id; empty for the root. */
  String path() {
    return parent + label;
  }

  /** The name inside the parent section. */
  String label() {
    return label;
  }

  /** The record that it becomes. */
  Class<? extends Record> type() {
    return type;
  }

  /** Names of the sections directly inside. */
  List<String> children() {
    return switch (this) {
      case ROOT ->
          List.of(
              "device",
              "bus",
              "source",
              "update",
              "deployment",
              "notice",
              "lan_cache",
              "components");
      case COMPONENT -> List.of("process", "health", "backup_hooks");
      default -> List.of();
    };
  }

  /** Those that hold keys. */
  static List<Section> withKeys() {
    return Arrays.stream(values()).filter(section -> section != ROOT).toList();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
