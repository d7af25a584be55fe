package dev.lockstep.repository.server;

import java.time.Instant;

/**
 * One answered request.
 *
 * @param time when it was answered
 * @param method GET, HEAD or what was tried
 * @param path decoded, as asked for
 * @param range the Range header, empty if there was none
 * @param status HTTP status
 * @param bytes of the body that were sent; fewer than promised if the client went away
 */
public record Access(
    Instant time, String method, String path, String range, int status, long bytes) {}
