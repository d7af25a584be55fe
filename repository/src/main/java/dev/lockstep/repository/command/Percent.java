package dev.lockstep.repository.command;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Reads a share of devices: 10 or 10%. */
final class Percent {
  private Percent() {}

  static int parse(CommandSpec spec, String what, String text) {
    if (!text.matches("(100|[0-9]{1,2})%?")) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), what + " must be 0% to 100%, not \"" + text + '"');
    }
    return Integer.parseInt(text.replace("%", ""));
  }
}
