/**
 * The root helper: a small program of its own that root runs beside Lockstep, with fixed verbs on a
 * Unix socket.
 *
 * <p>Owns: what a request may say, who may ask, and the two programs that are run for it. Promises:
 * names come from lists that root owns; one change of packages at a time; every request is logged
 * with who asked. Never: takes a URL, a path, an option or shell text from a request, or uses
 * anything of Lockstep but this package and the JDK.
 */
package dev.lockstep.app.helper;
