package dev.lockstep.bus.zeromq;

/**
 * What a broker has counted since it was started.
 *
 * @param forwarded messages handed to subscribers' queues
 * @param withoutRight messages dropped because their key has no right to the topic
 * @param foreign messages dropped because they speak for somebody else than their key
 * @param unknownTopic messages dropped because there is no such topic
 * @param malformed messages dropped because they are not two frames, or no envelope
 * @param limited messages dropped because their key sends more than it may
 * @param refusedSubscriptions subscriptions to what the key may not read, or to nothing there is
 * @param lost deliveries dropped because a subscriber does not keep up
 * @param admitted connections let in by their key
 * @param turnedAway connections refused because nobody knows their key, or it is suspended
 */
public record BrokerStatistics(
    long forwarded,
    long withoutRight,
    long foreign,
    long unknownTopic,
    long malformed,
    long limited,
    long refusedSubscriptions,
    long lost,
    long admitted,
    long turnedAway) {}
