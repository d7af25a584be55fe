package dev.lockstep.repository.command;

import java.io.Console;
import java.util.Optional;

/** Asks the person at the terminal. */
@FunctionalInterface
interface Dialogue {
  /** The answer to a question; the proposal if the answer is empty. */
  String ask(String question, String proposal);

  /** The terminal, if the process has one. */
  static Optional<Dialogue> ofTerminal() {
    Console console = System.console();
    return Optional.ofNullable(console)
        .map(
            terminal ->
                (question, proposal) -> {
                  String answer = terminal.readLine("%s [%s]: ", question, proposal);
                  return answer == null || answer.isBlank() ? proposal : answer.strip();
                });
  }
}
