package dev.lockstep.bus;

/**
 * What one bus has counted since it was opened.
 *
 * @param sent messages handed to the network, repetitions included
 * @param received messages that reached handlers
 * @param repeated messages that had been seen before
 * @param malformed messages that could not be read and were dropped
 * @param overflowed messages dropped because handlers did not keep up
 * @param failedHandlers handler calls that ended with an exception
 */
public record BusStatistics(
    long sent,
    long received,
    long repeated,
    long malformed,
    long overflowed,
    long failedHandlers) {}
