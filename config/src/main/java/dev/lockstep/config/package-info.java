/**
 * Typed settings of one Lockstep process.
 *
 * <p>Owns: every key, its default ({@code defaults.yaml}), its type and its range. Promises:
 * settings that were loaded are complete and valid; anything else is an error that names key, file,
 * value and what is allowed. Never: acts on a setting.
 */
package dev.lockstep.config;
