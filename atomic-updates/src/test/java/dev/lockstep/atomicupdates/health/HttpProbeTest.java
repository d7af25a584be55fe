package dev.lockstep.atomicupdates.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HttpProbeTest {
  private static final URI ADDRESS = URI.create("http://backend.invalid/health");
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofMinutes(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch resolved = new CountDownLatch(1);

  /** Its address is looked for until the latch opens, and nothing ends that. */
  private final class Unresolved extends HttpURLConnection {
    Unresolved(URL url) {
      super(url);
    }

    @Override
    public void connect() {
      asked.incrementAndGet();
      boolean interrupted = true;
      while (interrupted) {
        try {
          resolved.await();
          interrupted = false;
        } catch (InterruptedException notHeard) {
          interrupted = true;
        }
      }
    }

    @Override
    public int getResponseCode() {
      return HTTP_OK;
    }

    @Override
    public void disconnect() {
      // There is no socket yet.
    }

    @Override
    public boolean usingProxy() {
      return false;
    }
  }

  @Test
  @Tag("R92")
  void ask_questionsThatCannotBeBrokenOff_doNotBecomeMoreAndAnswersCountLater() throws Exception {
    HttpProbe probe = new HttpProbe(ADDRESS, SHORT, url -> new Unresolved(url.toURL()));
    try {
      for (int time = 0; time < 3 * HttpProbe.AT_ONCE; time++) {
        assertThat(probe.ask(null).isWell()).isFalse();
      }
      await().atMost(LONG).untilAsserted(() -> assertThat(asked).hasValue(HttpProbe.AT_ONCE));
      assertThat(probe.ask(null).trouble()).contains("earlier questions have not ended");
      assertThat(asked).hasValue(HttpProbe.AT_ONCE);
    } finally {
      resolved.countDown();
    }
    await().atMost(LONG).untilAsserted(() -> assertThat(probe.ask(null).isWell()).isTrue());
  }
}
