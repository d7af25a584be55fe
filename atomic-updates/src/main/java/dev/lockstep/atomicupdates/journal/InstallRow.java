package dev.lockstep.atomicupdates.journal;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.Install.Method;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.domain.InstallStep;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Optional;

/** An install as a row: times in milliseconds since 1970, names of enums, null where null. */
final class InstallRow {
  static final String SCHEMA =
      """
      CREATE TABLE IF NOT EXISTS install (
        id              INTEGER PRIMARY KEY AUTOINCREMENT,
        job             TEXT NOT NULL,
        component       TEXT NOT NULL,
        method          TEXT NOT NULL,
        requested_by    TEXT NOT NULL,
        manifest_target TEXT NOT NULL,
        from_version    TEXT,
        to_version      TEXT NOT NULL,
        previous        TEXT,
        state           TEXT NOT NULL,
        step            TEXT,
        reached         TEXT,
        resumes         INTEGER NOT NULL,
        backup          TEXT,
        restored        TEXT,
        started_at      INTEGER NOT NULL,
        asked_at        INTEGER,
        updated_at      INTEGER NOT NULL,
        stopped_at      INTEGER,
        healthy_at      INTEGER,
        finished_at     INTEGER,
        error_code      TEXT,
        error_category  TEXT,
        error_message   TEXT,
        bytes_fetched   INTEGER NOT NULL,
        told            INTEGER NOT NULL,
        changed         INTEGER NOT NULL DEFAULT 0,
        UNIQUE (job, component)
      )
      """;

  private static final String[] COLUMNS = {
    "job",
    "component",
    "method",
    "requested_by",
    "manifest_target",
    "from_version",
    "to_version",
    "previous",
    "state",
    "step",
    "reached",
    "resumes",
    "backup",
    "restored",
    "started_at",
    "asked_at",
    "updated_at",
    "stopped_at",
    "healthy_at",
    "finished_at",
    "error_code",
    "error_category",
    "error_message",
    "bytes_fetched",
    "told"
  };

  static final String UPSERT = upsert();

  private InstallRow() {}

  private static String upsert() {
    StringBuilder sql = new StringBuilder("INSERT INTO install (");
    sql.append(String.join(", ", COLUMNS)).append(", changed) VALUES (");
    sql.append("?, ".repeat(COLUMNS.length))
        .append(ChangeOrder.NEXT)
        .append(") ON CONFLICT (job, component) DO UPDATE SET changed = excluded.changed");
    for (int i = 2; i < COLUMNS.length; i++) {
      sql.append(", ").append(COLUMNS[i]).append(" = excluded.").append(COLUMNS[i]);
    }
    return sql.toString();
  }

  static void bind(PreparedStatement row, Install install) throws SQLException {
    int at = 0;
    row.setString(++at, install.key().jobId());
    row.setString(++at, install.key().component());
    row.setString(++at, install.order().method().name());
    row.setString(++at, install.order().requestedBy());
    row.setString(++at, install.order().manifestTarget());
    row.setString(++at, text(install.versions().from()));
    row.setString(++at, text(install.versions().to()));
    row.setString(++at, text(install.versions().previous()));
    row.setString(++at, install.state().name());
    row.setString(++at, text(install.position().step()));
    row.setString(++at, text(install.position().reached()));
    row.setInt(++at, install.position().resumes());
    row.setString(++at, install.backups().made());
    row.setString(++at, install.backups().restored());
    setTime(row, ++at, install.times().started());
    setTime(row, ++at, install.times().asked());
    setTime(row, ++at, install.times().updated());
    setTime(row, ++at, install.times().stopped());
    setTime(row, ++at, install.times().healthy());
    setTime(row, ++at, install.times().finished());
    Failure failure = install.failure();
    row.setString(++at, failure == null ? null : failure.code().name());
    row.setString(++at, failure == null ? null : failure.category().name());
    row.setString(++at, failure == null ? null : failure.message());
    row.setLong(++at, install.bytesFetched());
    row.setInt(++at, install.told() ? 1 : 0);
  }

