package dev.lockstep.atomicupdates.journal;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code atomic.db} without changing a byte of it or of the files beside it, whether a
 * process writes to it or not. For those who only look; {@link Database} is the door of the device.
 *
 * <p>Stateless; any thread. SQLite's library has to be where {@link SqliteLibrary} put it.
 */
public final class JournalReader {
  private static final int MAX_INSTALLS = 1_000;
  private static final int TRIES = 3;

  private JournalReader() {}

  /**
   * The installs that the journal has, newest first; none where there is no journal yet.
   *
   * @throws AtomicUpdatesException {@code JOURNAL} where it cannot be read, or not without changing
   *     it
   */
  public static List<Install> installs(Path journal) {
    Path file = journal.toAbsolutePath();
    if (!Files.exists(file)) {
      return List.of();
    }
    SQLException last = null;
    for (int i = 0; i < TRIES; i++) {
      boolean open = Files.exists(log(file));
      try {
        List<Install> installs = read(file, open);
        if (open == Files.exists(log(file))) {
          return installs;
        }
        // A process has begun or ended meanwhile: what was read may be neither old nor new.
      } catch (SQLException failed) {
        last = failed;
      }
    }
    throw failure(file, last);
  }

  private static Path log(Path file) {
    return file.resolveSibling(file.getFileName() + "-wal");
  }

  /**
   * Beside a process, or after one that was killed, SQLite reads its log too, by the index that is
   * there or by one in memory; after one that closed it, the file is all, and nothing else is made.
   */
  private static List<Install> read(Path file, boolean open) throws SQLException {
    String how = open ? "mode=ro&readonly_shm=1" : "immutable=1";
    String url = "jdbc:sqlite:file:" + file.toUri().getRawPath() + "?" + how;
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      List<Install> installs = new ArrayList<>();
      if (!hasTable(statement)) {
        return installs;
      }
      try (ResultSet rows =
          statement.executeQuery("SELECT * FROM install ORDER BY id DESC LIMIT " + MAX_INSTALLS)) {
        while (rows.next()) {
          installs.add(InstallRow.read(rows));
        }
      } catch (IllegalArgumentException unknownWord) {
        throw new SQLException("it was written by another version: " + unknownWord.getMessage());
      }
      return installs;
    }
  }

  private static boolean hasTable(Statement statement) throws SQLException {
    try (ResultSet table =
        statement.executeQuery("SELECT 1 FROM sqlite_master WHERE name = 'install'")) {
      return table.next();
    }
  }

  /** Journals that were found damaged and set aside, oldest first. */
  public static List<Path> setAside(Path state) throws IOException {
    try (var files = Files.list(state)) {
      return files
          .filter(file -> file.getFileName().toString().matches("atomic\\.db\\.damaged-\\d+"))
          .sorted()
          .toList();
    }
  }

  private static AtomicUpdatesException failure(Path file, SQLException cause) {
    return new AtomicUpdatesException.Install(
        ErrorCode.ERROR_CODE_JOURNAL,
        ErrorCategory.ERROR_CATEGORY_OPERATOR,
        "cannot read the journal %s: %s; try again when nothing starts or stops"
            .formatted(
                file, cause == null ? "a process began or ended meanwhile" : cause.getMessage()),
        cause);
  }
}
