package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A journal that outlives the coordinator in a test, and can lose its power after a write. */
public final class MemoryJournal implements DeploymentJournal {
  private final Map<String, Deployment> deployments = new LinkedHashMap<>();
  private final Set<String> untold = new LinkedHashSet<>();
  private final Map<Site, Desired> desired = new TreeMap<>();
  private final Map<String, Attempts> attempts = new LinkedHashMap<>();
  private final Map<Site, Remembered> remembered = new TreeMap<>();
  private int writes;
  private int failing;

  @Override
  public void save(Deployment deployment, Aftermath aftermath) {
    if (failing > 0) {
      failing--;
      throw new IllegalStateException("the journal cannot be written");
    }
    writes++;
    deployments.remove(deployment.id());
    deployments.put(deployment.id(), deployment);
    if (deployment.state().ended()) {
      untold.add(deployment.id());
    }
    aftermath.desired().forEach(one -> desired.put(one.site(), one));
    aftermath.attempts().forEach(one -> attempts.put(one.site() + "@" + one.version(), one));
  }

  /** The next writes fail. */
  void fail(int times) {
    failing = times;
  }

  int writes() {
    return writes;
  }

  @Override
  public Optional<Deployment> find(String id) {
    return Optional.ofNullable(deployments.get(id));
  }

  @Override
  public Optional<Deployment> running() {
    return deployments.values().stream().filter(one -> !one.state().ended()).findFirst();
  }

  @Override
  public List<Deployment> latest(int count) {
    List<Deployment> newestFirst = new ArrayList<>(deployments.values());
    java.util.Collections.reverse(newestFirst);
    return newestFirst.stream().limit(count).toList();
  }

  @Override
  public List<Deployment> untold() {
    return untold.stream().map(deployments::get).toList();
  }

  @Override
  public void told(String id) {
    untold.remove(id);
  }

  @Override
  public Optional<Desired> desired(Site site) {
    return Optional.ofNullable(desired.get(site));
  }

  @Override
  public Optional<Attempts> attempts(Site site, ReleaseVersion version) {
    return Optional.ofNullable(attempts.get(site + "@" + version));
  }

  @Override
  public void forget(Site site) {
    remembered.remove(site);
    desired.remove(site);
    attempts.keySet().removeIf(key -> key.startsWith(site + "@"));
  }

  @Override
  public void remember(Remembered announced) {
    remembered.put(announced.announced().site(), announced);
  }

  @Override
  public List<Remembered> remembered() {
    return List.copyOf(remembered.values());
  }
}
