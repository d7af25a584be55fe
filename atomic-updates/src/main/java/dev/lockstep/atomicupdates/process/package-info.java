/**
 * Supervised children: started in a session of their own, watched, started again after a crash,
 * stopped with everything they started.
 *
 * <p>Owns: {@code <state>/run/<component>.pid}, {@code <state>/logs/<component>.log}, and the
 * processes. Promises: never two of a component; a child that outlives this process is taken over
 * by the next one, or stopped where it runs another version. Never: decides which version runs.
 */
package dev.lockstep.atomicupdates.process;
