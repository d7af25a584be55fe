package dev.lockstep.atomicupdates.journal;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was signed of a release, from when its signatures were verified: whether it is critical, and
 * the SHA-256 of its description. The description itself is a plain file beside the slot, which
 * says nothing of who wrote it. Any thread; failures have code {@code JOURNAL}.
 */
public final class VerifiedFacts {
  /** More than any device has slots; the oldest go. */
  private static final int KEPT = 500;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private final Database database;

  /** Makes the table where it is missing. */
  public VerifiedFacts(Database database) {
    this.database = database;
    database.write(
        "facts_schema",
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(
                "CREATE TABLE IF NOT EXISTS verified (id INTEGER PRIMARY KEY AUTOINCREMENT,"
                    + " component TEXT NOT NULL, version TEXT NOT NULL, critical INTEGER NOT NULL,"
                    + " sha256 TEXT NOT NULL, UNIQUE (component, version))");
            GuardedRows.of(statement, "verified");
          }
        });
  }

  /** Notes what was verified; durable when it returns, and nothing is written where it is known. */
  public void save(ReleaseDescription description) {
    String component = description.component();
    String version = description.version().toString();
    String sha256 = sha256(description);
    if (find(component, description.version()).filter(known -> known.is(description)).isPresent()) {
      return;
    }
    database.write(
        "facts",
        connection -> {
          try (PreparedStatement row =
                  connection.prepareStatement(
                      "INSERT OR REPLACE INTO verified (component, version, critical, sha256)"
                          + " VALUES (?, ?, ?, ?)");
              Statement old = connection.createStatement()) {
            row.setString(1, component);
            row.setString(2, version);
            row.setBoolean(3, description.critical());
            row.setString(4, sha256);
            row.executeUpdate();
            old.executeUpdate(
                "DELETE FROM verified WHERE id <= (SELECT max(id) FROM verified) - " + KEPT);
          }
        });
  }

  /** Whether a release was verified here: not where only a release before these facts staged it. */
  public boolean knows(String component, ReleaseVersion version) {
    return find(component, version).isPresent();
  }

  /** Whether a release was signed as critical; not where nothing was verified of it here. */
  public boolean critical(String component, ReleaseVersion version) {
    return find(component, version).map(Known::critical).orElse(false);
  }

  /** Whether something else was verified for that release. */
  public boolean contradict(ReleaseDescription description) {
    return find(description.component(), description.version())
        .filter(known -> !known.is(description))
        .isPresent();
  }

  private record Known(boolean critical, String sha256) {
    boolean is(ReleaseDescription description) {
      return sha256.equals(VerifiedFacts.sha256(description));
    }
  }

  private Optional<Known> find(String component, ReleaseVersion version) {
    return database.read(
        "facts",
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT critical, sha256 FROM verified WHERE component = ? AND version = ?")) {
            query.setString(1, component);
            query.setString(2, version.toString());
            try (ResultSet row = query.executeQuery()) {
              return row.next()
                  ? Optional.of(new Known(row.getBoolean(1), row.getString(2)))
                  : Optional.empty();
            }
          }
        });
  }

  private static String sha256(ReleaseDescription description) {
    try {
      byte[] text = JSON.writeValueAsBytes(ReleaseJson.toMap(description));
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
