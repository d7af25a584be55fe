package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.journal.GuardedRows;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deployments' journal in tables of its own in {@code atomic.db}. A save is one transaction and
 * writes only the steps that changed since the last save.
 */
public final class SqliteDeploymentJournal implements DeploymentJournal {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteDeploymentJournal.class);
  private static final int KEPT = 500;
  private static final String ENDED = "ended_at IS NOT NULL";

  private final Database database;
  private Deployment written;

  /** Makes the tables where they are missing. */
  public SqliteDeploymentJournal(Database database) {
    this.database = database;
    database.write(
        "deployment_schema",
        connection -> {
          try (Statement statement = connection.createStatement()) {
            for (String table : DeploymentRows.SCHEMA) {
              statement.execute(table);
            }
            addSeenAt(statement);
            for (String table : DeploymentRows.TABLES) {
              GuardedRows.of(statement, table);
            }
            closeForeign(statement);
          }
        });
  }

  /**
   * A deployment that a newer release was carrying out in a way that is not known here ends: what
   * its devices were told to do they do, nothing more is begun, and nobody is brought anywhere by
   * itself until somebody decided.
   */
  private static void closeForeign(Statement statement) throws SQLException {
    statement.executeUpdate(
        "UPDATE deployment_desired SET version = NULL, manifest_target = '' WHERE (device,"
            + " component) IN (SELECT device, component FROM deployment_step WHERE deployment IN ("
            + DeploymentRows.FOREIGN
            + "))");
    int closed =
        statement.executeUpdate(
            """
            UPDATE deployment SET error_code = 'ERROR_CODE_JOURNAL',
              error_category = 'ERROR_CATEGORY_OPERATOR',
              error_message = 'cannot go on with deployment ' || id || ': another release of '
                || 'Lockstep was carrying it out (' || state || '); look at the versions of all '
                || 'devices, then install or revert',
              state = 'REVERT_FAILED', ended_at = unixepoch() * 1000, told = 0 WHERE id IN (%s)
            """
                .formatted(DeploymentRows.FOREIGN));
    if (closed > 0) {
      LOG.error("a deployment that another release was carrying out is ended; somebody decides");
    }
  }

  /** Journals that were made before had no such column. */
  private static void addSeenAt(Statement statement) throws SQLException {
    boolean there;
    try (ResultSet found =
        statement.executeQuery(
            "SELECT 1 FROM pragma_table_info('deployment_announced') WHERE name = 'seen_at'")) {
      there = found.next();
    }
    if (!there) {
      statement.execute(
          "ALTER TABLE deployment_announced ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0");
      statement.execute("UPDATE deployment_announced SET seen_at = unixepoch() * 1000");
    }
  }

  @Override
  public void save(Deployment deployment, Aftermath aftermath) {
    database.write(
        "deployment." + deployment.state(),
        connection -> {
          DeploymentRows.write(connection, deployment);
          DeploymentRows.writeData(connection, deployment);
          writeChangedSteps(connection, deployment);
          for (Desired desired : aftermath.desired()) {
            DeploymentRows.write(connection, desired);
          }
          for (Attempts attempts : aftermath.attempts()) {
            DeploymentRows.write(connection, attempts);
          }
          if (deployment.state().ended()) {
            prune(connection);
          }
        });
    written = deployment;
  }

  private void writeChangedSteps(Connection connection, Deployment deployment) throws SQLException {
    boolean known = written != null && written.id().equals(deployment.id());
    List<Step> before = known ? written.steps() : List.of();
    List<Step> steps = deployment.steps();
    for (int i = 0; i < steps.size(); i++) {
      if (i >= before.size() || !steps.get(i).equals(before.get(i))) {
        DeploymentRows.write(connection, deployment.id(), i, steps.get(i));
      }
    }
  }

  private static void prune(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "DELETE FROM deployment WHERE told = 1 AND "
              + ENDED
              + " AND number <= (SELECT max(number) FROM deployment) - "
              + KEPT);
    }
  }

  @Override
  public Optional<Deployment> find(String id) {
    return select("id = ?", 1, id).stream().findFirst();
  }

  @Override
  public Optional<Deployment> running() {
    return select("ended_at IS NULL", 1).stream().findFirst();
  }

  @Override
  public List<Deployment> latest(int count) {
    return select("1 = 1", count);
  }

  @Override
  public List<Deployment> untold() {
    return select("told = 0 AND " + ENDED, KEPT);
  }

  @Override
  public void told(String id) {
    database.write(
        "deployment_told",
        connection -> update(connection, "UPDATE deployment SET told = 1 WHERE id = ?", id));
  }

  @Override
  public Optional<Desired> desired(Site site) {
    return one(
        "SELECT version, manifest_target FROM deployment_desired WHERE device = ? AND component = ?",
        row -> new Desired(site, DeploymentRows.version(row.getString(1)), row.getString(2)),
        site.device(),
        site.component());
  }

  @Override
  public Optional<Attempts> attempts(Site site, ReleaseVersion version) {
    return one(
        "SELECT count, blocked, not_before FROM deployment_attempts"
            + " WHERE device = ? AND component = ? AND version = ?",
        row ->
            new Attempts(
                site,
                version,
                row.getInt(1),
                row.getBoolean(2),
                Instant.ofEpochMilli(row.getLong(3))),
        site.device(),
        site.component(),
        version.toString());
  }

  @Override
  public void remember(Remembered announced) {
    database.write(
        "deployment_announced", connection -> DeploymentRows.write(connection, announced));
  }

  @Override
  public void forget(Site site) {
    database.write(
        "deployment_forget",
        connection -> {
          for (String table : List.of("announced", "desired", "attempts")) {
            update(
                connection,
                "DELETE FROM deployment_" + table + " WHERE device = ? AND component = ?",
                site.device(),
                site.component());
          }
        });
  }

  @Override
  public List<Remembered> remembered() {
    return database.read(
        "announcements",
        connection -> {
          List<Remembered> all = new ArrayList<>();
          try (Statement query = connection.createStatement();
              ResultSet rows = query.executeQuery("SELECT * FROM deployment_announced")) {
            while (rows.next()) {
              add(all, rows);
            }
          }
          return all;
        });
  }

  /** What cannot be read is announced again soon. */
  private static void add(List<Remembered> all, ResultSet row) throws SQLException {
    try {
      all.add(DeploymentRows.remembered(row));
    } catch (IllegalArgumentException | IndexOutOfBoundsException unreadable) {
      LOG.warn("what {} announced cannot be read", row.getString("component"), unreadable);
    }
  }

  private List<Deployment> select(String condition, int limit, String... values) {
    return database.read(
        "deployments",
        connection -> {
          List<Deployment> found = new ArrayList<>();
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT * FROM deployment LEFT JOIN deployment_data ON deployment = id WHERE "
                      + condition
                      + " ORDER BY number DESC LIMIT "
                      + limit)) {
            bind(query, values);
            try (ResultSet rows = query.executeQuery()) {
              while (rows.next()) {
                found.add(DeploymentRows.deployment(rows, steps(connection, rows.getString("id"))));
              }
            }
          }
          return found;
        });
  }

  private static List<Step> steps(Connection connection, String id) throws SQLException {
    List<Step> steps = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT * FROM deployment_step WHERE deployment = ? ORDER BY ordinal")) {
      query.setString(1, id);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          steps.add(DeploymentRows.step(rows));
        }
      }
    }
    return steps;
  }

  private interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private <T> Optional<T> one(String sql, Reader<T> reader, String... values) {
    return database.read(
        "deployments",
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            bind(query, values);
            try (ResultSet row = query.executeQuery()) {
              return row.next() ? Optional.of(reader.read(row)) : Optional.empty();
            }
          }
        });
  }

  private static void update(Connection connection, String sql, String... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      statement.executeUpdate();
    }
  }

  private static void bind(PreparedStatement statement, String... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setString(i + 1, values[i]);
    }
  }
}
