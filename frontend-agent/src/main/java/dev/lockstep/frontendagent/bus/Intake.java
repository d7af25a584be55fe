package dev.lockstep.frontendagent.bus;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets through what can be read; the rest is logged and dropped. */
final class Intake<M extends Message> implements Bus.Handler<M> {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
  private final Bus.Handler<M> handler;

  Intake(Bus.Handler<M> handler) {
    this.handler = handler;
  }

  @Override
  public void accept(Received<M> message) {
    try {
      handler.accept(message);
    } catch (IllegalArgumentException malformed) {
      LOG.warn(
          "a message on {} from {} is dropped: {}",
          message.topic(),
          message.source(),
          malformed.getMessage());
    }
  }
}
