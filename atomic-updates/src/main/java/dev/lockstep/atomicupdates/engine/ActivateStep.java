package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.atomicupdates.slots.SlotDirectory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Switches the active link. Undone, it points where it pointed before, or is gone. */
final class ActivateStep implements Step {

  @Override
  public StepResult apply(StepContext context) {
    Install install = context.install();
    SlotDirectory slots = context.component().slots();
    ReleaseVersion from = install.versions().from();
    ReleaseVersion to = install.versions().to();
    context.phase(Phase.STAGE, "checking the slot of " + to);
    try {
      Optional<String> difference = difference(install, slots, to);
      if (difference.isPresent()) {
        return new StepResult.Failed(
            Failure.reverting(
                ErrorCode.ERROR_CODE_MANIFEST_MISMATCH,
                "cannot activate %s %s: %s; download it again"
                    .formatted(context.id(), to, difference.get())));
      }
      context.phase(Phase.ACTIVATE, "activating " + to);
      if (from != null) {
        slots.setPrevious(from);
      }
      slots.activate(to);
    } catch (IOException failed) {
      return new StepResult.Failed(
          Failure.reverting(
              ErrorCode.ERROR_CODE_ACTIVATE_FAILED,
              "cannot activate %s %s: %s; check the folder %s and its disk"
                  .formatted(context.id(), to, failed, slots.home())));
    }
    context
        .ports()
        .reports()
        .restartRequired(context.id(), true, from, to, to + " is active and not yet running");
    context.log(context.id() + " " + to + " is active");
    return StepResult.done();
  }

  /** After a crash of the machine the whole content is looked at again, not its sizes alone. */
  private static Optional<String> difference(
      Install install, SlotDirectory slots, ReleaseVersion version) throws IOException {
    if (install.position().resumes() == 0) {
      return slots.quickDifference(version);
    }
    List<String> differences = slots.differences(version);
    return differences.isEmpty() ? Optional.empty() : Optional.of(differences.get(0));
  }

  @Override
  public StepResult undo(StepContext context) {
    Install install = context.install();
    SlotDirectory slots = context.component().slots();
    ReleaseVersion from = install.versions().from();
    ReleaseVersion previous = install.versions().previous();
    context.phase(Phase.REVERT, from == null ? "removing the link" : "activating " + from);
    try {
      if (from == null) {
        slots.deactivate();
      } else {
        slots.activate(from);
      }
      slots.setPrevious(previous != null && slots.hasFolder(previous) ? previous : null);
    } catch (IOException failed) {
      return new StepResult.Failed(
          Failure.forOperator(
              ErrorCode.ERROR_CODE_REVERT_FAILED,
              "cannot activate %s %s again: %s; point %s at releases/%s by hand, then start it"
                  .formatted(context.id(), from, failed, slots.currentLink(), from)));
    }
    if (from != null && context.component().controlled()) {
      context
          .ports()
          .reports()
          .restartRequired(
              context.id(), true, null, from, from + " is active again and not yet running");
    }
    context.log(
        from == null ? "nothing is active" : context.id() + " " + from + " is active again");
    return StepResult.done();
  }
}
