package dev.lockstep.component;

import dev.lockstep.frontendagent.port.Frontend;
import dev.lockstep.frontendagent.port.FrontendException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The component's own code as the agent reaches it: in the same process. */
record Callbacks(
    Function<Frontend.Request, Optional<Frontend.Inhibition>> onPrepare,
    Function<Frontend.Request, byte[]> onDrain,
    Consumer<byte[]> onRestored,
    Consumer<Optional<Frontend.ShownNotice>> onNotice,
    Function<Frontend.ShownNotice, Optional<Duration>> onPostponable,
    Consumer<Optional<Frontend.StoreNotice>> onStore)
    implements Frontend {
  private static final int MOST_STATE_BYTES = 64 * 1024;

  @Override
  public Optional<Inhibition> canUpdate(Request request) {
    return called("answer prepare", () -> onPrepare.apply(request));
  }

  @Override
  public byte[] drain(Request request) {
    byte[] state = called("drain", () -> onDrain.apply(request));
    if (state.length > MOST_STATE_BYTES) {
      throw new FrontendException.Failed(
          "drain", "its state of " + state.length + " bytes is larger than 64 KiB", null);
    }
    return state;
  }

  @Override
  public void restored(byte[] state) {
    called(
        "take its state back",
        () -> {
          onRestored.accept(state);
          return state;
        });
  }

  @Override
  public Optional<Duration> showNotice(Optional<ShownNotice> notice) {
    called(
        "show a restart notice",
        () -> {
          onNotice.accept(notice);
          return notice;
        });
    return notice
        .filter(planned -> planned.postponableUntil().isPresent())
        .flatMap(
            planned -> called("say whether it wants more time", () -> onPostponable.apply(planned)))
        .filter(by -> !by.isZero() && !by.isNegative());
  }

  @Override
  public void showStore(Optional<StoreNotice> notice) {
    called(
        "show what is in the store",
        () -> {
          onStore.accept(notice);
          return notice;
        });
  }

  /** What a callback throws is the component's failure to do it, never the agent's. */
  private static <T> T called(String what, Supplier<T> callback) {
    T answer;
    try {
      answer = callback.get();
    } catch (RuntimeException failed) {
      throw new FrontendException.Failed(what, failed.toString(), failed);
    }
    if (answer == null) {
      throw new FrontendException.Failed(what, "the callback returned null", null);
    }
    return answer;
  }
}
