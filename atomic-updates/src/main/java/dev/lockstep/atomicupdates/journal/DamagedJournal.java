package dev.lockstep.atomicupdates.journal;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** A journal whose content is not what was written: told from one that cannot be read now. */
final class DamagedJournal {
  private static final Logger LOG = LoggerFactory.getLogger(DamagedJournal.class);
  private static final int PRIMARY = 0xff;

  private DamagedJournal() {}

  /** SQLite's own check found it damaged. */
  static final class Found extends SQLException {
    private static final long serialVersionUID = 1L;

    Found(String what) {
      super(what);
    }
  }

  /**
   * Whether a failure to open it says that the content is damaged. The statements are always the
   * same ones then, so that an error in one is an error in what they are about.
   */
  static boolean is(Throwable failure) {
    if (failure instanceof SQLiteException known) {
      int code = known.getResultCode().code & PRIMARY;
      return code == SQLiteErrorCode.SQLITE_ERROR.code
          || code == SQLiteErrorCode.SQLITE_CORRUPT.code
          || code == SQLiteErrorCode.SQLITE_NOTADB.code;
    }
    return failure instanceof Found;
  }

  /** Gives it and what belongs to it names that nothing uses; the journal's comes last. */
  static Path setAside(Path file, Exception why) throws IOException {
    Path free = file.resolveSibling(file.getFileName() + ".damaged-1");
    for (int i = 2; Files.exists(free); i++) {
      free = file.resolveSibling(file.getFileName() + ".damaged-" + i);
    }
    for (String part : List.of("-wal", "-shm", "")) {
      Path own = file.resolveSibling(file.getFileName() + part);
      if (Files.exists(own)) {
        Disk.rename(own, free.resolveSibling(free.getFileName() + part));
      }
    }
    DurableFiles.sync(file.getParent());
    LOG.error("the journal is damaged; it is kept as {} and a new one is begun", free, why);
    return free;
  }
}
