package dev.lockstep.versionmanagement.adapter;

import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.domain.Announcement;
import dev.lockstep.versionmanagement.domain.Failure;
import dev.lockstep.versionmanagement.domain.HardwareRefusal;
import dev.lockstep.versionmanagement.domain.Notified;
import dev.lockstep.versionmanagement.port.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sqlite.SQLiteConfig;
import tools.jackson.core.JacksonException;

/**
 * The journal {@code versions.db}: SQLite with a write-ahead log, synchronous FULL. Documents are
 * JSON; each change is one transaction.
 *
 * <p>Safe for use by several threads: one at a time.
 */
public final class SqliteJournal implements Journal {
  private static final int BUSY_MILLIS = 5_000;
  private static final int MAX_DEPLOYMENTS = 50;
  private static final int MAX_CHECKS = 1_000;
  private static final String RULES = "rules";
  private static final String FAILURES = "failures";
  private static final String DOWNTIMES = "downtimes";
  private static final String NOTIFIED = "notified";
  private static final String REFUSALS = "hardware-refusals";
  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE IF NOT EXISTS document (name TEXT PRIMARY KEY, json TEXT NOT NULL)",
          "CREATE TABLE IF NOT EXISTS deployment"
              + " (job_id TEXT PRIMARY KEY, started_at TEXT NOT NULL, ended INTEGER NOT NULL,"
              + " json TEXT NOT NULL)",
          "CREATE TABLE IF NOT EXISTS check_log"
              + " (id INTEGER PRIMARY KEY AUTOINCREMENT, json TEXT NOT NULL)",
          "CREATE TABLE IF NOT EXISTS site"
              + " (device TEXT NOT NULL, component TEXT NOT NULL, json TEXT NOT NULL,"
              + " PRIMARY KEY (device, component))");

  private final Path file;
  private final Connection connection;
  private final JournalJson json = new JournalJson();

  /**
   * Opens the journal, and makes it where there is none.
   *
   * @throws VersionManagementException.State if it cannot be opened or is damaged
   */
  public SqliteJournal(Path file) {
    this.file = file;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      SQLiteConfig config = new SQLiteConfig();
      config.setJournalMode(SQLiteConfig.JournalMode.WAL);
      config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
      config.setBusyTimeout(BUSY_MILLIS);
      this.connection = config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
      try (Statement statement = connection.createStatement()) {
        for (String table : TABLES) {
          statement.execute(table);
        }
      }
    } catch (SQLException | IOException unusable) {
      throw failed("open", unusable);
    }
  }

  @Override
  public synchronized Memory load() {
    try {
      return new Memory(
          rows("SELECT json FROM deployment ORDER BY ended, started_at DESC", Deployment.class),
          document(RULES, Rules.class).orElse(Rules.NONE),
          document(FAILURES, Failure[].class).map(List::of).orElse(List.of()),
          rows("SELECT json FROM check_log ORDER BY id DESC LIMIT 1", CheckRecord.class).stream()
              .findFirst(),
          rows("SELECT json FROM site", Remembered.class),
          document(DOWNTIMES, Downtimes.class).map(Downtimes::longest).orElse(Map.of()),
          document(NOTIFIED, Notified[].class).map(List::of).orElse(List.of()),
          document(REFUSALS, HardwareRefusal[].class).map(List::of).orElse(List.of()));
    } catch (SQLException | JacksonException unusable) {
      throw failed("read", unusable);
    }
  }

  @Override
  public synchronized void save(Deployment deployment) {
    transaction(() -> put(deployment));
  }

  @Override
  public synchronized void end(Deployment deployment, List<Failure> failures) {
    transaction(
        () -> {
          put(deployment);
          putDocument(FAILURES, failures);
          update(
              "DELETE FROM deployment WHERE ended = 1 AND job_id NOT IN (SELECT job_id FROM"
                  + " deployment WHERE ended = 1 ORDER BY started_at DESC LIMIT "
                  + MAX_DEPLOYMENTS
                  + ")");
        });
  }

  @Override
  public synchronized void saveFailures(List<Failure> failures) {
    transaction(() -> putDocument(FAILURES, failures));
  }

  @Override
  public synchronized void saveRefusals(List<HardwareRefusal> refusals) {
    transaction(() -> putDocument(REFUSALS, refusals));
  }

  @Override
  public synchronized void saveNotified(List<Notified> notified) {
    transaction(() -> putDocument(NOTIFIED, notified));
  }

  @Override
  public synchronized void save(Rules rules) {
    transaction(() -> putDocument(RULES, rules));
  }

  @Override
  public synchronized void save(CheckRecord check) {
    transaction(
        () -> {
          update("INSERT INTO check_log (json) VALUES (?)", json.write(check));
          update(
              "DELETE FROM check_log WHERE id <= (SELECT max(id) FROM check_log) - " + MAX_CHECKS);
        });
  }

  @Override
  public synchronized List<NumberedCheck> checks(int limit) {
    List<NumberedCheck> checks = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT id, json FROM check_log ORDER BY id DESC LIMIT ?")) {
      statement.setInt(1, limit);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          checks.add(
              new NumberedCheck(
                  result.getLong(1), json.read(result.getString(2), CheckRecord.class)));
        }
      }
    } catch (SQLException | JacksonException unusable) {
      throw failed("read", unusable);
    }
    return checks;
  }

  @Override
  public synchronized void save(Announcement announcement, Instant at) {
    transaction(
        () ->
            update(
                "INSERT OR REPLACE INTO site (device, component, json) VALUES (?, ?, ?)",
                announcement.site().device(),
                announcement.site().component(),
                json.write(new Remembered(announcement, at))));
  }

  @Override
  public synchronized void saveDowntimes(Map<String, Duration> downtimes) {
    transaction(() -> putDocument(DOWNTIMES, new Downtimes(downtimes)));
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException unusable) {
      throw failed("close", unusable);
    }
  }

  /** A document of its own, since a map's types would be lost. */
  record Downtimes(Map<String, Duration> longest) {}

  private interface Change {
    void run() throws SQLException;
  }

  private void transaction(Change change) {
    try {
      connection.setAutoCommit(false);
      try {
        change.run();
        connection.commit();
      } catch (SQLException | RuntimeException failure) {
        connection.rollback();
        throw failure;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException | JacksonException unusable) {
      throw failed("write", unusable);
    }
  }

  private void put(Deployment deployment) throws SQLException {
    update(
        "INSERT OR REPLACE INTO deployment (job_id, started_at, ended, json) VALUES (?, ?, ?, ?)",
        deployment.jobId(),
        deployment.startedAt().toString(),
        deployment.state().ended() ? 1 : 0,
        json.write(deployment));
  }

  private void putDocument(String name, Object document) throws SQLException {
    update(
        "INSERT OR REPLACE INTO document (name, json) VALUES (?, ?)", name, json.write(document));
  }

  private void update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  private <T> Optional<T> document(String name, Class<T> type) throws SQLException {
    return rows("SELECT json FROM document WHERE name = ?", type, name).stream().findFirst();
  }

  private <T> List<T> rows(String sql, Class<T> type, Object... values) throws SQLException {
    List<T> rows = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(json.read(result.getString(1), type));
        }
      }
    }
    return rows;
  }

  private VersionManagementException.State failed(String what, Exception cause) {
    return new VersionManagementException.State(
        "cannot %s the journal %s: %s; check the disk and the rights, or move the file away to begin"
                .formatted(what, file, cause.getMessage())
            + " with an empty one",
        cause);
  }
}
