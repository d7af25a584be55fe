package dev.lockstep.app;

import dev.lockstep.app.command.LockstepCommand;

/** {@code lockstep}: starts the verb that was asked for and exits with its code. */
public final class Main {
  private Main() {}

  /** Runs one verb. */
  public static void main(String[] arguments) {
    System.exit(LockstepCommand.commandLine().execute(arguments));
  }
}
