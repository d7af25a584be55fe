package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.core.TokenBucket;
import java.time.Duration;

/**
 * How much one key may publish; the hub may publish as much as it likes.
 *
 * @param messagesPerSecond on average
 * @param messageBurst at once
 * @param bytesPerSecond on average
 * @param byteBurst at once
 * @param hopeless dropped messages in a row after which a key is cut off; reading what is dropped
 *     costs the broker as much as reading what is not
 * @param suspension how long a key is then refused
 */
public record FloodLimit(
    int messagesPerSecond,
    int messageBurst,
    int bytesPerSecond,
    int byteBurst,
    int hopeless,
    Duration suspension) {

  /** Far more than anybody has to say. */
  public static FloodLimit usual() {
    return new FloodLimit(500, 2_000, 4 << 20, 32 << 20, 10_000, Duration.ofSeconds(30));
  }

  /** What one key has used. Used by one thread. */
  static final class Meter {
    private final FloodLimit limit;
    private final TokenBucket messages;
    private final TokenBucket bytes;
    private int droppedInARow;

    Meter(FloodLimit limit, long now) {
      this.limit = limit;
      this.messages = new TokenBucket(limit.messagesPerSecond, limit.messageBurst, now);
      this.bytes = new TokenBucket(limit.bytesPerSecond, limit.byteBurst, now);
    }

    boolean take(int size, long now) {
      if (messages.take(1, now) && bytes.take(size, now)) {
        droppedInARow = Math.max(0, droppedInARow - 1);
        return true;
      }
      droppedInARow++;
      return false;
    }

    boolean isHopeless() {
      return droppedInARow >= limit.hopeless;
    }
  }
}
