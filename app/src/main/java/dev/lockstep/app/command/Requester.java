package dev.lockstep.app.command;

/** Who asks, as others are told. */
final class Requester {
  private Requester() {}

  static String name() {
    return System.getProperty("user.name", "unknown") + " on the command line";
  }
}
