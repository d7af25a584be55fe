package dev.lockstep.app.doctor;

import dev.lockstep.atomicupdates.process.CommandRun;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.DeviceSettings.Privileges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What root allows this device: to start and stop units, by the privileged command or a polkit
 * rule, and to upgrade packages through the helper. It has to be there where the settings need it,
 * root's own, and no wider.
 */
final class PrivilegeChecks {
  private static final String CHECK = "privileges";
  private static final Duration QUESTION = Duration.ofSeconds(10);
  private static final String INSTALL = "as root: packaging/install.sh";

  private final Subject subject;
  private final List<Finding> found = new ArrayList<>();

  PrivilegeChecks(Subject subject) {
    this.subject = subject;
  }

  List<Finding> look() throws IOException, InterruptedException {
    Set<String> wanted = units();
    Optional<Set<String>> allowed = lines("etc/lockstep/units");
    if (!wanted.isEmpty()) {
      allowed(wanted, allowed.orElse(Set.of()));
      switch (subject.settings().device().privileges()) {
        case SUDO -> sudo();
        case POLKIT -> polkit(wanted);
        case HELPER -> helper("start or stop units");
      }
    }
    upgradable();
    Set<String> tooMany = new TreeSet<>(allowed.orElse(Set.of()));
    tooMany.removeAll(wanted);
    if (!tooMany.isEmpty()) {
      found.add(
          Finding.warning(
              CHECK,
              "%s allows units that no component is: %s"
                  .formatted(file("etc/lockstep/units"), String.join(", ", tooMany)),
              "remove them there, then run packaging/install.sh again"));
    }
    String packages = packages();
    if (found.isEmpty()) {
      found.add(
          Finding.ok(
              CHECK,
              (wanted.isEmpty()
                      ? "none needed: no component is a systemd unit"
                      : "may start and stop " + String.join(", ", wanted))
                  + packages));
    }
    return found;
  }

