package dev.lockstep.atomicupdates.journal;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
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
 * The installs of this device and the lines of their logs. An install is on the disk when {@link
 * #save} returns. Failures have code {@code JOURNAL}.
 */
public final class InstallJournal {
  /** Lines per job and installs in all that are kept. */
  private static final int MAX_LINES = 10_000;

  private static final int MAX_INSTALLS = 1_000;
  private static final String UNFINISHED =
      "state IN ('DOWNLOADING', 'STAGED', 'PREPARING', 'INSTALLING', 'REVERTING', 'REVERT_FAILED')";

  private static final Logger LOG = LoggerFactory.getLogger(InstallJournal.class);

  private final Database database;
  private final OpenInstalls open;

  /** Makes the tables where they are missing. */
  public InstallJournal(Database database) {
    this.database = database;
    this.open = new OpenInstalls(database.folder());
    database.write(
        "schema",
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(InstallRow.SCHEMA);
            ChangeOrder.complete(statement);
            GuardedRows.of(statement, "install");
            statement.execute(
                "CREATE TABLE IF NOT EXISTS install_log (job TEXT NOT NULL, line INTEGER NOT NULL,"
                    + " at INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (job, line))"
                    + " WITHOUT ROWID");
          }
        });
    // In the order of their changes: each write counts as a change after all others.
    select(InstallRow.isForeign(), "changed, id", Integer.MAX_VALUE).forEach(this::close);
  }

  /** For good: the release that wrote it must not go on with it after others were installed. */
  private void close(Install foreign) {
    LOG.error("{}", foreign.failure().message());
    write(foreign);
  }

  /** Writes an install as it is now; beside it, whether the component is being changed. */
  public void save(Install install) {
    boolean changing =
        install.state() == InstallState.INSTALLING || install.state() == InstallState.REVERTING;
    if (changing) {
      note(install);
    }
    write(install);
    if (!changing) {
      open.forget(install);
    }
  }

  private void note(Install install) {
    try {
      open.note(install);
    } catch (IOException failed) {
      throw new AtomicUpdatesException.Install(
          ErrorCode.ERROR_CODE_JOURNAL,
          ErrorCategory.ERROR_CATEGORY_OPERATOR,
          "cannot note beside the journal that %s is changed: %s; check the disk's space and health"
              .formatted(install.key().component(), failed),
          failed);
    }
  }

  /**
   * What was going on with a component in a job of which this journal knows nothing: empty where
   * nothing was. Call it before anything is begun.
   */
  public Optional<String> openBefore(String component) throws IOException {
    Optional<String> noted = open.read(component);
    Optional<Install> known =
        noted.flatMap(text -> find(new Install.Key(OpenInstalls.jobOf(text), component)));
    if (known.isEmpty()) {
      return noted;
    }
    if (!known.get().state().busy()) {
      // It had ended when this process did, just before that was noted.
      open.forget(component);
    }
    return Optional.empty();
  }

  /** The damaged journal in whose place this one is; empty where there is none. */
  public Optional<String> setAside() {
    return database.setAside().map(Path::toString);
  }

  /** What was going on is known to a person now. */
  public void openIsKnown(String component) throws IOException {
    open.forget(component);
  }

  private void write(Install install) {
    String step = install.position().step() == null ? "" : "." + install.position().step();
    database.write(
        "install." + install.state() + step,
        connection -> {
          try (PreparedStatement row = connection.prepareStatement(InstallRow.UPSERT)) {
            InstallRow.bind(row, install);
            row.executeUpdate();
          }
        });
  }

  /**
   * Writes without changing anything. A write that was reported as failed may stand in SQLite's log
   * all the same: a later process would find it there, as long as nothing was written over it.
   */
  public void settle() {
    database.write(
        "settled",
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = 0");
          }
        });
  }

  /** Notes that the outcome was reported; where it changed since, the new one stays unreported. */
  public void told(Install install) {
    database.writeSoon(
        "told",
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE install SET told = 1 WHERE job = ? AND component = ? AND state = ?")) {
            update.setString(1, install.key().jobId());
            update.setString(2, install.key().component());
            update.setString(3, install.state().name());
            update.executeUpdate();
          }
        });
  }

  /** The install of a job. */
  public Optional<Install> find(Install.Key key) {
    return select("job = ? AND component = ?", 1, key.jobId(), key.component()).stream()
        .findFirst();
  }

  /** All of a component, newest first. */
  public List<Install> of(String component) {
    return select("component = ?", MAX_INSTALLS, component);
  }

  /**
   * All of a component, the one that changed last first, whatever the clock said: a job that was
   * begun before others may be installed after them.
   */
  public List<Install> changes(String component) {
    return select("component = ?", "changed DESC, id DESC", MAX_INSTALLS, component);
  }

  /** The last ones, newest first. */
  public List<Install> latest(int count) {
    return select("1 = 1", count);
  }

  /**
   * The last ones that fit, newest first.
   *
   * @param jobId beginning of the job's id, empty for all
   * @param component empty for all
   */
  public List<Install> latest(String jobId, String component, int count) {
    return select(
        "substr(job, 1, length(?)) = ? AND ? IN ('', component)", count, jobId, jobId, component);
  }

  /** All that change the device, or go on by themselves, or wait to be installed. */
  public List<Install> unfinished() {
    return select(UNFINISHED, Integer.MAX_VALUE);
  }

  /** Those whose outcome was not reported yet. */
  public List<Install> untold() {
    return select("told = 0", Integer.MAX_VALUE);
  }

  private List<Install> select(String condition, int limit, String... values) {
    return select(condition, "id DESC", limit, values);
  }

  private List<Install> select(String condition, String order, int limit, String... values) {
    return database.read(
        "installs",
        connection -> {
          String sql =
              "SELECT * FROM install WHERE %s ORDER BY %s LIMIT ?".formatted(condition, order);
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
              query.setString(i + 1, values[i]);
            }
            query.setInt(values.length + 1, limit);
            List<Install> installs = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
              while (rows.next()) {
                add(installs, rows);
              }
            }
            return installs;
          }
        });
  }

  /** A row of which not even the versions can be read keeps no other from being read. */
  private static void add(List<Install> installs, ResultSet row) throws SQLException {
    try {
      installs.add(InstallRow.read(row));
    } catch (IllegalArgumentException unreadable) {
      LOG.error(
          "cannot read job {} of {}, it is left out",
          row.getString("job"),
          row.getString("component"),
          unreadable);
    }
  }

  /**
   * Adds a line to a job's log; a power cut may lose the last ones.
   *
   * @return its number, from 1; 0 where the log is full and the line was not added
   */
  public long log(String jobId, Instant at, String text) {
    long[] number = new long[1];
    database.writeSoon(
        "log",
        connection -> {
          long last = lastLine(connection, jobId);
          if (last >= MAX_LINES) {
            return;
          }
          try (PreparedStatement insert =
              connection.prepareStatement("INSERT INTO install_log VALUES (?, ?, ?, ?)")) {
            insert.setString(1, jobId);
            insert.setLong(2, last + 1);
            insert.setLong(3, at.toEpochMilli());
            insert.setString(4, text);
            insert.executeUpdate();
          }
          number[0] = last + 1;
        });
    return number[0];
  }

  private static long lastLine(Connection connection, String jobId) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT max(line) FROM install_log WHERE job = ?")) {
      query.setString(1, jobId);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  /** A line of a log. */
  public record LogLine(long line, Instant at, String text) {}

  /** The log of a job from a line on, oldest first. */
  public List<LogLine> log(String jobId, long fromLine, int count) {
    return database.read(
        "log",
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT line, at, text FROM install_log WHERE job = ? AND line >= ?"
                      + " ORDER BY line LIMIT ?")) {
            query.setString(1, jobId);
            query.setLong(2, fromLine);
            query.setInt(3, count);
            List<LogLine> lines = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
              while (rows.next()) {
                lines.add(
                    new LogLine(
                        rows.getLong(1), Instant.ofEpochMilli(rows.getLong(2)), rows.getString(3)));
              }
            }
            return lines;
          }
        });
  }

  /** Number of the last line of a job's log, 0 where it has none. */
  public long lastLine(String jobId) {
    return database.read("log", connection -> lastLine(connection, jobId));
  }

  /** Forgets the oldest finished installs and the logs of jobs that no install is left of. */
  public void prune() {
    database.writeSoon(
        "prune",
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                "DELETE FROM install WHERE told = 1 AND NOT ("
                    + UNFINISHED
                    + ") AND id <= (SELECT max(id) FROM install) - "
                    + MAX_INSTALLS);
            statement.executeUpdate(
                "DELETE FROM install_log WHERE job NOT IN (SELECT CASE instr(job, '~') WHEN 0 THEN"
                    + " job ELSE substr(job, 1, instr(job, '~') - 1) END FROM install)");
          }
        });
  }
}
