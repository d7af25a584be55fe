/**
 * A frontend's hooks and health over local HTTP.
 *
 * <p>Owns: the contract of the paths under {@code /lockstep/}, see {@link
 * dev.lockstep.frontendagent.adapter.http.HttpFrontend}. Promises: every wait has a deadline, every
 * answer a limit. Never: follows a redirect.
 */
package dev.lockstep.frontendagent.adapter.http;
