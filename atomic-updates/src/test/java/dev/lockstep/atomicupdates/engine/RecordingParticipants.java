package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.port.Participants;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what was asked, and is ready unless told otherwise. */
final class RecordingParticipants implements Participants {
  final List<String> asked = new CopyOnWriteArrayList<>();
  volatile Inhibited inhibited;
  volatile Runnable whenAsked = () -> {};

  @Override
  public Optional<Inhibited> prepare(
      String jobId, String component, ReleaseVersion to, boolean critical) {
    asked.add("prepare " + component + " " + to + (critical ? " critical" : ""));
    whenAsked.run();
    return Optional.ofNullable(inhibited);
  }

  @Override
  public void announceRestart(RestartNotice notice) {
    asked.add("announce " + notice.component() + " " + notice.from() + " " + notice.to());
  }

  @Override
  public void drain(String jobId, String component) {
    asked.add("drain " + component);
  }
}
