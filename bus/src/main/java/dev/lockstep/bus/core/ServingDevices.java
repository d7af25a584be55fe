package dev.lockstep.bus.core;

import dev.lockstep.protocol.Claims;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The hubs' devices, and those that have announced a backend. Used by one thread. */
public final class ServingDevices implements Serving {
  private static final int MOST = 10_000;
  private final Supplier<Set<String>> hubs;
  private final Set<String> backends = new HashSet<>();

  /** Nobody has announced anything yet; the hubs' devices are asked for each time. */
  public ServingDevices(Supplier<Set<String>> hubs) {
    this.hubs = hubs;
  }

  /** A message has passed. */
  public void heard(Topic<?> topic, Claims claims) {
    boolean backend = claims.serves() && topic.name().equals(Topics.COMPONENT_ANNOUNCE.name());
    if (backend && !claims.device().isEmpty() && backends.size() < MOST) {
      backends.add(claims.device());
    }
  }

  /** Forgets devices that are no longer to be believed. */
  public void forget(Predicate<String> device) {
    backends.removeIf(device);
  }

  @Override
  public boolean isHub(String device) {
    return hubs.get().contains(device);
  }

  @Override
  public boolean serves(String device) {
    return backends.contains(device) || isHub(device);
  }

  @Override
  public Set<String> devices() {
    Set<String> all = new HashSet<>(backends);
    all.addAll(hubs.get());
    return all;
  }
}
