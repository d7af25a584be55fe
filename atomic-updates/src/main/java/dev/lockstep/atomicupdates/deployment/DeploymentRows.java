package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Attempts;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Desired;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Remembered;
import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.journal.Words;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How deployments and what belongs to them look as rows. Times are milliseconds since 1970; APIs
 * are lines "name value".
 */
final class DeploymentRows {
  static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS deployment (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
            requested_by TEXT NOT NULL, started_at INTEGER NOT NULL, state TEXT NOT NULL,
            provided TEXT NOT NULL, error_code TEXT, error_category TEXT, error_message TEXT,
            ended_at INTEGER, told INTEGER NOT NULL DEFAULT 0)
          """,
          """
          CREATE TABLE IF NOT EXISTS deployment_step (
            deployment TEXT NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL, device TEXT NOT NULL, component TEXT NOT NULL,
            role TEXT NOT NULL, from_version TEXT, to_version TEXT, manifest_target TEXT NOT NULL,
            requires TEXT NOT NULL, status TEXT NOT NULL, deadline INTEGER,
            PRIMARY KEY (deployment, ordinal)) WITHOUT ROWID
          """,
          """
          CREATE TABLE IF NOT EXISTS deployment_data (
            deployment TEXT PRIMARY KEY REFERENCES deployment (id) ON DELETE CASCADE,
            choice TEXT NOT NULL, backup TEXT NOT NULL) WITHOUT ROWID
          """,
          """
          CREATE TABLE IF NOT EXISTS deployment_desired (
            device TEXT NOT NULL, component TEXT NOT NULL, version TEXT,
            manifest_target TEXT NOT NULL, PRIMARY KEY (device, component)) WITHOUT ROWID
          """,
          """
          CREATE TABLE IF NOT EXISTS deployment_attempts (
            device TEXT NOT NULL, component TEXT NOT NULL, version TEXT NOT NULL,
            count INTEGER NOT NULL, blocked INTEGER NOT NULL, not_before INTEGER NOT NULL,
            PRIMARY KEY (device, component, version)) WITHOUT ROWID
          """,
          """
          CREATE TABLE IF NOT EXISTS deployment_announced (
            device TEXT NOT NULL, component TEXT NOT NULL, role TEXT NOT NULL, version TEXT,
            provides TEXT NOT NULL, requires TEXT NOT NULL, capabilities TEXT NOT NULL,
            away_after INTEGER NOT NULL, leaving INTEGER NOT NULL, seen_at INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (device, component)) WITHOUT ROWID
          """);

  static final List<String> TABLES =
      List.of(
          "deployment",
          "deployment_step",
          "deployment_data",
          "deployment_desired",
          "deployment_attempts",
          "deployment_announced");

  private DeploymentRows() {}

  static void write(Connection connection, Deployment deployment) throws SQLException {
    Failure failure = deployment.failure();
    execute(
        connection,
        """
        INSERT INTO deployment (id, kind, requested_by, started_at, state, provided, error_code,
            error_category, error_message, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET state = excluded.state, provided = excluded.provided,
            error_code = excluded.error_code, error_category = excluded.error_category,
            error_message = excluded.error_message, ended_at = excluded.ended_at
        """,
        deployment.id(),
        deployment.kind().name(),
        deployment.requestedBy(),
        deployment.startedAt().toEpochMilli(),
        deployment.state().name(),
        lines(deployment.provided()),
        failure == null ? null : failure.code().name(),
        failure == null ? null : failure.category().name(),
        failure == null ? null : failure.message(),
        millis(deployment.endedAt()));
  }

  /** What was chosen never changes; most deployments have nothing to choose. */
  static void writeData(Connection connection, Deployment deployment) throws SQLException {
    if (!deployment.data().equals(DataOnRevert.AS_KEPT)) {
      execute(
          connection,
          "INSERT OR IGNORE INTO deployment_data VALUES (?, ?, ?)",
          deployment.id(),
          deployment.data().choice().name(),
          deployment.data().backup());
    }
  }

  static void write(Connection connection, String deployment, int ordinal, Step step)
      throws SQLException {
    execute(
        connection,
        "INSERT OR REPLACE INTO deployment_step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        deployment,
        ordinal,
        step.site().device(),
        step.site().component(),
        step.role().name(),
        text(step.from()),
        text(step.to()),
        step.manifestTarget(),
        lines(step.requires()),
        step.status().name(),
        millis(step.deadline()));
  }

  static void write(Connection connection, Desired desired) throws SQLException {
    execute(
        connection,
        "INSERT OR REPLACE INTO deployment_desired VALUES (?, ?, ?, ?)",
        desired.site().device(),
        desired.site().component(),
        text(desired.version()),
        desired.manifestTarget());
  }

  static void write(Connection connection, Attempts attempts) throws SQLException {
    execute(
        connection,
        "INSERT OR REPLACE INTO deployment_attempts VALUES (?, ?, ?, ?, ?, ?)",
        attempts.site().device(),
        attempts.site().component(),
        attempts.version().toString(),
        attempts.count(),
        attempts.blocked(),
        attempts.notBefore().toEpochMilli());
  }

  static void write(Connection connection, Remembered remembered) throws SQLException {
    Announced announced = remembered.announced();
    execute(
        connection,
        "INSERT OR REPLACE INTO deployment_announced VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        announced.site().device(),
        announced.site().component(),
        announced.role().name(),
        text(announced.version()),
        lines(announced.provides()),
        lines(announced.requires()),
        String.join("\n", new TreeSet<>(announced.capabilities())),
        announced.awayAfter().toMillis(),
        announced.leaving(),
        remembered.seenAt().toEpochMilli());
  }

  /**
   * The ids of deployments that run, and about which a newer release wrote a word that this one
   * does not know: it cannot go on with them.
   */
  static final String FOREIGN =
      """
      SELECT id FROM deployment WHERE ended_at IS NULL AND (state NOT IN (%s) OR kind NOT IN (%s)
        OR id IN (SELECT deployment FROM deployment_data WHERE choice NOT IN (%s))
        OR id IN (SELECT deployment FROM deployment_step
            WHERE role NOT IN (%s) OR status NOT IN (%s)))
      """
          .formatted(
              Words.all(DeploymentState.class),
              Words.all(Deployment.Kind.class),
              Words.all(DataOnRevert.Choice.class),
              Words.all(Role.class),
              Words.all(StepStatus.class));

  /** Of what has ended: a word of a newer release reads as the one that promises the least. */
  static Deployment deployment(ResultSet row, List<Step> steps) throws SQLException {
    return new Deployment(
        row.getString("id"),
        Words.known(Deployment.Kind.class, row.getString("kind")).orElse(Deployment.Kind.INSTALL),
        row.getString("requested_by"),
        Instant.ofEpochMilli(row.getLong("started_at")),
        Words.known(DeploymentState.class, row.getString("state"))
            .orElse(DeploymentState.REVERT_FAILED),
        steps,
        apis(row.getString("provided"), ReleaseVersion::parse),
        Words.failure(row),
        instant(row, "ended_at"),
        row.getString("choice") == null
            ? DataOnRevert.AS_KEPT
            : new DataOnRevert(
                Words.known(DataOnRevert.Choice.class, row.getString("choice"))
                    .orElse(DataOnRevert.Choice.AS_KEPT),
                row.getString("backup")));
  }

  static Step step(ResultSet row) throws SQLException {
    return new Step(
        new Site(row.getString("device"), row.getString("component")),
        Words.known(Role.class, row.getString("role")).orElse(Role.MODULE),
        version(row.getString("from_version")),
        version(row.getString("to_version")),
        row.getString("manifest_target"),
        apis(row.getString("requires"), VersionRange::new),
        Words.known(StepStatus.class, row.getString("status")).orElse(StepStatus.STUCK),
        instant(row, "deadline"));
  }

  static Remembered remembered(ResultSet row) throws SQLException {
    return new Remembered(announced(row), Instant.ofEpochMilli(row.getLong("seen_at")));
  }

  private static Announced announced(ResultSet row) throws SQLException {
    String capabilities = row.getString("capabilities");
    return new Announced(
        new Site(row.getString("device"), row.getString("component")),
        Role.valueOf(row.getString("role")),
        version(row.getString("version")),
        apis(row.getString("provides"), ReleaseVersion::parse),
        apis(row.getString("requires"), VersionRange::new),
        capabilities.isEmpty() ? Set.of() : Set.of(capabilities.split("\n")),
        Duration.ofMillis(row.getLong("away_after")),
        row.getBoolean("leaving"));
  }

  /** Null for null. */
  static ReleaseVersion version(String text) {
    return text == null ? null : ReleaseVersion.parse(text);
  }

  private static String text(ReleaseVersion version) {
    return version == null ? null : version.toString();
  }

  private static Long millis(Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  private static String lines(Map<String, ?> apis) {
    return new TreeMap<>(apis)
        .entrySet().stream()
            .map(api -> api.getKey() + " " + api.getValue())
            .collect(Collectors.joining("\n"));
  }

  private static <T> Map<String, T> apis(String lines, Function<String, T> reader) {
    Map<String, T> apis = new TreeMap<>();
    for (String line : lines.isEmpty() ? new String[0] : lines.split("\n")) {
      int space = line.indexOf(' ');
      apis.put(line.substring(0, space), reader.apply(line.substring(space + 1)));
    }
    return apis;
  }

  private static void execute(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
