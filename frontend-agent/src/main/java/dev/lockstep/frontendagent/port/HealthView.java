package dev.lockstep.frontendagent.port;

/** Whether a component runs. Blocks up to the configured timeout of one probe. */
@FunctionalInterface
public interface HealthView {
  /** Whether it runs and answers, as far as can be told. */
  boolean running(String component);
}
