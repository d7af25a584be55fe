package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.lockstep.tuf.FetchException.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  private HttpsServer secured(KeyStore keys) throws Exception {
    HttpsServer secure =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(contextOf(keys)));
    secure.createContext(
        "/file",
        exchange -> {
          hits.incrementAndGet();
          try (exchange) {
            answer(exchange, 200, BODY);
          }
        });
    secure.start();
    return secure;
  }

  private byte[] fetchFrom(HttpsServer secure) {
    URI uri = URI.create("https://127.0.0.1:" + secure.getAddress().getPort() + "/file");
    return fetcher(PLAIN).fetch(uri, 100);
  }

  @Test
  @Tag("R146")
  void fetch_certificateOfAStranger_isRefused(@TempDir Path folder) throws Exception {
    HttpsServer secure = secured(selfSigned(folder, "ip:127.0.0.1"));
    try {
      FetchException failure = failure(() -> fetchFrom(secure));

      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(failure).hasMessageContaining("certification path");
      assertThat(hits).hasValue(0);
    } finally {
      secure.stop(0);
    }
  }

  /** The authority is trusted: what is left is the name. */
  @ParameterizedTest
  @Tag("R146")
  @CsvSource({
    "ip:127.0.0.1, ''",
    "dns:other.example, No subject alternative names",
  })
  void fetch_certificateOfAKnownAuthority_isAcceptedForItsHostOnly(
      String name, String refusal, @TempDir Path folder) throws Exception {
    KeyStore keys = selfSigned(folder, name);
    SSLSocketFactory before = HttpsURLConnection.getDefaultSSLSocketFactory();
    HttpsURLConnection.setDefaultSSLSocketFactory(trusting(keys).getSocketFactory());
    HttpsServer secure = secured(keys);
    try {
      if (refusal.isEmpty()) {
        assertThat(fetchFrom(secure)).isEqualTo(BODY);
      } else {
        assertThat(failure(() -> fetchFrom(secure))).hasMessageContaining(refusal);
        assertThat(hits).hasValue(0);
      }
    } finally {
      secure.stop(0);
      HttpsURLConnection.setDefaultSSLSocketFactory(before);
    }
  }

  private static KeyStore selfSigned(Path folder, String name) throws Exception {
    Path file = folder.resolve("keys.p12");
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(
        List.of(
            ("-genkeypair -alias server -keyalg EC -storetype PKCS12 -storepass password"
                    + " -dname CN=127.0.0.1 -ext san="
                    + name
                    + " -keystore")
                .split(" ")));
    command.add(file.toString());
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(output).isZero();
    return KeyStore.getInstance(file.toFile(), "password".toCharArray());
  }

  private static SSLContext trusting(KeyStore keys) throws Exception {
    KeyStore known = KeyStore.getInstance("PKCS12");
    known.load(null, null);
    known.setCertificateEntry("authority", keys.getCertificate("server"));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(known);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static SSLContext contextOf(KeyStore keys) throws Exception {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "password".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
