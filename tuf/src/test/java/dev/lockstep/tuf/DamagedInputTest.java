package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tuf.metadata.Hashes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fuzzer's targets in every build: its corpus, and a bounded number of damaged copies. */
@Tag("R65")
class DamagedInputTest {
  private static final long SEED = 20261121;
  private static final int RUNS = 2_000;
  private static final String[] TOKENS = {
    "null", "-1", "1e999", "\"\\ud800\"", "[[[[", "{\"a\":", "\"version\"", "\u0000", "\ufeff", "/*"
  };

  private record Named(String name, Consumer<byte[]> target) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Named> targets() {
    return Stream.of(
        new Named("metadata", FuzzTargets::metadata),
        new Named("record", FuzzTargets::record),
        new Named("text", FuzzTargets::text));
  }

  private static List<byte[]> corpus() throws IOException, URISyntaxException {
    Path folder = Path.of(DamagedInputTest.class.getResource("MetadataFuzzInputs/parse").toURI());
    List<byte[]> corpus = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        corpus.add(Files.readAllBytes(file));
      }
    }
    corpus.add("stable/[a-z]*/?\0stable/backend/x".getBytes(StandardCharsets.UTF_8));
    corpus.add(record().toBytes());
    return corpus;
  }

  private static VerifiedRecord record() {
    VerifiedFacts facts =
        new VerifiedFacts(
            Hashes.hex("sha256", new byte[0]), 17, 3, Instant.parse("2030-01-01T00:00:00Z"));
    return new VerifiedRecord(facts, facts, facts, facts, Map.of("snapshot", "1/2/a"));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void parser_damagedInput_givesAResultOrRefusesInOneWay(Named target) throws Exception {
    List<byte[]> corpus = corpus();
    corpus.forEach(target.target());
    Random random = new Random(SEED);
    for (int run = 0; run < RUNS; run++) {
      byte[] input = corpus.get(random.nextInt(corpus.size()));
      byte[] other = corpus.get(random.nextInt(corpus.size()));
      for (int i = 0; i <= random.nextInt(4); i++) {
        input = damage(input, other, random);
      }
      try {
        target.target().accept(input);
      } catch (RuntimeException | Error failed) {
        throw new AssertionError(
            "run " + run + " on " + new String(input, StandardCharsets.UTF_8), failed);
      }
    }
  }

  /** A record whose sum is right, so that the lines themselves are what is wrong. */
  @Test
  void record_damagedLinesWithARightSum_isNoRecordOrTheSameAgain() {
    String[] lines = new String(record().toBytes(), StandardCharsets.UTF_8).split("\n");
    Random random = new Random(SEED);
    int read = 0;
    for (int run = 0; run < RUNS; run++) {
      StringBuilder text = new StringBuilder();
      int damaged = random.nextInt(lines.length);
      for (int i = 0; i < lines.length - 1; i++) {
        byte[] line = lines[i].getBytes(StandardCharsets.UTF_8);
        byte[] kept = i == damaged ? damage(line, line, random) : line;
        text.append(new String(kept, StandardCharsets.UTF_8)).append('\n');
      }
      String sum = Hashes.hex("sha256", text.toString().getBytes(StandardCharsets.UTF_8));
      byte[] record = text.append(sum).append('\n').toString().getBytes(StandardCharsets.UTF_8);
      FuzzTargets.record(record);
      read += VerifiedRecord.parse(record).isPresent() ? 1 : 0;
    }
    assertThat(read).isBetween(1, RUNS - 1);
  }

  private static byte[] damage(byte[] input, byte[] other, Random random) {
    int from = random.nextInt(input.length + 1);
    int to = Math.min(input.length, from + random.nextInt(random.nextBoolean() ? 2 : 60));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(input, 0, from);
    switch (random.nextInt(6)) {
      case 0 -> out.write(random.nextInt(256));
      case 1 ->
          out.writeBytes(TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.UTF_8));
      case 2 -> {
        return out.toByteArray();
      }
      case 3 -> {
        int start = random.nextInt(other.length + 1);
        out.write(other, start, Math.min(other.length - start, random.nextInt(200)));
      }
      case 4 -> out.write(input, from, to - from);
      default -> out.writeBytes(new byte[0]);
    }
    // What is doubled stays in its place too.
    int rest = random.nextInt(4) == 0 ? from : to;
    out.write(input, rest, input.length - rest);
    return out.toByteArray();
  }
}
