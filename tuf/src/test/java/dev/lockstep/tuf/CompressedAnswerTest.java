package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tuf.FetchException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Metadata may be compressed on its way; what comes out has the same limits. */
class CompressedAnswerTest extends HttpServerFixture {
  private static final HttpSettings SETTINGS = HttpSettings.defaults().withPlainHttp(true);
  private static final byte[] TEXT = "a line\n".repeat(500).getBytes(StandardCharsets.UTF_8);

  private final List<String> accepted = Collections.synchronizedList(new ArrayList<>());

  private static byte[] compressed(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private void answerAs(String encoding, byte[] body) {
    serve(
        "/file",
        exchange -> {
          accepted.add(exchange.getRequestHeaders().getFirst("Accept-Encoding"));
          exchange.getResponseHeaders().set("Content-Encoding", encoding);
          answer(exchange, 200, body);
        });
  }

  @Test
  void fetch_compressed_isWhatWasCompressed() throws IOException {
    answerAs("gzip", compressed(TEXT));

    assertThat(fetcher(SETTINGS).fetch(at("/file"), TEXT.length)).isEqualTo(TEXT);

    assertThat(accepted).containsExactly("gzip");
  }

  @Test
  @Tag("R75")
  void endlessData_compressedThousandfold_isCutOffAtTheLimit() throws IOException {
    answerAs("gzip", compressed(new byte[50_000_000]));

    assertThatThrownBy(() -> fetcher(SETTINGS).fetch(at("/file"), 10_000))
        .isInstanceOf(LimitException.class);
  }

  @Test
  @Tag("R65")
  void fetch_damagedCompression_isMalformed() throws IOException {
    byte[] body = compressed(TEXT);
    body[body.length / 2] ^= 0x55;
    answerAs("gzip", body);

    assertThat(failure(() -> fetcher(SETTINGS).fetch(at("/file"), 10_000)).kind())
        .isEqualTo(Kind.MALFORMED);
  }

  @Test
  @Tag("R69")
  void fetch_compressionThatEndsEarly_fails() throws IOException {
    byte[] body = compressed(TEXT);
    answerAs("gzip", Arrays.copyOf(body, body.length - 12));

    assertThat(failure(() -> fetcher(SETTINGS).fetch(at("/file"), 10_000)).kind())
        .isEqualTo(Kind.UNREACHABLE);
  }

  @Test
  @Tag("R65")
  void open_answersCompressedUnasked_isMalformed() throws IOException {
    answerAs("gzip", compressed(TEXT));

    assertThat(failure(() -> fetcher(SETTINGS).open(at("/file"), 0)).kind())
        .isEqualTo(Kind.MALFORMED);
    assertThat(accepted).containsExactly("identity");
  }

  @Test
  @Tag("R65")
  void fetch_unknownEncoding_isMalformed() {
    answerAs("br", TEXT);

    assertThat(failure(() -> fetcher(SETTINGS).fetch(at("/file"), 10_000)).kind())
        .isEqualTo(Kind.MALFORMED);
  }
}
