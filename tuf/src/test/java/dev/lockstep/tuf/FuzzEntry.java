package dev.lockstep.tuf;

import java.util.List;
import java.util.function.Consumer;

/** Where the fuzzer enters: its one argument is a group of {@link FuzzTargets}. */
public final class FuzzEntry {
  private static List<Consumer<byte[]>> targets = List.of();

  private FuzzEntry() {}

  /** Called once by the fuzzer. */
  public static void fuzzerInitialize(String[] arguments) {
    AnswerFuzz.cutOff();
    targets = FuzzTargets.GROUPS.get(arguments[0]);
  }

  /** Called by the fuzzer with each input; what it throws is a finding. */
  public static void fuzzerTestOneInput(byte[] data) {
    targets.forEach(target -> target.accept(data));
  }
}