  private Set<String> units() {
    return subject.settings().components().values().stream()
        .filter(one -> one.process().control() == ComponentSettings.Control.SYSTEMD)
        .flatMap(one -> one.process().unit().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Path file(String path) {
    return subject.system().resolve(path);
  }

  private Optional<Set<String>> lines(String path) throws IOException {
    Path file = file(path);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    if (!Files.isReadable(file)) {
      found.add(Finding.warning(CHECK, file + " cannot be read", "as root: chmod 644 " + file));
      return Optional.empty();
    }
    return Optional.of(
        Files.readAllLines(file).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  private void allowed(Set<String> wanted, Set<String> allowed) {
    for (String unit : wanted) {
      if (!allowed.contains(unit)) {
        found.add(
            Finding.failed(
                CHECK,
                "cannot start or stop %s: it is not in %s"
                    .formatted(unit, file("etc/lockstep/units")),
                INSTALL + " --unit " + unit));
      }
    }
  }

  /** Whether the one command may be run without a password; it is not run. */
  private void sudo() throws IOException, InterruptedException {
    Path command = file("usr/lib/lockstep/lockstep-privileged");
    if (!Files.isExecutable(command)) {
      found.add(
          Finding.failed(
              CHECK, "cannot start or stop units: there is no program " + command, INSTALL));
      return;
    }
    requireRoots(command);
    try {
      CommandRun.Result asked =
          CommandRun.run(new ProcessBuilder("sudo", "-n", "-l", command.toString()), QUESTION);
      asked
          .trouble()
          .ifPresent(
              trouble ->
                  found.add(
                      Finding.failed(
                          CHECK,
                          "cannot start or stop units: sudo does not allow %s without a password"
                              .formatted(command),
                          INSTALL)));
    } catch (IOException noSudo) {
      found.add(
          Finding.failed(
              CHECK,
              "cannot start or stop units: there is no sudo",
              "install it, or set device.privileges: polkit"));
    }
  }

  /** Rules are for polkit to read; where others may not, only the next install would tell. */
  private void polkit(Set<String> wanted) throws IOException {
    Path rule = file("etc/polkit-1/rules.d/50-lockstep.rules");
    if (!Files.exists(rule)) {
      boolean hidden = !Files.isReadable(rule.getParent()) && Files.exists(rule.getParent());
      found.add(
          hidden
              ? Finding.warning(
                  CHECK, "polkit's rules are not for this user to read", "look as root: " + rule)
              : Finding.failed(
                  CHECK, "cannot start or stop units: there is no rule " + rule, INSTALL));
      return;
    }
    requireRoots(rule);
    if (Files.isReadable(rule)) {
      String text = Files.readString(rule);
      for (String unit : wanted) {
        if (!text.contains('"' + unit + '"')) {
          found.add(
              Finding.failed(
                  CHECK,
                  "cannot start or stop %s: the rule %s does not name it".formatted(unit, rule),
                  INSTALL + ", which fills it from /etc/lockstep/units"));
        }
      }
    }
  }

  /** Whether the root helper listens; it is not asked, as that would start it. */
  private void helper(String what) {
    Path socket = file("run/lockstep/helper.sock");
    if (!Files.exists(socket)) {
      found.add(
          Finding.failed(
              CHECK,
              "cannot %s: the root helper does not listen at %s".formatted(what, socket),
              "as root: systemctl enable --now lockstep-helper.socket"));
    } else if (!Files.isWritable(socket)) {
      found.add(
          Finding.failed(
              CHECK,
              "cannot %s: this user may not ask the root helper at %s".formatted(what, socket),
              "run this as Lockstep's user, or " + INSTALL));
    }
  }

  /** Whether the packages of components of that kind are allowed. */
  private void upgradable() throws IOException {
    Set<String> wanted =
        subject.settings().components().values().stream()
            .flatMap(one -> one.packages().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    if (wanted.isEmpty()) {
      return;
    }
    helper("upgrade packages");
    Set<String> missing = new TreeSet<>(wanted);
    missing.removeAll(lines("etc/lockstep/packages").orElse(Set.of()));
    if (!missing.isEmpty()) {
      found.add(
          Finding.failed(
              CHECK,
              "cannot upgrade %s: not in %s"
                  .formatted(String.join(", ", missing), file("etc/lockstep/packages")),
              INSTALL + " --package NAME for each that is to be upgraded"));
    }
  }

  private void requireRoots(Path file) throws IOException {
    if (!FileFacts.owner(file).equals("root") || FileFacts.othersMayChange(file)) {
      found.add(
          Finding.failed(
              CHECK,
              "cannot rely on %s: others than root may change it (%s, %s)"
                  .formatted(file, FileFacts.owner(file), FileFacts.mode(file)),
              "as root: chown root %s && chmod go-w %s".formatted(file, file)));
    }
  }

  /** Packages may be for the oneshot unit alone; a helper that may do nothing is one too many. */
  private String packages() throws IOException {
    Set<String> packages = lines("etc/lockstep/packages").orElse(Set.of());
    Path socket = file("run/lockstep/helper.sock");
    boolean listens = Files.exists(socket);
    boolean forUnits = subject.settings().device().privileges() == Privileges.HELPER;
    if (packages.isEmpty() && listens && !(forUnits && !units().isEmpty())) {
      found.add(
          Finding.warning(
              CHECK,
              "the root helper listens at %s, but nothing needs it".formatted(socket),
              "as root: systemctl disable --now lockstep-helper.socket"));
    }
    if (listens) {
      Path code = file("usr/lib/lockstep/lockstep-helper.jar");
      if (Files.exists(code)) {
        requireRoots(code);
      }
    }
    return packages.isEmpty()
        ? ""
        : "; packages %s may be upgraded by %s"
            .formatted(
                String.join(", ", packages),
                listens ? "the helper and lockstep-update@" : "lockstep-update@ only");
  }
}
