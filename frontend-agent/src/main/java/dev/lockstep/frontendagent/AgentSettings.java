package dev.lockstep.frontendagent;

import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.config.Settings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an agent needs to know of itself, whether it comes from a file or from a program.
 *
 * @param device id of the device
 * @param platform os/arch of the device
 * @param heartbeat how often it announces itself
 * @param silenceLimit how long after draining the end of an install may stay unheard
 * @param reports whether it reports the state of its device; a component that speaks only for
 *     itself does not, and has no right to
 * @param own the components that it speaks for, with their places in the order
 * @param neighbours other components of the device
 * @param startId of a component that speaks only for itself, the start of its process; else empty
 */
public record AgentSettings(
    String device,
    String platform,
    Duration heartbeat,
    Duration silenceLimit,
    boolean reports,
    Map<String, Role> own,
    Map<String, Role> neighbours,
    String startId) {

  /** Those of a device's settings: it speaks for the components with {@code announce: agent}. */
  public static AgentSettings of(Settings settings) {
    Map<String, Role> own = new LinkedHashMap<>();
    Map<String, Role> neighbours = new LinkedHashMap<>();
    for (ComponentSettings component : settings.components().values()) {
      boolean spokenFor = component.announce() == ComponentSettings.Announce.AGENT;
      (spokenFor ? own : neighbours).put(component.id(), component.role());
    }
    return new AgentSettings(
        settings.device().id(),
        settings.device().platform(),
        settings.update().heartbeat(),
        settings.update().installDeadline(),
        true,
        own,
        neighbours,
        "");
  }
}
