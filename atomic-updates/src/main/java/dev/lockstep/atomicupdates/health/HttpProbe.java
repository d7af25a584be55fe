package dev.lockstep.atomicupdates.health;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;

/** Healthy where a URL answers 2xx. Redirects are not followed: they may lead to somebody else. */
final class HttpProbe implements Probe {
  private static final int FIRST_GOOD = 200;
  private static final int FIRST_BAD = 300;
  private final URI url;
  private final int timeoutMillis;

  HttpProbe(URI url, Duration timeout) {
    this.url = url;
    this.timeoutMillis = (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
  }

  @Override
  public Answer ask(ReleaseVersion expected) {
    HttpURLConnection connection = null;
    try {
      connection = (HttpURLConnection) url.toURL().openConnection();
      connection.setConnectTimeout(timeoutMillis);
      connection.setReadTimeout(timeoutMillis);
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setRequestProperty("Connection", "close");
      int status = connection.getResponseCode();
      return status >= FIRST_GOOD && status < FIRST_BAD
          ? Answer.well()
          : Answer.unwell("answered " + status);
    } catch (SocketTimeoutException late) {
      return Answer.silent("did not answer " + url + " within " + timeoutMillis + " ms");
    } catch (IOException failed) {
      return Answer.silent("was not reachable at " + url + " (" + failed.getMessage() + ")");
    } finally {
      if (connection != null) {
        connection.disconnect();
      }
    }
  }
}
