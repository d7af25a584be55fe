package dev.lockstep.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time and memory of processes. */
public final class Cpu {
  /** Of a clock tick in /proc; the same on every Linux that Java runs on. */
  private static final double TICK_NANOS = 1e7;

  private static final com.sun.management.OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);

  private Cpu() {}

  /** What this process has used so far, all threads, compiler and collector included. */
  public static long ownNanos() {
    return SYSTEM.getProcessCpuTime();
  }

  /** What another process has used so far, in steps of 10 ms. */
  public static double nanosOf(long pid) throws IOException {
    return nanos(Long.toString(pid), 11);
  }

  /** What the programs that this process has started have used, those that ended; 10 ms steps. */
  public static double nanosOfEnded() throws IOException {
    return nanos("self", 13);
  }

  /** User and system time, from a field of proc(5) and the next; its third field counts as 0. */
  private static double nanos(String process, int field) throws IOException {
    String stat = Files.readString(Path.of("/proc", process, "stat"));
    // The name in brackets may contain blanks.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[field]) + Long.parseLong(fields[field + 1])) * TICK_NANOS;
  }

  /** Resident memory of a process in bytes, files that it has mapped included. */
  public static long residentBytes(long pid) throws IOException {
    return statusBytes(pid, "VmRSS:");
  }

  /** The part of it that is no file's: heap, stacks, what the virtual machine itself needs. */
  public static long anonymousBytes(long pid) throws IOException {
    return statusBytes(pid, "RssAnon:");
  }

  private static long statusBytes(long pid, String field) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .findFirst()
        .orElseThrow(() -> new IOException("no " + field + " of process " + pid));
  }
}
