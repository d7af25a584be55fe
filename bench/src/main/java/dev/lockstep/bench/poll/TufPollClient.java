package dev.lockstep.bench.poll;

import dev.lockstep.bench.Cpu;
import dev.lockstep.tuf.DirectoryMetadataStore;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import dev.lockstep.tuf.Updater;
import dev.lockstep.tuf.UpdaterSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * Polls a TUF repository in a process of its own, so that its CPU is that of the client alone,
 * compiler and collector included.
 *
 * <p>Each line on standard input is {@code live N} (one updater that lives as long as the process)
 * or {@code fresh N} (each poll with a new updater on the stored metadata, as a new process has
 * it); the answer is nanoseconds of CPU and of time for so many polls.
 */
public final class TufPollClient {
  private final UpdaterSettings settings;
  private final Path folder;
  private final Updater live;

  private TufPollClient(UpdaterSettings settings, Path folder) {
    this.settings = settings;
    this.folder = folder;
    this.live = updater();
  }

  private Updater updater() {
    return new Updater(
        settings,
        new HttpFetcher(HttpSettings.defaults().withPlainHttp(true), Clock.systemUTC()),
        new DirectoryMetadataStore(folder),
        Clock.systemUTC());
  }

  /** Arguments: metadata URL, content URL, root file, metadata folder. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[3]);
    new DirectoryMetadataStore(folder).initializeRoot(Files.readAllBytes(Path.of(arguments[2])));
    TufPollClient client =
        new TufPollClient(
            UpdaterSettings.of(URI.create(arguments[0]), URI.create(arguments[1])), folder);
    client.live.refresh();
    // The CPU of a whole process: start and one poll.
    System.out.println(Cpu.ownNanos());
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      String[] words = line.split(" ");
      System.out.println(client.poll(words[0].equals("live"), Integer.parseInt(words[1])));
    }
  }

  private String poll(boolean longLived, int count) {
    long cpu = Cpu.ownNanos();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      (longLived ? live : updater()).refresh();
    }
    long wall = System.nanoTime() - start;
    return (Cpu.ownNanos() - cpu) + " " + wall;
  }
}
