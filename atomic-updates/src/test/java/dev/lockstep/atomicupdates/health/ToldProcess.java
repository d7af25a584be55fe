package dev.lockstep.atomicupdates.health;

import dev.lockstep.atomicupdates.port.ProcessControl;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Instant;
import java.util.List;

/** Lives and crashes as told. */
final class ToldProcess implements ProcessControl {
  volatile int crashes;
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
    return new Status(life, VERSION, 1, Instant.EPOCH, crashes, crashes == 0 ? "" : "exit 3");
  }

  @Override
  public List<String> lastLines(String component, int count) {
    return List.of("no database", "giving up");
  }

  @Override
  public void close(boolean stopComponents) {}
}
