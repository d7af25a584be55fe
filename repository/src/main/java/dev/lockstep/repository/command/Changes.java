package dev.lockstep.repository.command;

import dev.lockstep.repository.Publisher;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every verb that changes the repository has: where it is, and where a draft goes. */
final class Changes {
  @Mixin private Places places;

  @Option(
      names = "--draft",
      paramLabel = "FILE",
      description =
          "Where the change goes if keys for it are elsewhere: sign it there, merge it here.")
  private Path draft;

  Publisher publisher(boolean encryptNew) {
    Publisher publisher =
        Publisher.open(places.repository(), places.keys(encryptNew), Clock.systemUTC());
    return draft == null ? publisher : publisher.withDraft(draft);
  }

  /** Says so if the change waits for signatures. */
  void report(Publisher publisher, PrintWriter out) {
    if (publisher.waitsForSignatures()) {
      out.println(
          "not visible yet: have " + draft + " signed (lockstep-repo sign), then merge it here");
    }
  }
}
