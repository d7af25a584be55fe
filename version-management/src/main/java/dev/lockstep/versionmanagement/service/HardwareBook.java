package dev.lockstep.versionmanagement.service;

import dev.lockstep.protocol.release.DeviceFacts;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.versionmanagement.domain.Hardware;
import dev.lockstep.versionmanagement.domain.HardwareRefusal;
import dev.lockstep.versionmanagement.domain.OfferedRelease;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Site;
import dev.lockstep.versionmanagement.port.Journal;
import java.util.ArrayList;
import java.util.List;

/**
 * Who refused which release because of its hardware (R61), so that it is not offered there for
 * ever. A device that was away is asked once more when it is back, since its labels may be others.
 */
final class HardwareBook {
  private static final int MAX_REFUSALS = 5_000;

  private final String device;
  private final DeviceFacts facts;
  private final Journal journal;
  private List<HardwareRefusal> refusals;

  HardwareBook(String device, DeviceFacts facts, Journal journal, List<HardwareRefusal> refusals) {
    this.device = device;
    this.facts = facts;
    this.journal = journal;
    this.refusals = List.copyOf(refusals);
  }

  static boolean isRefusal(Problem problem) {
    return problem.code() == ErrorCode.ERROR_CODE_NOT_FOR_THIS_HARDWARE;
  }

  Hardware known() {
    return new Hardware(device, facts, refusals);
  }

  /** A site refuses what it was to get. */
  void refused(Site site, OfferedRelease release) {
    HardwareRefusal refusal =
        new HardwareRefusal(site, release.manifestTarget(), release.manifestHash());
    if (!refusals.contains(refusal)) {
      List<HardwareRefusal> next = new ArrayList<>(refusals);
      next.add(refusal);
      keep(next.subList(Math.max(0, next.size() - MAX_REFUSALS), next.size()));
    }
  }

  /** A site is back: what it refused before it left does not count any more. */
  void returned(Site site) {
    if (refusals.stream().anyMatch(one -> one.site().equals(site))) {
      keep(refusals.stream().filter(one -> !one.site().equals(site)).toList());
    }
  }

  private void keep(List<HardwareRefusal> next) {
    journal.saveRefusals(List.copyOf(next));
    refusals = List.copyOf(next);
  }
}
