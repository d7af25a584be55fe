package dev.lockstep.atomicupdates.health;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Healthy where a URL answers 2xx. Redirects are not followed: they may lead to somebody else.
 *
 * <p>The timeout is that of the whole answer: who sends a byte now and then has not answered. A
 * question that cannot be broken off, such as one for the address of a host, is waited for before
 * another one is asked, so that they do not become more and more.
 */
final class HttpProbe implements Probe {
  private static final int FIRST_GOOD = 200;
  private static final int FIRST_BAD = 300;

  /** One who waits for a start, and one who looks now and then. */
  static final int AT_ONCE = 2;

  private final URI url;
  private final Opener opener;
  private final int timeoutMillis;
  private final Semaphore asking = new Semaphore(AT_ONCE);

  /** Gets a connection ready without connecting it. */
  interface Opener {
    HttpURLConnection open(URI url) throws IOException;
  }

  HttpProbe(URI url, Duration timeout) {
    this(url, timeout, address -> (HttpURLConnection) address.toURL().openConnection());
  }

  HttpProbe(URI url, Duration timeout, Opener opener) {
    this.url = url;
    this.opener = opener;
    this.timeoutMillis = (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
  }

  @Override
  public Answer ask(ReleaseVersion expected) throws InterruptedException {
    Question question = new Question();
    FutureTask<Integer> status = new FutureTask<>(question::status);
    if (!asking.tryAcquire(timeoutMillis, TimeUnit.MILLISECONDS)) {
      return Answer.silent("was not asked at " + url + ": earlier questions have not ended");
    }
    start(status);
    try {
      int answered = status.get(timeoutMillis, TimeUnit.MILLISECONDS);
      return answered >= FIRST_GOOD && answered < FIRST_BAD
          ? Answer.well()
          : Answer.unwell("answered " + answered);
    } catch (TimeoutException late) {
      return tooLate();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof SocketTimeoutException) {
        return tooLate();
      }
      if (failed.getCause() instanceof IOException) {
        return Answer.silent(
            "was not reachable at " + url + " (" + failed.getCause().getMessage() + ")");
      }
      throw new IllegalStateException("cannot ask " + url, failed.getCause());
    } finally {
      question.giveUp();
    }
  }

  private void start(FutureTask<Integer> status) {
    Thread thread =
        new Thread(
            () -> {
              try {
                status.run();
              } finally {
                asking.release();
              }
            },
            "http-probe");
    thread.setDaemon(true);
    boolean started = false;
    try {
      thread.start();
      started = true;
    } finally {
      if (!started) {
        asking.release();
      }
    }
  }

  private Answer tooLate() {
    return Answer.silent("did not answer " + url + " within " + timeoutMillis + " ms");
  }

  /** One request on a thread of its own, since a read that gets something never times out. */
  private final class Question {
    private volatile HttpURLConnection connection;
    private volatile boolean givenUp;

    private int status() throws IOException {
      HttpURLConnection opened = opener.open(url);
      opened.setConnectTimeout(timeoutMillis);
      opened.setReadTimeout(timeoutMillis);
      opened.setInstanceFollowRedirects(false);
      opened.setUseCaches(false);
      opened.setRequestProperty("Connection", "close");
      connection = opened;
      opened.connect();
      if (givenUp) {
        // It was closed before there was anything to close.
        opened.disconnect();
        throw new SocketTimeoutException("connected too late");
      }
      return opened.getResponseCode();
    }

    /** Closes its socket, which ends the request; harmless where it has ended. */
    private void giveUp() {
      givenUp = true;
      HttpURLConnection opened = connection;
      if (opened != null) {
        opened.disconnect();
      }
    }
  }
}
