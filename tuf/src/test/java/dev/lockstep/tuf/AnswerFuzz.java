package dev.lockstep.tuf;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Answers of a server, for any status, headers and body. The JDK reads the text of an answer; here
 * it is what comes out of that which is made up, so the whole process has no other http.
 */
final class AnswerFuzz {
  private static final int MOST = 20_000;
  private static final URI FILE = URI.create("https://host/file");
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  private static final HttpFetcher FETCHER =
      new HttpFetcher(
          HttpSettings.defaults().withRedirectHosts(Set.of("host", "other")),
          CLOCK,
          pause -> {},
          () -> 0);

  /** The answer to every request. */
  private static byte[] answer = new byte[0];

  private AnswerFuzz() {}

  /** From now on, no address leads anywhere. Once in a process. */
  static void cutOff() {
    URL.setURLStreamHandlerFactory(protocol -> protocol.startsWith("http") ? new MadeUp() : null);
  }

  /** Bytes within the limit and of the right part, or refused in one way. */
  static void answer(byte[] data) {
    answer = data;
    try {
      FuzzTargets.require(FETCHER.fetch(FILE, MOST).length <= MOST, "no more than the limit");
    } catch (FetchException | LimitException refused) {
      FuzzTargets.require(!refused.code().isBlank(), "a code");
    }
    try (Download download = FETCHER.open(FILE, 3)) {
      FuzzTargets.require(
          download.offset() == 0 || download.offset() == 3, "the whole or the rest");
    } catch (FetchException refused) {
      FuzzTargets.require(!refused.code().isBlank(), "a code");
    } catch (IOException e) {
      FuzzTargets.require(e.getMessage() != null, "a reason");
    }
  }

  private static final class MadeUp extends URLStreamHandler {
    @Override
    protected URLConnection openConnection(URL url) {
      return new Connection(url);
    }
  }

  /** Status in the first line, then headers up to an empty line, then the body. */
  private static final class Connection extends HttpURLConnection {
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final int status;
    private final byte[] body;

    Connection(URL url) {
      super(url);
      String text = new String(answer, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\n\n");
      String head = end < 0 ? text : text.substring(0, end);
      body = end < 0 ? new byte[0] : Arrays.copyOfRange(answer, end + 2, answer.length);
      String[] lines = head.split("\n", -1);
      status = lines[0].matches("[1-5][0-9]{2}") ? Integer.parseInt(lines[0]) : -1;
      for (String line : lines) {
        int colon = line.indexOf(": ");
        if (colon > 0) {
          headers.put(line.substring(0, colon), line.substring(colon + 2));
        }
      }
    }

    @Override
    public int getResponseCode() {
      return status;
    }

    @Override
    public String getHeaderField(String name) {
      return headers.get(name);
    }

    @Override
    public InputStream getInputStream() {
      return new ByteArrayInputStream(body);
    }

    @Override
    public void connect() {}

    @Override
    public void disconnect() {}

    @Override
    public boolean usingProxy() {
      return false;
    }
  }
}
