/**
 * The publisher's side: what makes releases out of trees and archives, signs them and puts them
 * where readers see them.
 *
 * <p>Owns: the repository's folder ({@code metadata/}, {@code targets/}, {@code repository.json})
 * and the order in which it changes. Promises: readers see the old or the new releases, never
 * something between, whenever the publisher is killed; the same inputs, keys and clock give the
 * same bytes. Never: ships to a device, or changes an artifact that somebody else published.
 */
package dev.lockstep.repository;
