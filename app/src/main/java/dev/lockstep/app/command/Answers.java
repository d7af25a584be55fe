package dev.lockstep.app.command;

import com.google.protobuf.Message;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.Received;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits for the answer to a request; the request itself has the deadline. */
public final class Answers {
  private Answers() {}

  /**
   * The answer.
   *
   * @throws BusException {@code BUS_NO_ANSWER} or {@code BUS_CLOSED}
   */
  public static <M extends Message> Received<M> await(CompletableFuture<Received<M>> answer) {
    try {
      return answer.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof BusException reason) {
        throw reason;
      }
      throw failed;
    }
  }
}
