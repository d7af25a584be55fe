package dev.lockstep.atomicupdates.domain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one table of the lifecycle: a row per (state, event) to the state that follows. A pair that
 * is not listed is an error.
 */
public final class TransitionTable {
  private static final String TABLE =
      """
      state          event              next
      -------------  -----------------  -------------
      REQUESTED      STAGE_ASKED        DOWNLOADING
      REQUESTED      INSTALL_ASKED      PREPARING
      DOWNLOADING    STAGED             STAGED
      DOWNLOADING    STAGING_FAILED     FAILED
      DOWNLOADING    RESUMED            DOWNLOADING
      DOWNLOADING    RESUMED_TOO_OFTEN  FAILED
      STAGED         STAGE_ASKED        DOWNLOADING
      STAGED         SLOT_REMOVED       FAILED
      STAGED         DEPLOYMENT_ENDED   FAILED
      STAGED         INSTALL_ASKED      PREPARING
      FAILED         STAGE_ASKED        DOWNLOADING
      FAILED         INSTALL_ASKED      PREPARING
      PREPARING      READY              INSTALLING
      PREPARING      INHIBITED          DEFERRED
      PREPARING      NOT_MET            REFUSED
      PREPARING      RESUMED            PREPARING
      PREPARING      RESUMED_TOO_OFTEN  REFUSED
      DEFERRED       INSTALL_ASKED      PREPARING
      INSTALLING     STEP_DONE          INSTALLING
      INSTALLING     LAST_STEP_DONE     COMMITTED
      INSTALLING     STEP_WAITS         INSTALLING
      INSTALLING     STEP_FAILED        REVERTING
      INSTALLING     RESUMED            INSTALLING
      INSTALLING     RESUMED_TOO_OFTEN  REVERTING
      REVERTING      STEP_DONE          REVERTING
      REVERTING      LAST_STEP_DONE     REVERTED
      REVERTING      STEP_WAITS         REVERTING
      REVERTING      STEP_FAILED        REVERT_FAILED
      REVERTING      RESUMED            REVERTING
      REVERTING      RESUMED_TOO_OFTEN  REVERT_FAILED
      REVERT_FAILED  RESTORE_ASKED      REVERTING
      """;

  private static final int HEADER_LINES = 2;
  private static final List<Row> ROWS = parse();
  private static final Map<InstallState, Map<EventKind, InstallState>> NEXT = index();

  private TransitionTable() {}

  /** One row. */
  public record Row(InstallState state, EventKind event, InstallState next) {}

  /** The rows in their order. */
  public static List<Row> rows() {
    return ROWS;
  }

  /** The state that follows, empty where the pair is not listed. */
  public static Optional<InstallState> next(InstallState state, EventKind event) {
    return Optional.ofNullable(NEXT.getOrDefault(state, Map.of()).get(event));
  }

  private static List<Row> parse() {
    List<Row> rows = new ArrayList<>();
    TABLE
        .lines()
        .skip(HEADER_LINES)
        .map(line -> line.trim().split(" +"))
        .map(
            cells ->
                new Row(
                    InstallState.valueOf(cells[0]),
                    EventKind.valueOf(cells[1]),
                    InstallState.valueOf(cells[2])))
        .forEach(rows::add);
    return Collections.unmodifiableList(rows);
  }

  private static Map<InstallState, Map<EventKind, InstallState>> index() {
    Map<InstallState, Map<EventKind, InstallState>> index = new EnumMap<>(InstallState.class);
    for (Row row : ROWS) {
      InstallState doubled =
          index
              .computeIfAbsent(row.state(), state -> new EnumMap<>(EventKind.class))
              .put(row.event(), row.next());
      if (doubled != null) {
        throw new IllegalStateException("two rows for " + row.state() + ", " + row.event());
      }
    }
    return index;
  }
}
