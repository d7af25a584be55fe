package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The install that a component was changed by last: it says what may be done with it. */
final class LastChange {
  private LastChange() {}

  /**
   * Of all installs of the component; one that goes on comes before all that ended.
   *
   * @param changes the one that changed last first
   */
  static Optional<Install> of(List<Install> changes) {
    Optional<Install> goesOn =
        first(changes, EnumSet.of(InstallState.INSTALLING, InstallState.REVERTING));
    return goesOn.or(
        () ->
            first(
                changes,
                EnumSet.of(
                    InstallState.COMMITTED, InstallState.REVERTED, InstallState.REVERT_FAILED)));
  }

  private static Optional<Install> first(List<Install> changes, Set<InstallState> states) {
    return changes.stream().filter(install -> states.contains(install.state())).findFirst();
  }

  /**
   * The one that could not put the data back and can be told to try again: nothing came after it,
   * and its backup is there. A backup that is gone leaves the data to a person, who may install.
   */
  static Optional<Install> owingData(ManagedComponent component, List<Install> changes) {
    return of(changes)
        .filter(Install::owesData)
        .filter(
            install ->
                component.slots().linked().filter(active -> isOf(install, active)).isPresent())
        .filter(install -> component.backups().problem(install.backups().made()).isEmpty());
  }

  /** Where somebody switched the link by hand meanwhile, its data are that person's. */
  private static boolean isOf(Install install, ReleaseVersion active) {
    return active.equals(install.versions().from()) || active.equals(install.versions().to());
  }
}
