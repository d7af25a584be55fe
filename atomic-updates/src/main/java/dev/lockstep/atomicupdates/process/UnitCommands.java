package dev.lockstep.atomicupdates.process;

import dev.lockstep.config.DeviceSettings.Privileges;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The commands about systemd units: those that need privileges, exactly as {@code
 * packaging/sudoers} and {@code packaging/polkit} allow them, and those that everybody may run.
 * None ever asks for a password or waits without a deadline. Any thread.
 */
final class UnitCommands {
  /** The one command that the shipped sudoers file allows; it takes no arguments. */
  static final String PRIVILEGED = "/usr/lib/lockstep/lockstep-privileged";

  /** It ends by itself before that: it runs as root, so it could not be ended from here. */
  private static final Duration DEADLINE = Duration.ofSeconds(130);

  private static final Duration QUESTION = Duration.ofSeconds(10);
  private static final int SHOWN = 3;

  private final Privileges privileges;
  private final List<String> prefix;
  private final PrivilegedSocket helper;

  /** What may be asked for with privileges. */
  enum Verb {
    START,
    STOP,
    RESTART;

    /** As systemd writes it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  UnitCommands(Privileges privileges) {
    this(privileges, List.of(), new PrivilegedSocket(PrivilegedSocket.SOCKET));
  }

  /** With words before each command, by which a test puts other programs on the path. */
  UnitCommands(Privileges privileges, List<String> prefix) {
    this(privileges, prefix, new PrivilegedSocket(PrivilegedSocket.SOCKET));
  }

  UnitCommands(Privileges privileges, List<String> prefix, PrivilegedSocket helper) {
    this.privileges = privileges;
    this.prefix = prefix;
    this.helper = helper;
  }

  /** The words of a privileged command; none where the root helper is asked. */
  static List<String> words(Privileges privileges, Verb verb, String unit) {
    return switch (privileges) {
      case SUDO -> List.of("sudo", "-n", PRIVILEGED);
      case POLKIT -> List.of("systemctl", "--no-ask-password", verb.word(), unit);
      case HELPER -> List.of();
    };
  }

  /** The request, on standard input or to the helper; empty where the words say it all. */
  static String input(Privileges privileges, Verb verb, String unit) {
    return privileges == Privileges.POLKIT ? "" : verb.word() + " " + unit + "\n";
  }

  /** Does it; returns what went wrong, with what the system said, empty where nothing did. */
  Optional<String> run(Verb verb, String unit) throws IOException, InterruptedException {
    CommandRun.Result result =
        privileges == Privileges.HELPER
            ? byHelper(verb, unit)
            : CommandRun.run(
                command(words(privileges, verb, unit)), input(privileges, verb, unit), DEADLINE);
    return result
        .trouble()
        .map(
            trouble ->
                "\"%s\" of %s %s (%s)"
                    .formatted(
                        verb.word(),
                        unit,
                        trouble,
                        String.join(
                            " | ",
                            result.lines().subList(0, Math.min(SHOWN, result.lines().size())))));
  }

  private CommandRun.Result byHelper(Verb verb, String unit)
      throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    PrivilegedSocket.Answer answer =
        helper.ask(input(Privileges.HELPER, verb, unit).strip(), DEADLINE, lines::add);
    Optional<String> trouble =
        answer.done()
            ? Optional.empty()
            : Optional.of(
                answer
                    .refusal()
                    .map(why -> "was refused: " + why)
                    .orElseGet(() -> "ended with exit " + answer.code().orElseThrow()));
    return new CommandRun.Result(trouble, lines);
  }

  /**
   * Properties of a unit as systemd knows them.
   *
   * @throws IOException if systemd does not answer
   */
  Map<String, String> show(String unit, List<String> properties)
      throws IOException, InterruptedException {
    CommandRun.Result result =
        CommandRun.run(
            command(
                List.of("systemctl", "show", "--property=" + String.join(",", properties), unit)),
            QUESTION);
    if (result.trouble().isPresent()) {
      throw new IOException(
          "systemctl show %s %s (%s)"
              .formatted(unit, result.trouble().get(), String.join(" | ", result.lines())));
    }
    Map<String, String> found = new LinkedHashMap<>();
    for (String line : result.lines()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        found.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return found;
  }

  /** The last lines of a unit's journal; none where this user may not read them. */
  List<String> journal(String unit, int count) throws IOException, InterruptedException {
    CommandRun.Result result =
        CommandRun.run(
            command(
                List.of(
                    "journalctl",
                    "--unit=" + unit,
                    "--lines=" + count,
                    "--output=cat",
                    "--no-pager",
                    "--quiet")),
            QUESTION);
    return result.trouble().isPresent() ? List.of() : result.lines();
  }

  private ProcessBuilder command(List<String> words) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(words);
    return new ProcessBuilder(all);
  }
}
