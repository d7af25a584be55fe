package dev.lockstep.versionmanagement.domain;

/** A component's place in the order of an install. */
public enum ComponentRole {
  /** Installed first. */
  BACKEND,
  /** Installed with the backend. */
  MODULE,
  /** Installed after the backend is confirmed. */
  FRONTEND
}
