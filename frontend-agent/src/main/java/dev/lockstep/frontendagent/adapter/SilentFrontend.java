package dev.lockstep.frontendagent.adapter;

import dev.lockstep.frontendagent.domain.Notice;
import dev.lockstep.frontendagent.port.Frontend;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A frontend without a health URL, so without hooks: always ready; notices go to the log. */
public final class SilentFrontend implements Frontend {
  private static final Logger LOG = LoggerFactory.getLogger(SilentFrontend.class);

  @Override
  public Optional<NotNow> prepare(
      String component, String version, boolean critical, Duration deadline) {
    return Optional.empty();
  }

  @Override
  public byte[] drain(String restarting, Duration deadline) {
    return new byte[0];
  }

  @Override
  public boolean restored(byte[] token, Duration deadline) {
    return true;
  }

  @Override
  public void notice(Notice notice, Duration deadline) {
    LOG.info("{} restarts at {}: {}", notice.component(), notice.at(), notice.reason());
  }

  @Override
  public boolean healthy(Duration deadline) {
    return true;
  }
}