  /**
   * Reads a row. Where a newer release wrote a state, a step or a method that this one does not
   * know, nobody here can tell how far that install came: it reads as one that needs a person, with
   * no step reached, or as failed where its install was never asked for, so that nothing was
   * changed. A step that was reached reads as the last one; a method is known by the versions where
   * all is over.
   *
   * @throws IllegalArgumentException where a version cannot be read
   */
  static Install read(ResultSet row) throws SQLException {
    Install.Versions versions =
        new Install.Versions(
            version(row, "from_version"), version(row, "to_version"), version(row, "previous"));
    Optional<InstallState> state = Words.known(InstallState.class, row.getString("state"));
    Optional<Method> method = Words.known(Method.class, row.getString("method"));
    boolean tells =
        state.isPresent()
            && !Words.unknown(InstallStep.class, row.getString("step"))
            && (method.isPresent() || state.get().finished());
    return new Install(
        new Install.Key(row.getString("job"), row.getString("component")),
        new Install.Order(
            method.orElseGet(() -> method(versions)),
            row.getString("requested_by"),
            row.getString("manifest_target")),
        versions,
        tells ? position(row, state.get()) : stranger(row),
        new Install.Backups(row.getString("backup"), row.getString("restored")),
        new Install.Times(
            time(row, "started_at"),
            time(row, "asked_at"),
            time(row, "updated_at"),
            time(row, "stopped_at"),
            time(row, "healthy_at"),
            tells ? time(row, "finished_at") : time(row, "updated_at")),
        tells ? Words.failure(row) : cannotTell(row),
        row.getLong("bytes_fetched"),
        tells && row.getInt("told") == 1);
  }

  /** The rows that {@link #read} reads as something else than what is written there. */
  static String isForeign() {
    return "state NOT IN (%s) OR step NOT IN (%s) OR (finished_at IS NULL AND method NOT IN (%s))"
        .formatted(
            Words.all(InstallState.class), Words.all(InstallStep.class), Words.all(Method.class));
  }

  private static Install.Position position(ResultSet row, InstallState state) throws SQLException {
    String reached = row.getString("reached");
    return new Install.Position(
        state,
        Words.known(InstallStep.class, row.getString("step")).orElse(null),
        reached == null ? null : Words.known(InstallStep.class, reached).orElse(InstallStep.LAST),
        row.getInt("resumes"));
  }

  private static Install.Position stranger(ResultSet row) throws SQLException {
    return neverAsked(row)
        ? new Install.Position(InstallState.FAILED, null, null, 0)
        : new Install.Position(InstallState.REVERT_FAILED, InstallStep.FIRST, null, 0);
  }

  private static boolean neverAsked(ResultSet row) throws SQLException {
    return time(row, "asked_at") == null;
  }

  private static Failure cannotTell(ResultSet row) throws SQLException {
    String what =
        "the job of %s to %s by %s: another release of Lockstep wrote that it is in %s%s"
            .formatted(
                row.getString("component"),
                row.getString("to_version"),
                row.getString("job"),
                row.getString("state"),
                row.getString("step") == null ? "" : " at " + row.getString("step"));
    return neverAsked(row)
        ? new Failure(
            ErrorCode.ERROR_CODE_JOURNAL,
            ErrorCategory.ERROR_CATEGORY_RETRY,
            "cannot go on with %s; nothing was changed, ask for it again".formatted(what))
        : Failure.forOperator(
            ErrorCode.ERROR_CODE_JOURNAL,
            "cannot tell how far %s, and its backup is %s; check its data or put them back from the backup, then install a release"
                .formatted(what, row.getString("backup")));
  }

  private static Method method(Install.Versions versions) {
    if (versions.from() == null) {
      return Method.FRESH;
    }
    return versions.to().isNewerThan(versions.from()) ? Method.UPDATE : Method.DOWNGRADE;
  }

  private static String text(Object value) {
    return value == null ? null : value.toString();
  }

  private static ReleaseVersion version(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    return text == null ? null : ReleaseVersion.parse(text);
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  private static void setTime(PreparedStatement row, int at, Instant time) throws SQLException {
    if (time == null) {
      row.setNull(at, Types.INTEGER);
    } else {
      row.setLong(at, time.toEpochMilli());
    }
  }
}
