package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every parser of this module under a fuzzer that sees which branches it reaches: Jazzer, in a
 * process per group of {@link FuzzTargets}, a fixed number of runs from a fixed seed. For a longer
 * search: {@code ./mvnw -pl tuf test -Dtest=ParserFuzzTest -Dlockstep.fuzz.runs=1000000
 * -Dlockstep.fuzz.seed=7}.
 *
 * <p>An input that was found belongs to {@link FuzzSeeds}, so that it is tried for ever.
 */
@Tag("R65")
class ParserFuzzTest {
  private static final int RUNS = Integer.getInteger("lockstep.fuzz.runs", 3_000);
  private static final int SEED = Integer.getInteger("lockstep.fuzz.seed", 20261121);

  /** Long enough for machines that are much slower; a longer search has longer. */
  private static final long DEADLINE_SECONDS = 240 + RUNS / 100;

  private static final Pattern DONE =
      Pattern.compile("#([0-9]+)\\s+DONE\\s+cov: ([0-9]+) ft: ([0-9]+)");

  /** Those look for attacks through classes that a parser here never uses, and start slowly. */
  private static final String SANITIZERS =
      Stream.of(
              "BigDecimal",
              "ClojureLangHooks",
              "Deserialization",
              "ExpressionLanguageInjection",
              "FilePathTraversal",
              "LdapInjection",
              "NamingContextLookup",
              "OsCommandInjection",
              "ReflectiveCall",
              "RegexInjection",
              "RegexRoadblocks",
              "ScriptEngineInjection",
              "ServerSideRequestForgery",
              "SqlInjection",
              "TemplateInjection",
              "UnsafeSanitizer",
              "XPathInjection",
              "XmlParserSsrfGuidance")
          .map(name -> "com.code_intelligence.jazzer.sanitizers." + name)
          .collect(Collectors.joining(":"));

  @TempDir Path folder;

  static Set<String> groups() {
    return FuzzTargets.GROUPS.keySet();
  }

  @ParameterizedTest
  @MethodSource("groups")
  void parsers_fuzzedWithAFixedSeed_keepTheirPromises(String group) throws Exception {
    Path seeds = Files.createDirectory(folder.resolve("seeds"));
    int number = 0;
    for (byte[] seed : FuzzSeeds.of(group)) {
      Files.write(seeds.resolve(String.format("%03d", number++)), seed);
    }

    int exit = fuzz(group, seeds);

    String output = Files.readString(log(), StandardCharsets.UTF_8);
    Optional<String> missing =
        output
            .lines()
            .filter(line -> line.matches("Exception in thread .*UnsatisfiedLinkError.*"))
            .findFirst();
    assumeTrue(
        exit == 0 || missing.isEmpty(),
        "the fuzzer's native part cannot be loaded on this machine: " + missing);
    assertThat(exit).as("exit code; " + found() + tail(output)).isZero();
    Matcher done = DONE.matcher(output);
    assertThat(done.find()).as("it ran to its end: " + tail(output)).isTrue();
    assertThat(Integer.parseInt(done.group(1))).as("runs").isGreaterThanOrEqualTo(RUNS);
    assertThat(Integer.parseInt(done.group(2))).as("branches seen").isGreaterThan(50);
  }

  private int fuzz(String group, Path seeds) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+EnableDynamicAgentLoading",
                "-Djdk.attach.allowAttachSelf=true",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                // Its native part is unpacked there.
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzEntry.class.getName(),
                "--target_args=" + group,
                "--instrumentation_includes=dev.lockstep.tuf.**",
                "--disabled_hooks=" + SANITIZERS,
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-runs=" + RUNS,
                "-seed=" + SEED,
                "-max_len=8192",
                "-timeout=60",
                seeds.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(log().toFile())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS))
          .as("the fuzzer ends: " + tail(Files.readString(log())))
          .isTrue();
    } finally {
      process.destroyForcibly();
    }
    return process.exitValue();
  }

  private Path log() {
    return folder.resolve("output");
  }

  /** The inputs that broke a promise, as text and so that they can be made again. */
  private String found() throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files
              .filter(each -> each.getFileName().toString().matches("(crash|timeout|oom)-.*"))
              .toList()) {
        byte[] input = Files.readAllBytes(file);
        text.append("found the input <")
            .append(new String(input, StandardCharsets.UTF_8))
            .append("> (base64 ")
            .append(Base64.getEncoder().encodeToString(input))
            .append(")\n");
      }
    }
    return text.toString();
  }

  /** The last lines, where it says what it found. */
  private static String tail(String output) {
    List<String> lines =
        output.lines().filter(line -> !line.matches("(INFO: |#[0-9]+\\s).*")).toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
  }
}
