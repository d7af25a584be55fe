package dev.lockstep.atomicupdates.journal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A second copy of a table's rows, so that a turned bit in either is found when the journal is
 * opened.
 *
 * <p>It is an index over every column: SQLite keeps it by itself, also where an older release
 * writes, and its check compares it with the table.
 */
public final class GuardedRows {
  private GuardedRows() {}

  /** Makes the copy where it is missing, or where the table has got columns since. */
  public static void of(Statement statement, String table) throws SQLException {
    String index = table + "_whole";
    List<String> wanted = names(statement, "table_info", table);
    List<String> guarded = names(statement, "index_info", index);
    if (guarded.equals(wanted)) {
      return;
    }
    statement.execute("DROP INDEX IF EXISTS " + index);
    statement.execute(
        "CREATE INDEX %s ON %s (%s)".formatted(index, table, String.join(", ", wanted)));
  }

  private static List<String> names(Statement statement, String pragma, String of)
      throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery("SELECT name FROM pragma_%s('%s')".formatted(pragma, of))) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }
}
