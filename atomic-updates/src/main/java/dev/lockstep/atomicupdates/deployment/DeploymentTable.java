package dev.lockstep.atomicupdates.deployment;

import static dev.lockstep.atomicupdates.deployment.DeploymentState.BACKEND;
import static dev.lockstep.atomicupdates.deployment.DeploymentState.COMMITTED;
import static dev.lockstep.atomicupdates.deployment.DeploymentState.DEFERRED;
import static dev.lockstep.atomicupdates.deployment.DeploymentState.FRONTENDS;
import static dev.lockstep.atomicupdates.deployment.DeploymentState.REFUSED;
import static dev.lockstep.atomicupdates.deployment.DeploymentState.REVERTED;
import static dev.lockstep.atomicupdates.deployment.DeploymentState.REVERTING;
import static dev.lockstep.atomicupdates.deployment.DeploymentState.REVERT_FAILED;
import static dev.lockstep.atomicupdates.deployment.DeploymentState.STAGING;
import static dev.lockstep.atomicupdates.deployment.Verdict.ALL_AS_BEFORE;
import static dev.lockstep.atomicupdates.deployment.Verdict.ALL_DONE;
import static dev.lockstep.atomicupdates.deployment.Verdict.BROKEN;
import static dev.lockstep.atomicupdates.deployment.Verdict.NEEDS_PERSON;
import static dev.lockstep.atomicupdates.deployment.Verdict.NOT_NOW;

import java.util.List;

/**
 * The deployment's transitions: (state, verdict) to state. A pair that is not listed is an error.
 */
final class DeploymentTable {
  /** One transition. */
  record Row(DeploymentState state, Verdict verdict, DeploymentState next) {}

  // spotless:off one row per transition
  static final List<Row> ROWS = List.of(
      new Row(STAGING,   ALL_DONE,      BACKEND),
      new Row(STAGING,   BROKEN,        REFUSED),
      new Row(BACKEND,   ALL_DONE,      FRONTENDS),
      new Row(BACKEND,   BROKEN,        REVERTING),
      new Row(FRONTENDS, ALL_DONE,      COMMITTED),
      new Row(FRONTENDS, BROKEN,        REVERTING),
      new Row(FRONTENDS, ALL_AS_BEFORE, REVERTED),
      new Row(FRONTENDS, NOT_NOW,       DEFERRED),
      new Row(FRONTENDS, NEEDS_PERSON,  REVERT_FAILED),
      new Row(REVERTING, ALL_AS_BEFORE, REVERTED),
      new Row(REVERTING, BROKEN,        REFUSED),
      new Row(REVERTING, NOT_NOW,       DEFERRED),
      new Row(REVERTING, NEEDS_PERSON,  REVERT_FAILED));
  // spotless:on

  private DeploymentTable() {}

  static DeploymentState next(DeploymentState state, Verdict verdict) {
    return ROWS.stream()
        .filter(row -> row.state() == state && row.verdict() == verdict)
        .findFirst()
        .map(Row::next)
        .orElseThrow(
            () -> new IllegalStateException("no transition from " + state + " on " + verdict));
  }
}
