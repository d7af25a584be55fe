package dev.lockstep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each benchmark runs, on as little as possible, and prints its line. No time is asserted. */
class BenchTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "tuf-poll, --rounds=1 --sample=1 --warm-up=1 --targets=50 --processes=0 --no-reference",
    "bus,      --rounds=1 --messages=100 --warm-up=100 --no-libzmq",
    "staging,  --rounds=1 --megabytes=1",
    "command,  --rounds=1 --settle=0 --idle=1",
    "downtime, --rounds=1 --stop=10 --start=10 --files=3",
    "fleet,    --frontends=20 --offers=1 --settle=0 --idle=1"
  })
  void main_tinyParameters_printsOneLineOfJson(String name, String options) {
    List<String> arguments =
        new ArrayList<>(List.of(name, "--json", "--folder", folder.toString()));
    arguments.addAll(List.of(options.split(" ")));
    // The optimizing compiler pays only where something is measured.
    System.setProperty(Peer.OPTIONS, "-XX:TieredStopAtLevel=1");
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exitCode;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      exitCode = Bench.commandLine().execute(arguments.toArray(String[]::new));
    } finally {
      System.clearProperty(Peer.OPTIONS);
      System.setOut(before);
    }
    assertThat(exitCode).isZero();
    // What is logged goes to standard output too here, other than where nobody tests.
    List<String> results =
        out.toString(StandardCharsets.UTF_8).lines().filter(text -> text.startsWith("{")).toList();
    assertThat(results).hasSize(1);
    JsonNode line = JsonMapper.shared().readTree(results.get(0));
    assertThat(line.get("benchmark").stringValue()).isEqualTo(name);
    assertThat(line.get("measures")).isNotEmpty();
    line.get("measures")
        .forEach(
            measure -> {
              assertThat(measure.get("count").intValue()).as(measure.toString()).isPositive();
              assertThat(measure.get("median").doubleValue())
                  .as(measure.toString())
                  .isBetween(measure.get("min").doubleValue(), measure.get("max").doubleValue());
            });
    assertThat(folder).as("what it wrote").isEmptyDirectory();
  }
}
