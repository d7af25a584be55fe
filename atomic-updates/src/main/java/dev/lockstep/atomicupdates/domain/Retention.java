package dev.lockstep.atomicupdates.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which slots of a component stay. */
public final class Retention {
  private Retention() {}

  /**
   * The versions that stay after a commit: the active one, the previous one, those that are being
   * worked on, all that are newer than the active one, whether the journal knows of them yet or
   * not, and the newest of those that wait to be installed.
   *
   * @param active null where none is
   * @param previous null where none is
   * @param slots all that are on disk
   * @param installs what the journal knows of the component
   */
  public static Set<ReleaseVersion> keep(
      ReleaseVersion active,
      ReleaseVersion previous,
      Collection<ReleaseVersion> slots,
      List<Install> installs) {
    Set<ReleaseVersion> keep = new HashSet<>();
    if (active != null) {
      keep.add(active);
    }
    if (previous != null) {
      keep.add(previous);
    }
    Set<ReleaseVersion> waiting = new HashSet<>();
    for (Install install : installs) {
      if (install.state().moving()) {
        keep.add(install.versions().to());
        if (install.versions().from() != null) {
          keep.add(install.versions().from());
        }
        if (install.versions().previous() != null) {
          // Going back makes it the previous one again, which it is not while it goes on.
          keep.add(install.versions().previous());
        }
      } else if (install.state() == InstallState.STAGED) {
        waiting.add(install.versions().to());
      }
    }
    slots.stream().filter(version -> newer(version, active)).forEach(keep::add);
    slots.stream().filter(waiting::contains).max(Comparator.naturalOrder()).ifPresent(keep::add);
    return keep;
  }

  /**
   * The versions that stay even where a download lacks room: the active one, the previous one,
   * those that are being worked on, and all that wait to be installed. What goes is what was left
   * over, and what failed.
   *
   * @param active null where none is
   * @param previous null where none is
   * @param installs what the journal knows of the component
   */
  public static Set<ReleaseVersion> indispensable(
      ReleaseVersion active, ReleaseVersion previous, List<Install> installs) {
    Set<ReleaseVersion> keep = keep(active, previous, List.of(), installs);
    installs.stream()
        .filter(install -> install.state() == InstallState.STAGED)
        .forEach(install -> keep.add(install.versions().to()));
    return keep;
  }

  private static boolean newer(ReleaseVersion version, ReleaseVersion active) {
    return active == null || version.isNewerThan(active);
  }
}
