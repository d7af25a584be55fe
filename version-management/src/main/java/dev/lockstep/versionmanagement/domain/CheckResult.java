package dev.lockstep.versionmanagement.domain;

/** How a check ended; the names are those of the protocol. */
public enum CheckResult {
  /** There is nothing newer. */
  UP_TO_DATE,
  /** There is an offer. */
  AVAILABLE,
  /** The source said "too many requests". */
  RATE_LIMITED,
  /** No connection, no answer in time. */
  UNREACHABLE,
  /** The source answered 4xx. */
  CLIENT_ERROR,
  /** The source answered 5xx. */
  SERVER_ERROR,
  /** The answer could not be read. */
  MALFORMED,
  /** The answer is not to be trusted. */
  UNTRUSTED,
  /** The request named a component that nobody announced. */
  UNKNOWN_COMPONENT,
  /** Anything else. */
  FAILED
}
