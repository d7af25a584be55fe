package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.port.FaultPoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends this process without a word at one fault point, or writes down which points it comes by; for
 * tests with real processes, by system properties. Any thread.
 *
 * <p>{@code lockstep.faultPoint} is the name of a point ({@code APPLY.ACTIVATE.after}), or a name
 * and how often it is passed until then ({@code journal.log.before:3}), or {@code #12} for the
 * twelfth point of all. {@code lockstep.faultPoint.record} is a file to which the name of each
 * point is appended.
 */
public final class HaltingFaultPoints implements FaultPoints {
  /** The property that names the point. */
  public static final String POINT = "lockstep.faultPoint";

  /** The property that names the file. */
  public static final String RECORD = "lockstep.faultPoint.record";

  /** What the process ends with, as after SIGKILL. */
  public static final int STATUS = 137;

  private final String name;
  private final int times;
  private final Path record;
  private final AtomicInteger passed = new AtomicInteger();

  private HaltingFaultPoints(String name, int times, Path record) {
    this.name = name;
    this.times = times;
    this.record = record;
  }

  /** As the system properties say; {@link FaultPoints#NONE} where they say nothing. */
  public static FaultPoints fromSystemProperties() {
    String point = System.getProperty(POINT, "");
    String file = System.getProperty(RECORD, "");
    if (point.isEmpty() && file.isEmpty()) {
      return FaultPoints.NONE;
    }
    Path record = file.isEmpty() ? null : Path.of(file);
    if (point.startsWith("#")) {
      return new HaltingFaultPoints("", Integer.parseInt(point.substring(1)), record);
    }
    int colon = point.lastIndexOf(':');
    return colon < 0
        ? new HaltingFaultPoints(point, point.isEmpty() ? 0 : 1, record)
        : new HaltingFaultPoints(
            point.substring(0, colon), Integer.parseInt(point.substring(colon + 1)), record);
  }

  @Override
  public void reached(String point) {
    if (record != null) {
      append(point);
    }
    boolean counts = times > 0 && (name.isEmpty() || name.equals(point));
    if (counts && passed.incrementAndGet() == times) {
      Runtime.getRuntime().halt(STATUS);
    }
  }

  private synchronized void append(String point) {
    try {
      Files.writeString(record, point + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException failed) {
      throw new UncheckedIOException("cannot record fault points in " + record, failed);
    }
  }
}
