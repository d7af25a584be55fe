package dev.lockstep.atomicupdates.health;

import dev.lockstep.atomicupdates.port.ProcessControl;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.util.List;

/** Lives and crashes as told. */
final class ToldProcess implements ProcessControl {
  volatile int crashes;
  volatile Duration within = Duration.ofMillis(300);
  volatile Run run = Run.NONE;
  volatile Life life = Life.RUNNING;
  private static final ReleaseVersion VERSION = ReleaseVersion.parse("1.2.0");

  @Override
  public void adopt() {}

  @Override
  public void start(String component, ReleaseVersion version) {}

  @Override
  public void stop(String component) {}

  @Override
  public Status status(String component) {
    Exits exits = crashes == 0 ? Exits.NONE : new Exits(crashes, crashes, within, "exit code 3");
    return new Status(life, VERSION, 1, run, exits);
  }

  @Override
  public List<String> lastLines(String component, int count) {
    return List.of("no database", "giving up");
  }

  @Override
  public void close(boolean stopComponents) {}
}
