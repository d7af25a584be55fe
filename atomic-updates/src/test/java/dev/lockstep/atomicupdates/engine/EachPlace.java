package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tries something once at each place of a run; several at a time, as each mostly waits. A try that
 * never ends fails the test, and keeps nothing from ending.
 */
final class EachPlace {
  private static final int AT_ONCE = 4;

  /** For all of them: much more than any run takes, and less than whoever waits for the build. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private EachPlace() {}

  /** One try, on a device of its own. */
  @FunctionalInterface
  interface Try {
    /** Has that place go wrong; gives whether it did, or fails where it did not end well. */
    boolean at(int place) throws Exception;
  }

  /**
   * Tries the first of so many places, and each that is a stride further.
   *
   * @return how many went wrong; fewer than tried, where a run had fewer of them
   */
  static int of(int places, int stride, Try one) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, EachPlace::daemon);
    try {
      return of(threads, places, stride, one);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "each-place");
    thread.setDaemon(true);
    return thread;
  }

  private static int of(ExecutorService threads, int places, int stride, Try one)
      throws InterruptedException {
    long end = System.nanoTime() + LONGEST.toNanos();
    Map<Integer, Future<Boolean>> running = new TreeMap<>();
    for (int place = 1; place <= places; place += stride) {
      int at = place;
      Callable<Boolean> work = () -> one.at(at);
      running.put(at, threads.submit(work));
    }
    int wentWrong = 0;
    Map<Integer, Throwable> wrong = new TreeMap<>();
    for (Map.Entry<Integer, Future<Boolean>> tried : running.entrySet()) {
      try {
        wentWrong += tried.getValue().get(end - System.nanoTime(), TimeUnit.NANOSECONDS) ? 1 : 0;
      } catch (ExecutionException failed) {
        wrong.put(tried.getKey(), failed.getCause());
      } catch (TimeoutException stuck) {
        wrong.put(tried.getKey(), stuck);
      }
    }
    assertThat(new ArrayList<>(wrong.entrySet())).as("places that did not end well").isEmpty();
    return wentWrong;
  }
}
