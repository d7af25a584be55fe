package dev.lockstep.bus.zeromq;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls back when something changes in a folder, as soon as the file system tells. Some never tell
 * (network drives), so whoever must know looks by himself as well, only less often.
 */
final class FolderWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);
  private final Path folder;
  private final Runnable changed;
  private WatchService service;
  private boolean closed;

  FolderWatch(Path folder, Runnable changed) {
    this.folder = folder;
    this.changed = changed;
  }

  /** Begins to watch; if that is not possible, nobody is called back. */
  synchronized void start() {
    if (closed) {
      return;
    }
    try {
      WatchService made = folder.getFileSystem().newWatchService();
      folder.register(
          made,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_DELETE,
          StandardWatchEventKinds.ENTRY_MODIFY);
      service = made;
      Thread thread = new Thread(() -> run(made), "broker-keys");
      thread.setDaemon(true);
      thread.start();
    } catch (IOException | UnsupportedOperationException e) {
      LOG.info("changes in {} are noticed within seconds, not at once: {}", folder, e.toString());
    }
  }

  private void run(WatchService watched) {
    try {
      WatchKey key;
      do {
        key = watched.take();
        key.pollEvents();
        changed.run();
      } while (key.reset());
    } catch (ClosedWatchServiceException end) {
      LOG.trace("no longer watches {}", folder);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (service == null) {
      return;
    }
    try {
      service.close();
    } catch (IOException e) {
      LOG.debug("cannot end watching {}", folder, e);
    }
  }
}
