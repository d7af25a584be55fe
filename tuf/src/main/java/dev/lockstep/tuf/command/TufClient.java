package dev.lockstep.tuf.command;

import dev.lockstep.tuf.DirectoryMetadataStore;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import dev.lockstep.tuf.Limits;
import dev.lockstep.tuf.TargetFile;
import dev.lockstep.tuf.TufException;
import dev.lockstep.tuf.Updater;
import dev.lockstep.tuf.UpdaterSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * {@code tuf-client}: {@code init} trusts a first root, {@code refresh} brings metadata up to date,
 * {@code download} does so and then fetches targets, in the order given, up to the first failure.
 *
 * <p>Exit code 0, or 1 with one line on standard error. Plain http is allowed: what is fetched is
 * verified, and whoever names such an address asked for it. The clock is believed whatever it says:
 * whoever runs a command decides at what time.
 */
public final class TufClient {
  private final Clock clock;
  private final PrintStream errors;

  TufClient(Clock clock, PrintStream errors) {
    this.clock = clock;
    this.errors = errors;
  }

  public static void main(String[] arguments) {
    System.exit(new TufClient(Clock.systemUTC(), System.err).run(arguments));
  }

  int run(String... arguments) {
    try {
      ClientOptions options = ClientOptions.parse(arguments);
      switch (options.verb()) {
        case INIT -> initialize(options);
        case REFRESH -> updater(options).refresh();
        case DOWNLOAD -> download(options);
      }
      return 0;
    } catch (ClientOptions.UsageException e) {
      errors.println("tuf-client: " + e.getMessage() + "\n" + ClientOptions.USAGE);
    } catch (TufException e) {
      errors.println("tuf-client: " + e.getMessage() + " [" + e.code() + "]");
    } catch (IOException e) {
      errors.println("tuf-client: cannot read the root file: " + e);
    }
    return 1;
  }

  private void initialize(ClientOptions options) throws IOException {
    byte[] root = Files.readAllBytes(options.rootFile());
    new DirectoryMetadataStore(options.metadataDir()).initializeRoot(root);
  }

  private Updater updater(ClientOptions options) {
    URI content = options.targetBaseUrl() == null ? options.metadataUrl() : options.targetBaseUrl();
    return new Updater(
        new UpdaterSettings(options.metadataUrl(), content, Limits.defaults().withAnyClock()),
        new HttpFetcher(HttpSettings.defaults().withPlainHttp(true), clock),
        new DirectoryMetadataStore(options.metadataDir()),
        clock);
  }

  private void download(ClientOptions options) {
    Updater updater = updater(options);
    updater.refresh();
    for (String name : options.targetNames()) {
      TargetFile target = updater.getTarget(name);
      updater.download(target, fileFor(options.targetDir(), name));
    }
  }

  /** A target path is one file name here, so that no path leads out of the folder. */
  private static Path fileFor(Path folder, String targetPath) {
    String name = URLEncoder.encode(targetPath, StandardCharsets.UTF_8).replace("*", "%2A");
    return folder.resolve(name.matches("\\.{1,2}") ? name.replace(".", "%2E") : name);
  }
}
