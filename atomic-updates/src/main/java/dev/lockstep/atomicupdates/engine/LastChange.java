package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The install that a component was changed by last: it says what may be done with it. */
final class LastChange {
  private LastChange() {}

  /** Of all installs of the component; one that goes on comes before all that ended. */
  static Optional<Install> of(List<Install> installs) {
    return installs.stream()
        .filter(
            install ->
                switch (install.state()) {
                  case INSTALLING, REVERTING, COMMITTED, REVERTED, REVERT_FAILED -> true;
                  default -> false;
                })
        .max(
            Comparator.comparing(
                    (Install install) ->
                        install.state() == InstallState.INSTALLING
                            || install.state() == InstallState.REVERTING)
                .thenComparing(install -> install.times().updated()));
  }

  /**
   * The one that could not put the data back and can be told to try again: nothing came after it,
   * and its backup is there. A backup that is gone leaves the data to a person, who may install.
   */
  static Optional<Install> owingData(ManagedComponent component, List<Install> installs) {
    return of(installs)
        .filter(Install::owesData)
        .filter(
            install ->
                component.slots().linked().filter(active -> isOf(install, active)).isPresent())
        .filter(install -> component.backups().problem(install.backups().made()).isEmpty());
  }

  /** By clocks alone an install after it could be taken for one before it. */
  private static boolean isOf(Install install, ReleaseVersion active) {
    return active.equals(install.versions().from()) || active.equals(install.versions().to());
  }
}
