package dev.lockstep.frontendagent.port;

import java.util.Optional;

/** Whether a component runs. Blocks up to the configured timeout of one probe. */
@FunctionalInterface
public interface HealthView {
  /**
   * What is wrong with it, for people, as far as can be told; a text without words where nobody
   * knows. Empty where it runs and answers.
   */
  Optional<String> trouble(String component);
}
