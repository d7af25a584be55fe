package dev.lockstep.bus.core;

import java.time.Duration;

/**
 * What bounds the memory of one bus.
 *
 * @param maxMessageSize bytes of one envelope
 * @param rememberedIds message ids that are known as already seen
 * @param rememberedAnswers requests whose answers can be repeated
 * @param rememberedAnswerBytes bytes of those answers together
 * @param answerLifetime how long an answer can be repeated
 */
public record BusLimits(
    int maxMessageSize,
    int rememberedIds,
    int rememberedAnswers,
    long rememberedAnswerBytes,
    Duration answerLifetime) {

  /** The usual limits for messages of at most that size. */
  public static BusLimits forMessagesUpTo(int maxMessageSize) {
    return new BusLimits(maxMessageSize, 10_000, 1_000, 16L << 20, Duration.ofMinutes(10));
  }
}
