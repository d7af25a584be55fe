/**
 * The outside of version-management: TUF repository, SQLite journal, Quartz, VERSION files.
 *
 * <p>Owns: how each port is implemented; the tables of {@code versions.db}; the metadata folder
 * {@code <state>/tuf/versions}. Promises: releases come from verified metadata only; what the
 * journal took is on disk. Never: decides anything.
 */
package dev.lockstep.versionmanagement.adapter;
