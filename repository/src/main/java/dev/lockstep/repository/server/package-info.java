/**
 * Serves a repository over HTTP.
 *
 * <p>Owns: requests, ranges and access records. Promises: every request is answered from the file
 * system as it is at that moment, so a new release is seen without a restart; nothing outside
 * {@code metadata/} and {@code targets/} is ever served; no folder is walked. Never: signs, caches
 * or changes anything.
 */
package dev.lockstep.repository.server;
