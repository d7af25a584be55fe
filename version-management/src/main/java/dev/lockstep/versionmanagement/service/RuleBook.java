package dev.lockstep.versionmanagement.service;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.domain.Hold;
import dev.lockstep.versionmanagement.domain.Inventory;
import dev.lockstep.versionmanagement.domain.Skip;
import dev.lockstep.versionmanagement.port.Journal;
import dev.lockstep.versionmanagement.port.Journal.Rules;
import dev.lockstep.versionmanagement.port.PolicyQuestion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What people decided: holds and skips. Every change is in the journal before it counts. */
final class RuleBook {
  private static final int MAX_RULES = 1_000;
  private static final int MAX_TEXT = 500;

  private final Journal journal;
  private final Inventory inventory;
  private Rules rules;

  RuleBook(Journal journal, Inventory inventory, Rules rules) {
    this.journal = journal;
    this.inventory = inventory;
    this.rules = rules;
  }

  Rules rules() {
    return rules;
  }

  /**
   * Carries out what a person decided.
   *
   * @throws VersionManagementException.Refused with {@code POLICY_REFUSED}, nothing changed
   */
  void decide(PolicyQuestion question, Instant now) {
    List<Hold> holds = new ArrayList<>(rules.holds());
    List<Skip> skips = new ArrayList<>(rules.skips());
    requireKnown(question);
    switch (question.action()) {
      case HOLD -> {
        question
            .until()
            .filter(until -> !until.isAfter(now))
            .ifPresent(past -> refuse("hold until " + past, "it has passed", "name a later time"));
        holds.removeIf(hold -> hold.component().equals(question.component()));
        holds.add(
            new Hold(
                question.component(),
                question.until(),
                bounded(question.reason()),
                bounded(question.requestedBy())));
      }
      case UNHOLD -> {
        boolean lifted =
            holds.removeIf(
                hold ->
                    question.component().isEmpty()
                        || hold.component().equals(question.component()));
        if (!lifted) {
          refuse("lift the hold", "there is none", "see the present holds");
        }
      }
      case SKIP -> {
        ReleaseVersion version = version(question);
        skips.removeIf(skip -> skips(skip, question.component(), version));
        skips.add(new Skip(question.component(), version, bounded(question.requestedBy())));
      }
      case UNSKIP -> {
        ReleaseVersion version = version(question);
        if (!skips.removeIf(skip -> skips(skip, question.component(), version))) {
          refuse("take the skip back", "there is none", "see the present skips");
        }
      }
      case UNKNOWN -> refuse("decide", "the action is not known", "use hold, unhold, skip, unskip");
    }
    if (holds.size() + skips.size() > MAX_RULES) {
      refuse("decide", "there are " + MAX_RULES + " holds and skips", "take some back");
    }
    change(new Rules(holds, skips));
  }

  /**
   * Drops holds that have ended.
   *
   * @return whether there were any
   */
  boolean expire(Instant now) {
    List<Hold> active = rules.holds().stream().filter(hold -> hold.active(now)).toList();
    if (active.size() == rules.holds().size()) {
      return false;
    }
    change(new Rules(active, rules.skips()));
    return true;
  }

  /** When the next hold ends. */
  Optional<Instant> nextExpiry() {
    return rules.holds().stream()
        .flatMap(hold -> hold.until().stream())
        .min(Comparator.naturalOrder());
  }

  private void change(Rules next) {
    journal.save(next);
    rules = next;
  }

  private void requireKnown(PolicyQuestion question) {
    if (!question.component().isEmpty() && !inventory.knows(question.component())) {
      refuse(
          "decide about " + bounded(question.component()),
          "nobody announced that component",
          "check its name");
    }
  }

  private static ReleaseVersion version(PolicyQuestion question) {
    if (question.component().isEmpty() || !ReleaseVersion.isValid(question.version())) {
      refuse("skip", "a component and a version are needed", "write the version as 1.2.3");
    }
    return ReleaseVersion.parse(question.version());
  }

  private static boolean skips(Skip skip, String component, ReleaseVersion version) {
    return skip.component().equals(component) && skip.version().equals(version);
  }

  private static String bounded(String text) {
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
  }

  private static void refuse(String what, String why, String remedy) {
    throw new VersionManagementException.Refused(
        ErrorCode.ERROR_CODE_POLICY_REFUSED, "cannot %s: %s; %s".formatted(what, why, remedy));
  }
}
