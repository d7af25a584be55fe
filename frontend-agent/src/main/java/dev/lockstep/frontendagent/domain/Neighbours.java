package dev.lockstep.frontendagent.domain;

import dev.lockstep.config.ComponentSettings.Role;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who else was announced, as far as it tells whom a restart concerns. Not thread-safe. */
public final class Neighbours {
  private static final int MOST = 10_000;
  private final Map<Place, Role> roles = new LinkedHashMap<>();

  /** A component was announced. */
  public void announced(Place place, Role role) {
    if (roles.size() < MOST || roles.containsKey(place)) {
      roles.put(place, role);
    }
  }

  /**
   * Whether a restart concerns a frontend: its own does, that of a backend or module does, since
   * the frontend may be connected to it; that of another frontend does not.
   *
   * @param restarting what restarts
   * @param frontend the frontend
   */
  public boolean concerns(Place restarting, Place frontend) {
    if (restarting.isEverywhere() || restarting.equals(frontend)) {
      return true;
    }
    Role role = roles.get(restarting);
    if (role == null) {
      // Never announced: the same component elsewhere is a frontend too.
      return !restarting.component().equals(frontend.component());
    }
    return role != Role.FRONTEND;
  }
}
