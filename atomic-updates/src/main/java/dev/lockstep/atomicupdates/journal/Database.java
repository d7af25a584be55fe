package dev.lockstep.atomicupdates.journal;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one door to {@code atomic.db}. Any thread; access is serialised.
 *
 * <p>A write is one transaction and is on the disk when the call returns; when it throws, nothing
 * of it was written. Failures are {@link AtomicUpdatesException.Install} with code {@code JOURNAL}.
 */
public final class Database implements AutoCloseable {
  private static final int WRITE_VERSION = 18;
  private static final int LATEST_VERSION = 2;
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final String FULL = "FULL";
  private static final String NORMAL = "NORMAL";

  private final Path file;
  private final Connection connection;
  private final FaultPoints faults;
  private final ReentrantLock door = new ReentrantLock();
  private String synchronous = FULL;

  private final Optional<Path> setAside;

  private Database(Path file, Connection connection, FaultPoints faults, Optional<Path> setAside) {
    this.file = file;
    this.connection = connection;
    this.faults = faults;
    this.setAside = setAside;
  }

  /** Work on the connection; must not keep it. */
  @FunctionalInterface
  public interface SqlFunction<T> {
    /** Runs statements. */
    T apply(Connection connection) throws SQLException;
  }

  /** Work without a result. */
  @FunctionalInterface
  public interface SqlConsumer {
    /** Runs statements. */
    void accept(Connection connection) throws SQLException;
  }

  /**
   * Opens the file, and makes it for its owner only where it is missing. One that is damaged is set
   * aside under another name, never used and never removed, and a new one is begun: {@link
   * #setAside}.
   */
  public static Database open(Path path, FaultPoints faults) {
    Path file = path.toAbsolutePath();
    try {
      return open(file, faults, Optional.empty());
    } catch (AtomicUpdatesException unusable) {
      if (!DamagedJournal.is(unusable.getCause())) {
        throw unusable;
      }
      try {
        return open(file, faults, Optional.of(DamagedJournal.setAside(file, unusable)));
      } catch (IOException stuck) {
        unusable.addSuppressed(stuck);
        throw unusable;
      }
    }
  }

  /** Where the journal that was found damaged is now; empty where it was sound. */
  public Optional<Path> setAside() {
    return setAside;
  }

  /** The folder in which it is. */
  Path folder() {
    return file.getParent();
  }

  private static Database open(Path file, FaultPoints faults, Optional<Path> setAside) {
    Connection connection = null;
    try {
      Disk.createFolders(file.getParent());
      SqliteLibrary.keepIn(file.getParent());
      for (String part : List.of("", "-wal", "-shm")) {
        Path own = file.resolveSibling(file.getFileName() + part);
        // SQLite makes the two others as private as it finds the first.
        if (part.isEmpty() || Files.exists(own)) {
          DurableFiles.makePrivate(own);
        }
      }
      connection = DriverManager.getConnection("jdbc:sqlite:" + file);
      prepare(connection);
      requireWritable(file);
      return new Database(file, connection, faults, setAside);
    } catch (SQLException | IOException unusable) {
      close(connection, unusable);
      throw failure("open the journal " + file, unusable);
    }
  }

  private static void prepare(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 5000");
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
      statement.execute("PRAGMA foreign_keys = ON");
      try (ResultSet check = statement.executeQuery("PRAGMA integrity_check(1)")) {
        if (check.next() && !"ok".equals(check.getString(1))) {
          throw new DamagedJournal.Found("it is damaged: " + check.getString(1));
        }
      }
    }
    connection.setAutoCommit(false);
  }

  /** SQLite only reads a file of a later format (SQLite file format, 1.3.3), and checks no more. */
  private static void requireWritable(Path file) throws SQLException, IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] header = in.readNBytes(WRITE_VERSION + 1);
      if (header.length > WRITE_VERSION && (header[WRITE_VERSION] & 0xff) > LATEST_VERSION) {
        throw new DamagedJournal.Found("it is damaged: its header says that it is only to be read");
      }
    }
  }

  private static void close(Connection connection, Exception because) {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException second) {
        because.addSuppressed(second);
      }
    }
  }

  /**
   * Writes in one transaction.
   *
   * @param what for messages and fault points, lower case, e.g. {@code install.STAGED}
   */
  public void write(String what, SqlConsumer work) {
    write(what, FULL, work);
  }

  /**
   * Writes in one transaction that is not waited for to reach the disk: an end of this process
   * loses nothing of it, a power cut may. For what is only told, never for what is acted on.
   */
  public void writeSoon(String what, SqlConsumer work) {
    write(what, NORMAL, work);
  }

  private void write(String what, String synchronous, SqlConsumer work) {
    faults.reached("journal." + what + ".before");
    inTransaction(
        what,
        synchronous,
        used -> {
          work.accept(used);
          return null;
        },
        this::settleReaders);
    faults.reached("journal." + what + ".after");
  }

  /** Reads a consistent state. */
  public <T> T read(String what, SqlFunction<T> work) {
    return inTransaction(what, FULL, work, () -> {});
  }

  /**
   * The first read after a write notes in {@code -shm} up to where readers look. Noted now, later
   * reads change no byte of any file: who only asks leaves no trace.
   */
  private void settleReaders() {
    try (Statement statement = connection.createStatement();
        ResultSet any = statement.executeQuery("SELECT count(*) FROM sqlite_schema")) {
      any.next();
      connection.commit();
    } catch (SQLException notNow) {
      LOG.debug("the next read notes where it looks", notNow);
    }
  }

  private <T> T inTransaction(
      String what, String wanted, SqlFunction<T> work, Runnable afterwards) {
    door.lock();
    boolean committed = false;
    try {
      useSynchronous(wanted);
      T result = work.apply(connection);
      connection.commit();
      committed = true;
      afterwards.run();
      return result;
    } catch (SQLException failed) {
      throw failure("use the journal " + file + " for " + what, failed);
    } finally {
      if (!committed) {
        rollBack();
      }
      door.unlock();
    }
  }

  /** Outside of a transaction, as SQLite demands. */
  private void useSynchronous(String wanted) throws SQLException {
    if (wanted.equals(synchronous)) {
      return;
    }
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous = " + wanted);
    }
    connection.setAutoCommit(false);
    synchronous = wanted;
  }

  /**
   * Undoes a transaction. Where the disk is full SQLite has undone it by itself, and the driver
   * would never begin another: it is told to, so that the journal works again as soon as there is
   * room.
   */
  private void rollBack() {
    try {
      connection.rollback();
    } catch (SQLException undoneAlready) {
      LOG.debug("no rollback", undoneAlready);
      beginAgain();
    }
  }

  private void beginAgain() {
    try {
      connection.setAutoCommit(true);
    } catch (SQLException nothingToCommit) {
      LOG.debug("no transaction was open", nothingToCommit);
    }
    try {
      connection.setAutoCommit(false);
    } catch (SQLException closed) {
      // The failure that led here is on its way already.
      LOG.debug("no new transaction", closed);
    }
  }

  @Override
  public void close() {
    door.lock();
    try {
      connection.close();
    } catch (SQLException failed) {
      throw failure("close the journal " + file, failed);
    } finally {
      door.unlock();
    }
  }

  private static AtomicUpdatesException failure(String what, Exception cause) {
    return new AtomicUpdatesException.Install(
        ErrorCode.ERROR_CODE_JOURNAL,
        ErrorCategory.ERROR_CATEGORY_OPERATOR,
        "cannot %s: %s; check the disk's space and health, and the folder's owner"
            .formatted(what, cause.getMessage()),
        cause);
  }
}
