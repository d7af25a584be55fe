package dev.lockstep.atomicupdates.staging;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Unpacks on a thread of its own while the download goes on. Closing it waits for its end. */
final class UnpackingThread implements AutoCloseable {
  private static final long LOOK_MILLIS = 20;

  /** What is done on the thread. */
  interface Work {
    void run() throws IOException;
  }

  private final ArrivingFile file;
  private final FutureTask<Void> task;
  private final int beginnings;

  private UnpackingThread(ArrivingFile file, Work work) {
    this.file = file;
    this.beginnings = file.beginnings();
    this.task =
        new FutureTask<>(
            () -> {
              try {
                work.run();
                return null;
              } catch (IOException disk) {
                // No further byte can help; what is wrong with an archive is told another way, and
                // only once the whole of it is known to be the one that was signed.
                file.refuse(disk);
                throw disk;
              }
            });
  }

  /** Starts it, with the caller's priority. */
  static UnpackingThread start(ArrivingFile file, Work work) {
    UnpackingThread unpacking = new UnpackingThread(file, work);
    Thread thread = new Thread(unpacking.task, Thread.currentThread().getName() + "-unpack");
    thread.setDaemon(true);
    thread.setPriority(Thread.currentThread().getPriority());
    thread.start();
    return unpacking;
  }

  /**
   * Waits for the end, once the download is complete.
   *
   * @param cancelled asked fifty times a second
   * @return false where what was unpacked was void, as the download began anew meanwhile
   * @throws IOException and every runtime exception that the work threw
   */
  boolean await(BooleanSupplier cancelled, Runnable whenCancelled) throws IOException {
    while (true) {
      try {
        task.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return beginnings == file.beginnings();
      } catch (TimeoutException goesOn) {
        if (cancelled.getAsBoolean()) {
          whenCancelled.run();
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while a release was unpacked", interrupted);
      } catch (ExecutionException failed) {
        if (beginnings != file.beginnings()) {
          return false;
        }
        throw rethrown(failed.getCause());
      }
    }
  }

  private static IOException rethrown(Throwable cause) {
    if (cause instanceof RuntimeException runtime) {
      throw runtime;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return (IOException) cause;
  }

  /** After this, nothing is written any more. */
  @Override
  public void close() {
    if (!task.isDone()) {
      file.abandon();
      boolean interrupted = false;
      while (!task.isDone()) {
        try {
          task.get();
        } catch (InterruptedException again) {
          interrupted = true;
        } catch (ExecutionException | CancellationException ended) {
          // The failure that closes this is the one that is told.
          break;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
