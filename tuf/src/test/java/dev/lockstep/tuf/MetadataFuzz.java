package dev.lockstep.tuf;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * The parsers under a fuzzer that sees which branches it reaches: {@code ./mvnw -Pfuzz -pl tuf
 * test}, a minute. Not part of the ordinary build, where starting the fuzzer takes longer than many
 * tests; {@link DamagedInputTest} does the same there with seeded damage.
 */
class MetadataFuzz {
  @FuzzTest(maxDuration = "60s")
  void parse(byte[] data) {
    FuzzTargets.all(data);
  }
}
