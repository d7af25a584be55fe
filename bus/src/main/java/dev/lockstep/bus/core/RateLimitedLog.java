package dev.lockstep.bus.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Warns at most once per interval and key, and says how many warnings were left out, so that nobody
 * can fill a disk by sending rubbish. Safe for use by several threads.
 */
public final class RateLimitedLog {
  private static final int MAX_KEYS = 256;
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Logger log;
  private final LongSupplier nanoTime;
  private final Map<String, Kept> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
          return size() > MAX_KEYS;
        }
      };

  /** Warnings go to this log. */
  public RateLimitedLog(Logger log) {
    this(log, System::nanoTime);
  }

  RateLimitedLog(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
  }

  /** Warns, unless there was a warning of the same key within the last ten seconds. */
  public void warn(String key, Supplier<String> text) {
    long leftOut;
    synchronized (entries) {
      long now = nanoTime.getAsLong();
      Kept entry = entries.get(key);
      if (entry != null && now - entry.since < INTERVAL_NANOS) {
        entry.leftOut++;
        return;
      }
      leftOut = entry == null ? 0 : entry.leftOut;
      entries.put(key, new Kept(now));
    }
    if (leftOut > 0) {
      log.warn("{} ({} more like this)", text.get(), leftOut);
    } else {
      log.warn("{}", text.get());
    }
  }

  private static final class Kept {
    private final long since;
    private long leftOut;

    private Kept(long since) {
      this.since = since;
    }
  }
}
