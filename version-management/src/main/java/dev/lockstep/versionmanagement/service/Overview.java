package dev.lockstep.versionmanagement.service;

import dev.lockstep.versionmanagement.domain.Inventory;
import dev.lockstep.versionmanagement.port.Journal;
import dev.lockstep.versionmanagement.port.PolicyView;
import dev.lockstep.versionmanagement.port.StateView;
import java.time.Instant;
import java.util.Optional;

/** How everything stands, for those who ask. */
final class Overview {
  private final ServiceSettings settings;
  private final Inventory inventory;
  private final RuleBook rules;
  private final Offers offers;
  private final Deployments deployments;
  private final Checks checks;

  Overview(
      ServiceSettings settings,
      Inventory inventory,
      RuleBook rules,
      Offers offers,
      Deployments deployments,
      Checks checks) {
    this.settings = settings;
    this.inventory = inventory;
    this.rules = rules;
    this.offers = offers;
    this.deployments = deployments;
    this.checks = checks;
  }

  PolicyView policy() {
    return new PolicyView(
        rules.rules(),
        settings.policy(),
        settings.preferredTime().time(),
        settings.channel(),
        Optional.empty());
  }

  StateView state(Instant now) {
    return new StateView(
        now,
        inventory.at(now).stream()
            .map(site -> new StateView.Component(site, offers.available(site)))
            .toList(),
        deployments.jobs(),
        offers.current(),
        deployments.plannedAt(),
        checks.last().map(Journal.CheckRecord::at),
        Optional.of(checks.next()),
        deployments.notices(),
        checks.problem().or(() -> inventory.problems().stream().findFirst()),
        settings.policy().autoInstall());
  }
}
