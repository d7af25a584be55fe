package dev.lockstep.bench;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/** What a reader has to know of the machine. */
final class Machine {
  private Machine() {}

  /** Cores, Java, and how busy the machine was. */
  static String describe() {
    return String.format(
        Locale.ROOT,
        "%d cores, Java %s, load average %.1f at the end",
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }
}
