package dev.lockstep.frontendagent.adapter.http;

import dev.lockstep.frontendagent.port.FrontendException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Short requests to a program on this device, each with one deadline for all of it. */
final class LocalHttp {
  private static final int MOST_BYTES = 64 * 1024;
  private static final Duration CONNECT = Duration.ofSeconds(2);

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  /** An answer. */
  record Answer(int status, byte[] body) {
    boolean isGood() {
      return status / 100 == 2;
    }
  }

  Answer get(String what, URI uri, Duration deadline) {
    return send(what, HttpRequest.newBuilder(uri).GET(), deadline);
  }

  Answer post(String what, URI uri, byte[] body, String type, Duration deadline) {
    return send(
        what,
        HttpRequest.newBuilder(uri)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)),
        deadline);
  }

  private Answer send(String what, HttpRequest.Builder request, Duration deadline) {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request.build(), headers -> new BoundedBody(MOST_BYTES));
    try {
      HttpResponse<byte[]> got = answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(got.statusCode(), got.body());
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof ConnectException) {
        throw new FrontendException.NotRunning(what, failed.getCause());
      }
      throw new FrontendException.Failed(what, failed.getCause().toString(), failed.getCause());
    } catch (TimeoutException late) {
      answer.cancel(true);
      throw new FrontendException.Failed(
          what, "it did not answer within " + deadline.toMillis() + " ms", late);
    } catch (InterruptedException stopping) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new FrontendException.Failed(what, "this process stops", stopping);
    }
  }
}
