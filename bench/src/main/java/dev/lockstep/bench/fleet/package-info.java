/**
 * Owns what many connected frontends cost one hub.
 *
 * <p>Promises a hub with real settings, CURVE and rights, and frontends with keys, connections and
 * agents of their own. Never counts a frontend as reached that did not say so itself.
 */
package dev.lockstep.bench.fleet;
