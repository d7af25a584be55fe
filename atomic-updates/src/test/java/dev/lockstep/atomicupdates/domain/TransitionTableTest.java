package dev.lockstep.atomicupdates.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.TransitionTable.Row;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The table as a whole, and its picture. */
class TransitionTableTest {
  private static final Path PICTURE = Path.of("../docs/install-states.md");

  @Test
  void states_atMostTwelve() {
    assertThat(InstallState.values()).hasSizeLessThanOrEqualTo(12);
  }

  @Test
  void states_allReachableFromRequested() {
    Set<InstallState> reached = EnumSet.of(InstallState.REQUESTED);
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Row row : TransitionTable.rows()) {
        grown |= reached.contains(row.state()) && reached.add(row.next());
      }
    }
    assertThat(reached).isEqualTo(EnumSet.allOf(InstallState.class));
  }

  @Test
  void states_fromEveryOneAnEndIsReachable() {
    Set<InstallState> ending = EnumSet.noneOf(InstallState.class);
    for (InstallState state : InstallState.values()) {
      if (state.finished()) {
        ending.add(state);
      }
    }
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Row row : TransitionTable.rows()) {
        grown |= ending.contains(row.next()) && ending.add(row.state());
      }
    }
    assertThat(ending).isEqualTo(EnumSet.allOf(InstallState.class));
  }

  @Test
  void movingStates_surviveARestartAndItsRepetition() {
    for (InstallState state : InstallState.values()) {
      assertThat(TransitionTable.next(state, EventKind.RESUMED).isPresent())
          .as("RESUMED in " + state)
          .isEqualTo(state.moving());
      assertThat(TransitionTable.next(state, EventKind.RESUMED_TOO_OFTEN).isPresent())
          .as("RESUMED_TOO_OFTEN in " + state)
          .isEqualTo(state.moving());
    }
  }

  @Test
  void events_everyOneHasARow() {
    for (EventKind kind : EventKind.values()) {
      assertThat(TransitionTable.rows()).as(kind.name()).anyMatch(row -> row.event() == kind);
    }
  }

  /** Every pair of state and event either follows the table or is refused as a defect. */
  @Test
  void apply_everyPair_followsTheTableOrIsRefused() {
    int listed = 0;
    for (InstallState state : InstallState.values()) {
      for (EventKind kind : EventKind.values()) {
        if (kind == EventKind.LAST_STEP_DONE) {
          continue;
        }
        Install install =
            state == InstallState.REVERT_FAILED && kind == EventKind.RESTORE_ASKED
                ? Installs.owingData(Failure.reverting(ErrorCode.ERROR_CODE_INTERNAL, "why"))
                : Installs.in(state);
        Event event = event(kind, install);
        EventKind effective =
            kind == EventKind.STEP_DONE && lastStep(install) ? EventKind.LAST_STEP_DONE : kind;
        if (TransitionTable.next(state, effective).isPresent()) {
          listed++;
          assertThat(InstallMachine.apply(install, event, Installs.LATER).install().state())
              .isEqualTo(TransitionTable.next(state, effective).get());
        } else {
          assertThatThrownBy(() -> InstallMachine.apply(install, event, Installs.LATER))
              .isInstanceOfSatisfying(
                  AtomicUpdatesException.class,
                  defect -> assertThat(defect.code()).isEqualTo(ErrorCode.ERROR_CODE_TRANSITION))
              .hasMessageContaining(kind.name());
        }
      }
    }
    // The two rows of the last step are walked by the sequence tests.
    assertThat(listed).isEqualTo(TransitionTable.rows().size() - 2);
  }

  private static boolean lastStep(Install install) {
    return install.position().step()
        == (install.state() == InstallState.REVERTING ? InstallStep.FIRST : InstallStep.LAST);
  }

  private static Event event(EventKind kind, Install install) {
    Failure why = Failure.reverting(ErrorCode.ERROR_CODE_INTERNAL, "why");
    InstallStep step =
        install.position().step() == null ? InstallStep.BACKUP : install.position().step();
    return switch (kind) {
      case STAGE_ASKED -> Event.stageAsked();
      case STAGED -> Event.staged(1);
      case STAGING_FAILED -> Event.stagingFailed(why);
      case SLOT_REMOVED -> Event.slotRemoved(why);
      case DEPLOYMENT_ENDED -> Event.deploymentEnded(why);
      case INSTALL_ASKED -> Event.installAsked();
      case READY -> Event.ready("backup");
      case INHIBITED -> Event.inhibited(why);
      case NOT_MET -> Event.notMet(why);
      case STEP_DONE, LAST_STEP_DONE -> Event.done(step, null);
      case STEP_WAITS -> Event.waits(step, "what", Duration.ofSeconds(1));
      case STEP_FAILED -> Event.failed(step, why);
      case RESUMED -> Event.resumed();
      case RESUMED_TOO_OFTEN -> Event.resumedTooOften(why);
      case RESTORE_ASKED -> Event.restoreAsked();
    };
  }

  @Test
  @Tag("R97")
  void recovery_everyState_leadsSomewhereOrIsAtRest() {
    for (InstallState state : InstallState.values()) {
      Install install = Installs.in(state);
      assertThat(Recovery.atBoot(install, install.versions().to()::equals).isPresent())
          .as(state.name())
          .isEqualTo(state.moving());
      Recovery.atBoot(install, none -> false)
          .ifPresent(event -> InstallMachine.apply(install, event, Installs.LATER));
    }
  }

  @Test
  void picture_isThatOfTheTable() throws IOException {
    String picture = picture();
    if (Boolean.getBoolean("lockstep.regenerate")) {
      Files.createDirectories(PICTURE.getParent());
      Files.writeString(PICTURE, picture);
    }
    assertThat(PICTURE)
        .as("stale: run the test with -Dlockstep.regenerate=true")
        .exists()
        .hasContent(picture);
  }

  private static String picture() {
    StringBuilder text =
        new StringBuilder(
            """
            # States of an install

            Generated from `TransitionTable` by its test (`-Dlockstep.regenerate=true`); do not edit.

            An install of one component on one device. What is not drawn is an error. Steps are done in the order
            %s
            in INSTALLING, and undone in reverse in REVERTING, beginning with the one that failed.

            ```mermaid
            stateDiagram-v2
                [*] --> REQUESTED
            """
                .formatted(String.join(", ", names())));
    for (Row row : TransitionTable.rows()) {
      text.append("    %s --> %s: %s%n".formatted(row.state(), row.next(), row.event()));
    }
    for (InstallState state : InstallState.values()) {
      if (state.finished()) {
        text.append("    %s --> [*]%n".formatted(state));
      }
    }
    return text.append("```\n").toString();
  }

  private static java.util.List<String> names() {
    return java.util.Arrays.stream(InstallStep.values()).map(Enum::name).toList();
  }
}
