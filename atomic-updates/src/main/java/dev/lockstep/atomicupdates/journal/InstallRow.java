package dev.lockstep.atomicupdates.journal;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
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
    sql.append(String.join(", ", COLUMNS)).append(") VALUES (");
    sql.append("?, ".repeat(COLUMNS.length - 1))
        .append("?) ON CONFLICT (job, component) DO UPDATE SET ");
    for (int i = 2; i < COLUMNS.length; i++) {
      sql.append(i == 2 ? "" : ", ").append(COLUMNS[i]).append(" = excluded.").append(COLUMNS[i]);
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

  static Install read(ResultSet row) throws SQLException {
    return new Install(
        new Install.Key(row.getString("job"), row.getString("component")),
        new Install.Order(
            Install.Method.valueOf(row.getString("method")),
            row.getString("requested_by"),
            row.getString("manifest_target")),
        new Install.Versions(
            version(row, "from_version"), version(row, "to_version"), version(row, "previous")),
        new Install.Position(
            InstallState.valueOf(row.getString("state")),
            step(row, "step"),
            step(row, "reached"),
            row.getInt("resumes")),
        new Install.Backups(row.getString("backup"), row.getString("restored")),
        new Install.Times(
            time(row, "started_at"),
            time(row, "asked_at"),
            time(row, "updated_at"),
            time(row, "stopped_at"),
            time(row, "healthy_at"),
            time(row, "finished_at")),
        failure(row),
        row.getLong("bytes_fetched"),
        row.getInt("told") == 1);
  }

  private static Failure failure(ResultSet row) throws SQLException {
    String code = row.getString("error_code");
    return code == null
        ? null
        : new Failure(
            ErrorCode.valueOf(code),
            ErrorCategory.valueOf(row.getString("error_category")),
            row.getString("error_message"));
  }

  private static String text(Object value) {
    return value == null ? null : value.toString();
  }

  private static ReleaseVersion version(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    return text == null ? null : ReleaseVersion.parse(text);
  }

  private static InstallStep step(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    return text == null ? null : InstallStep.valueOf(text);
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
