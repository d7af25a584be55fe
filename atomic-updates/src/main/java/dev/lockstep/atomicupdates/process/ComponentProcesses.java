package dev.lockstep.atomicupdates.process;

import dev.lockstep.atomicupdates.port.ProcessControl;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.DeviceSettings;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** The components that Lockstep starts and stops, each by its own kind of control. Any thread. */
public final class ComponentProcesses implements ProcessControl {
  private final Supervisor supervisor;
  private final SystemdUnits units;

  /** Starts nothing yet. */
  public ComponentProcesses(
      DeviceSettings device, Map<String, ComponentSettings> settings, Clock clock) {
    this(
        new Supervisor(device.root(), device.state(), settings, clock),
        new SystemdUnits(
            device.root(), device.state(), settings, new UnitCommands(device.privileges()), clock));
  }

  ComponentProcesses(Supervisor supervisor, SystemdUnits units) {
    this.supervisor = supervisor;
    this.units = units;
  }

  private ProcessControl of(String component) {
    return units.has(component) ? units : supervisor;
  }

  @Override
  public void adopt() {
    supervisor.adopt();
    units.adopt();
  }

  @Override
  public void start(String component, ReleaseVersion version) {
    of(component).start(component, version);
  }

  @Override
  public void stop(String component) {
    of(component).stop(component);
  }

  @Override
  public Status status(String component) {
    return of(component).status(component);
  }

  @Override
  public List<String> lastLines(String component, int count) {
    return of(component).lastLines(component, count);
  }

  @Override
  public void close(boolean stopComponents) {
    units.close(stopComponents);
    supervisor.close(stopComponents);
  }
}
