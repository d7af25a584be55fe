package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Tries something once for each change of the disk; several at a time, as each mostly waits. */
final class EachChange {
  private static final int AT_ONCE = 4;

  private EachChange() {}

  /** One try, on a device of its own. */
  @FunctionalInterface
  interface Try {
    /** Has that change refused; gives whether any was, or fails where something was not right. */
    boolean refuse(int change) throws IOException;
  }

  /**
   * Tries the first of so many changes, and each that is a stride further.
   *
   * @return how many changes were refused; fewer than tried, where a run made fewer of them
   */
  static int of(int changes, int stride, Try one) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    Map<Integer, Future<Boolean>> running = new TreeMap<>();
    for (int change = 1; change <= changes; change += stride) {
      int at = change;
      Callable<Boolean> work = () -> one.refuse(at);
      running.put(at, threads.submit(work));
    }
    int refused = 0;
    Map<Integer, Throwable> wrong = new TreeMap<>();
    for (Map.Entry<Integer, Future<Boolean>> tried : running.entrySet()) {
      try {
        refused += tried.getValue().get() ? 1 : 0;
      } catch (ExecutionException failed) {
        wrong.put(tried.getKey(), failed.getCause());
      }
    }
    threads.shutdown();
    assertThat(new ArrayList<>(wrong.entrySet())).as("changes that did not end well").isEmpty();
    return refused;
  }
}
