package dev.lockstep.atomicupdates.port;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Optional;
import java.util.function.Consumer;

/** A process that a service manager or a person started, not Lockstep's launcher. */
record NoLauncher(Consumer<Throwable> ends) implements Launcher {
  @Override
  public Optional<ReleaseVersion> running() {
    return Optional.empty();
  }

  @Override
  public void restart() {
    throw new IllegalStateException("this process was not started by a launcher");
  }

  @Override
  public void broken(Throwable why) {
    ends.accept(why);
  }

  @Override
  public void confirm() {
    // Nobody counts the starts.
  }

  @Override
  public Optional<WentBack> wentBack() {
    return Optional.empty();
  }

  @Override
  public void forgetWentBack() {
    // Nobody went back.
  }
}
