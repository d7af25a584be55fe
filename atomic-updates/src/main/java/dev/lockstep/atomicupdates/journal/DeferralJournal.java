package dev.lockstep.atomicupdates.journal;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;

/** How often and since when updates are put off by components; over restarts. Thread-safe. */
public final class DeferralJournal {
  private final Database database;

  /**
   * The deferrals of one update so far.
   *
   * @param count how many
   * @param first when the first one was given
   * @param until when the last one ends
   */
  public record Deferred(int count, Instant first, Instant until) {}

  /** Makes the table where it is missing. */
  public DeferralJournal(Database database) {
    this.database = database;
    database.write(
        "deferral_schema",
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(
                "CREATE TABLE IF NOT EXISTS deferral (component TEXT NOT NULL, version TEXT NOT"
                    + " NULL, count INTEGER NOT NULL, first_at INTEGER NOT NULL, until INTEGER NOT"
                    + " NULL, PRIMARY KEY (component, version)) WITHOUT ROWID");
            GuardedRows.of(statement, "deferral");
          }
        });
  }

  /** What is noted of an update. */
  public Optional<Deferred> find(String component, ReleaseVersion version) {
    return database.read(
        "deferrals",
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT count, first_at, until FROM deferral WHERE component = ? AND version ="
                      + " ?")) {
            query.setString(1, component);
            query.setString(2, version.toString());
            try (ResultSet row = query.executeQuery()) {
              return row.next()
                  ? Optional.of(
                      new Deferred(
                          row.getInt(1),
                          Instant.ofEpochMilli(row.getLong(2)),
                          Instant.ofEpochMilli(row.getLong(3))))
                  : Optional.empty();
            }
          }
        });
  }

  /** Notes a deferral; durable when it returns. */
  public void save(String component, ReleaseVersion version, Deferred deferred) {
    database.write(
        "deferral",
        connection -> {
          try (PreparedStatement row =
              connection.prepareStatement(
                  "INSERT OR REPLACE INTO deferral VALUES (?, ?, ?, ?, ?)")) {
            row.setString(1, component);
            row.setString(2, version.toString());
            row.setInt(3, deferred.count());
            row.setLong(4, deferred.first().toEpochMilli());
            row.setLong(5, deferred.until().toEpochMilli());
            row.executeUpdate();
          }
        });
  }

  /** The component's update goes on; nothing of its deferrals counts any more. */
  public void clear(String component) {
    database.write(
        "deferral_over",
        connection -> {
          try (PreparedStatement row =
              connection.prepareStatement("DELETE FROM deferral WHERE component = ?")) {
            row.setString(1, component);
            row.executeUpdate();
          }
        });
  }
}
