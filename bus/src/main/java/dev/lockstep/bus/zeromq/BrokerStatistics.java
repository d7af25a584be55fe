package dev.lockstep.bus.zeromq;

/**
 * What a broker has counted since it was started.
 *
 * @param forwarded messages handed to subscribers' queues
 * @param withoutRight messages dropped because their key has no right to the topic
 * @param foreign messages dropped because they speak for somebody else than their key
 * @param unknownTopic messages dropped because there is no such topic
 * @param malformed messages dropped because they are not two frames
 * @param admitted connections let in by their key
 * @param turnedAway connections refused because nobody knows their key
 */
public record BrokerStatistics(
    long forwarded,
    long withoutRight,
    long foreign,
    long unknownTopic,
    long malformed,
    long admitted,
    long turnedAway) {}
