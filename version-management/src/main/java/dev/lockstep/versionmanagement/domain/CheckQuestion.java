package dev.lockstep.versionmanagement.domain;

import java.util.Set;

/**
 * A request for a check.
 *
 * @param components which; empty means all
 * @param force regardless of schedule and of what the source said about coming back
 * @param reason for the log
 */
public record CheckQuestion(Set<String> components, boolean force, String reason) {
  /** Copies what is mutable. */
  public CheckQuestion {
    components = Set.copyOf(components);
  }

  /** Whether a component is asked about. */
  public boolean covers(String component) {
    return components.isEmpty() || components.contains(component);
  }
}
