package dev.lockstep.config;

import java.time.Duration;
import java.util.List;

/**
 * How people learn of a planned restart, and how often they may put it off. Keys under {@code
 * notice.}
 *
 * @param hook command that shows a notice on this device; empty for none
 * @param hookTimeout how long it may take, which includes the time that people think (60 s)
 * @param maxPostpones how often a planned install may be postponed (3)
 * @param maxPostponeTime by how much in total (24 h)
 */
public record NoticeSettings(
    List<String> hook, Duration hookTimeout, int maxPostpones, Duration maxPostponeTime) {

  /** Copies what is mutable. */
  public NoticeSettings {
    hook = List.copyOf(hook);
  }
}
