package dev.lockstep.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Which device this is and where it keeps things. Keys under {@code device.}
 *
 * @param id unique among the devices of the app
 * @param root folder of the components: {@code <root>/<component>/releases/<version>}
 * @param state folder of Lockstep's own state: journals, TUF metadata, downloads
 * @param platform os/arch, e.g. {@code linux/amd64}; derived from the machine where not set
 * @param privileges how systemd units are started and stopped
 * @param model what hardware it is; empty where neither settings nor machine say it
 * @param memoryMb megabytes of main memory; empty likewise
 * @param labels what the operator says about the device
 */
public record DeviceSettings(
    String id,
    Path root,
    Path state,
    String platform,
    Privileges privileges,
    Optional<String> model,
    Optional<Integer> memoryMb,
    Map<String, String> labels) {

  /** Copies the map. */
  public DeviceSettings {
    labels = Map.copyOf(labels);
  }

  /** With the privileges that hold by default; nothing is known about its hardware. */
  public DeviceSettings(String id, Path root, Path state, String platform) {
    this(id, root, state, platform, Privileges.SUDO, Optional.empty(), Optional.empty(), Map.of());
  }

  /** How systemd units are started and stopped. */
  public enum Privileges {
    /** By the one command that the shipped sudoers file allows. */
    SUDO,
    /** By {@code systemctl}, which the shipped polkit rule allows. */
    POLKIT,
    /** By the root helper on its socket. */
    HELPER
  }
}
