package dev.lockstep.atomicupdates.process;

import java.nio.file.Path;
import java.util.List;

/** What runs, for tests. */
public final class LivingProcesses {
  private LivingProcesses() {}

  /** The session leaders that were started for a component's folder. */
  public static List<Long> leaders(Path home) {
    return ProcessTable.withVariable(new CommandLine("any", home).marker()).stream()
        .filter(pid -> ProcessTable.session(pid).contains(pid))
        .toList();
  }

  /** Whether a process lives; one that has ended and was not looked after does not. */
  public static boolean lives(long pid) {
    return ProcessTable.birth(pid).isPresent();
  }
}
