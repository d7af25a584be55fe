package dev.lockstep.frontendagent.adapter.http;

import dev.lockstep.frontendagent.port.Frontend;
import java.time.Duration;
import java.util.Optional;

/** A frontend without a local HTTP server: it cannot be asked, so it is always ready. */
public final class SilentFrontend implements Frontend {
  @Override
  public Optional<Inhibition> canUpdate(Request request) {
    return Optional.empty();
  }

  @Override
  public byte[] drain(Request request) {
    return new byte[0];
  }

  @Override
  public void restored(byte[] state) {
    // It has none.
  }

  @Override
  public Optional<Duration> showNotice(Optional<ShownNotice> notice) {
    // Nobody to show it to; the agent logs it.
    return Optional.empty();
  }
}
