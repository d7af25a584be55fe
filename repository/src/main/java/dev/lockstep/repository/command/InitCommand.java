package dev.lockstep.repository.command;

import dev.lockstep.repository.KeyPlan;
import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.RepositoryException;
import dev.lockstep.repository.RepositorySettings;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a repository and the keys that it still lacks. */
@Command(
    name = "init",
    description = "Make a repository with the channels stable, beta and dev.",
    mixinStandardHelpOptions = true)
public final class InitCommand implements Callable<Integer> {
  private static final String EVERY_ROLE = "all";

  @Mixin private Places places;
  @Spec private CommandSpec spec;

  @Option(
      names = "--expiry",
      paramLabel = "ROLE=TIME",
      description =
          "How long a role's metadata is valid: 90m, 12h, 30d. Roles: root, targets, "
              + "snapshot (30d), timestamp (7d), stable, beta, dev (365d where not told).")
  private Map<String, String> expiry = new LinkedHashMap<>();

  @Option(
      names = "--threshold",
      paramLabel = "ROLE=N",
      description = "How many keys must sign a role (default: 1).")
  private Map<String, Integer> thresholds = new LinkedHashMap<>();

  @Option(
      names = "--key-count",
      paramLabel = "ROLE=N",
      description =
          "How many keys a role has (default: its threshold). With more than its threshold, a"
              + " lost one can be replaced.")
  private Map<String, Integer> counts = new LinkedHashMap<>();

  @Option(
      names = "--key-type",
      paramLabel = "ROLE=TYPE",
      description =
          "Type of new keys: ed25519 (default), ecdsa-sha2-nistp256 or rsassa-pss-sha256; the"
              + " role \"all\" means each.")
  private Map<String, String> types = new LinkedHashMap<>();

  @Option(
      names = "--encrypt",
      description =
          "Encrypt new keys with a passphrase: from LOCKSTEP_KEY_PASSPHRASE, or asked for.")
  private boolean encrypt;

  @Option(
      names = "--yes",
      description = "Ask nothing, though there is a terminal; the defaults where not told.")
  private boolean yes;

  private Optional<Dialogue> dialogue = Dialogue.ofTerminal();

  /** Asks somebody else than the terminal. */
  void setDialogue(Dialogue other) {
    dialogue = Optional.of(other);
  }

  @Override
  public Integer call() {
    boolean told = !(expiry.isEmpty() && thresholds.isEmpty() && types.isEmpty());
    if (!told && !yes && counts.isEmpty()) {
      dialogue.ifPresent(this::ask);
    }
    Publisher publisher =
        Publisher.initialize(
            places.repository(), places.keys(encrypt), settings(), plan(), Clock.systemUTC());
    PrintWriter out = spec.commandLine().getOut();
    out.println("made the repository " + publisher.directory().folder());
    out.println("keys are in " + places.keys(false).folder() + "; keep them off the devices");
    out.println(
        "put "
            + publisher.directory().rootFile()
            + " on every device and name it there in"
            + " source.root_file");
    return CommandLine.ExitCode.OK;
  }

  private void ask(Dialogue person) {
    counts.put("root", number(person.ask("How many root keys", "3")));
    thresholds.put("root", number(person.ask("How many of them must sign", "2")));
    counts.put("targets", number(person.ask("How many targets keys", "1")));
    thresholds.put("targets", number(person.ask("How many of them must sign", "1")));
    types.put(
        EVERY_ROLE,
        person.ask(
            "Type of all keys (ed25519, ecdsa-sha2-nistp256, rsassa-pss-sha256)", "ed25519"));
    expiry.put("timestamp", person.ask("How long a timestamp is valid", "7d"));
    expiry.put("snapshot", person.ask("How long a snapshot is valid", "30d"));
    String rest = person.ask("How long everything else is valid", "365d");
    for (String role : RepositorySettings.ROLES) {
      expiry.putIfAbsent(role, rest);
    }
    String answer = person.ask("Encrypt the keys with a passphrase (yes, no)", "yes");
    encrypt = answer.startsWith("y");
  }

  private int number(String text) {
    if (!text.matches("[0-9]{1,4}")) {
      throw usage("\"" + text + "\" is not a number");
    }
    return Integer.parseInt(text);
  }

  private RepositorySettings settings() {
    RepositorySettings settings = RepositorySettings.defaults();
    try {
      for (Map.Entry<String, String> one : expiry.entrySet()) {
        settings =
            settings.withExpiry(
                Names.requireRole(spec, one.getKey()), Names.duration(spec, one.getValue()));
      }
      for (Map.Entry<String, Integer> one : thresholds.entrySet()) {
        settings = settings.withThreshold(Names.requireRole(spec, one.getKey()), one.getValue());
      }
      return settings;
    } catch (RepositoryException.Refused outOfRange) {
      throw usage(outOfRange.getMessage());
    }
  }

  private KeyPlan plan() {
    KeyPlan plan = KeyPlan.DEFAULT;
    try {
      for (Map.Entry<String, Integer> one : counts.entrySet()) {
        plan = plan.withCount(Names.requireRole(spec, one.getKey()), one.getValue());
      }
    } catch (RepositoryException.Refused outOfRange) {
      throw usage(outOfRange.getMessage());
    }
    if (types.containsKey(EVERY_ROLE)) {
      for (String role : RepositorySettings.ROLES) {
        plan = plan.withType(role, Names.keyType(spec, types.get(EVERY_ROLE)));
      }
    }
    for (Map.Entry<String, String> one : types.entrySet()) {
      if (!one.getKey().equals(EVERY_ROLE)) {
        plan =
            plan.withType(
                Names.requireRole(spec, one.getKey()), Names.keyType(spec, one.getValue()));
      }
    }
    return plan;
  }

  private CommandLine.ParameterException usage(String why) {
    return new CommandLine.ParameterException(spec.commandLine(), why);
  }
}
