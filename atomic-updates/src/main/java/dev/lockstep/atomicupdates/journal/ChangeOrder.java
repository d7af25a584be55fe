package dev.lockstep.atomicupdates.journal;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The order in which installs changed, by a count that every write raises: a device's clock may be
 * set back, and its times then tell another order.
 */
final class ChangeOrder {
  /** The count of the row that is being written. */
  static final String NEXT = "(SELECT coalesce(max(changed), 0) + 1 FROM install)";

  /**
   * Counts what a release writes that knows no count and goes on with a row that has one: it leaves
   * the count as it was. Releases that count never do.
   */
  private static final String TRIGGER =
      """
      CREATE TRIGGER IF NOT EXISTS install_changed
      AFTER UPDATE OF state, step ON install WHEN new.changed = old.changed
      BEGIN UPDATE install SET changed = %s WHERE id = new.id; END
      """
          .formatted(NEXT);

  private ChangeOrder() {}

  /**
   * Counts the rows of a release that knew no count, by their times and after all others: it wrote
   * them before there was a count, or after Lockstep went back to it.
   */
  static void complete(Statement statement) throws SQLException {
    if (!isThere(statement)) {
      statement.execute("ALTER TABLE install ADD COLUMN changed INTEGER NOT NULL DEFAULT 0");
    }
    statement.execute(TRIGGER);
    List<Long> uncounted = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT id FROM install WHERE changed = 0 ORDER BY updated_at, id")) {
      while (rows.next()) {
        uncounted.add(rows.getLong(1));
      }
    }
    try (PreparedStatement update =
        statement
            .getConnection()
            .prepareStatement("UPDATE install SET changed = " + NEXT + " WHERE id = ?")) {
      for (long id : uncounted) {
        update.setLong(1, id);
        update.executeUpdate();
      }
    }
  }

  private static boolean isThere(Statement statement) throws SQLException {
    try (ResultSet column =
        statement.executeQuery(
            "SELECT 1 FROM pragma_table_info('install') WHERE name = 'changed'")) {
      return column.next();
    }
  }
}
