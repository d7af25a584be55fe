package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tuf.FetchException.Kind;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the fetcher follows and what it tries again. */
@Timeout(60)
class HttpFetcherPolicyTest extends HttpServerFixture {
  private void redirect(String from, String to) {
    serve(
        from,
        exchange -> {
          exchange.getResponseHeaders().set("Location", to);
          answer(exchange, 302, new byte[0]);
        });
  }

  @Test
  @Tag("R66")
  void fetch_redirectToAHostNotOnTheList_isRefused() {
    redirect("/from", at("/file").toString());
    serve("/file", exchange -> answer(exchange, 200, BODY));

    FetchException e = failure(() -> fetcher(PLAIN).fetch(at("/from"), 10));

    assertThat(e.kind()).isEqualTo(Kind.REDIRECT);
    assertThat(e).hasMessageContaining("127.0.0.1");
    assertThat(hits).hasValue(1);
  }

  @Test
  @Tag("R66")
  void fetch_redirectToAHostOnTheList_isFollowed() {
    redirect("/from", "/file");
    serve("/file", exchange -> answer(exchange, 200, BODY));

    assertThat(fetcher(PLAIN.withRedirectHosts(Set.of("127.0.0.1"))).fetch(at("/from"), 10))
        .isEqualTo(BODY);
  }

  @Test
  @Tag("R66")
  void fetch_redirectsWithoutEnd_areGivenUp() {
    redirect("/from", "/from");

    FetchException e =
        failure(() -> fetcher(PLAIN.withRedirectHosts(Set.of("127.0.0.1"))).fetch(at("/from"), 10));

    assertThat(e.kind()).isEqualTo(Kind.REDIRECT);
    assertThat(hits).hasValue(6);
  }

  @Test
  @Tag("R68")
  void fetch_failingServer_isTriedAsOftenAsConfigured() {
    serve("/file", exchange -> answer(exchange, 503, new byte[0]));

    failure(() -> fetcher(PLAIN.withRetries(3, Duration.ofSeconds(5))).fetch(at("/file"), 10));

    assertThat(hits).hasValue(4);
    assertThat(sleeps).hasSize(3).containsOnly(Duration.ofSeconds(5));
  }

  @Test
  @Tag("R68")
  void fetch_serverThatRecovers_isEnough() {
    serve(
        "/file",
        exchange ->
            answer(exchange, hits.get() < 3 ? 500 : 200, hits.get() < 3 ? new byte[0] : BODY));

    assertThat(fetcher(PLAIN.withRetries(3, Duration.ofSeconds(5))).fetch(at("/file"), 10))
        .isEqualTo(BODY);
    assertThat(hits).hasValue(3);
  }

  @Test
  @Tag("R68")
  void fetch_clientError_isNotTriedAgain() {
    serve("/file", exchange -> answer(exchange, 404, new byte[0]));

    failure(() -> fetcher(PLAIN.withRetries(3, Duration.ofSeconds(5))).fetch(at("/file"), 10));

    assertThat(hits).hasValue(1);
  }
}
