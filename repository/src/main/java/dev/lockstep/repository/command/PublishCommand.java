package dev.lockstep.repository.command;

import dev.lockstep.protocol.release.HardwareRule;
import dev.lockstep.protocol.release.InStore;
import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.version.MalformedVersionException;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.repository.DeltaPlan;
import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositoryException;
import dev.lockstep.repository.UnsignedSource;
import dev.lockstep.repository.tree.ArchiveFormat;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Publishes one release. */
@Command(name = "publish", description = "Sign a release and put it where readers see it.")
public final class PublishCommand implements Callable<Integer> {
  private static final int DEFAULT_DELTAS = 3;

  @Mixin private Changes changes;
  @Spec private CommandSpec spec;

  // Not the standard options: --version is the release's here.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @Option(names = "--component", required = true, description = "Id of the component.")
  private String component;

  @Option(names = "--version", required = true, description = "Semantic version: 1.2.3.")
  private String version;

  @Option(
      names = "--channel",
      defaultValue = "stable",
      description = "stable, beta or dev (default: ${DEFAULT-VALUE}).")
  private String channel;

  @ArgGroup(multiplicity = "1")
  private Content content;

  /** A folder, a file, an address or a store, one of them. */
  static final class Content {
    @Option(names = "--dir", description = "Folder to pack; its content is the tree's root.")
    private Path dir;

    @Option(
        names = "--file",
        description = "Archive to publish as it is: .tar.gz, .tgz, .tar.zst, .zip, .jar.")
    private Path file;

    @ArgGroup(exclusive = false)
    private Elsewhere elsewhere;

    @ArgGroup(exclusive = false)
    private Store store;
  }

  /** Nothing to carry: people get it from a store. */
  static final class Store {
    @Option(
        names = "--store-link",
        paramLabel = "URL",
        required = true,
        description =
            "Instead of content: https address where people get the release. Devices are told, and"
                + " install nothing.")
    private String link;

    @Option(
        names = "--minimum-version",
        paramLabel = "VERSION",
        description = "With --store-link: the oldest version still in use (default: --version).")
    private String minimumVersion;
  }

  /** An archive at a place without signatures. */
  static final class Elsewhere {
    @Option(
        names = "--url",
        required = true,
        description =
            "Archive at a place without TUF signatures, if allow_unsigned_sources in"
                + " repository.json is true.")
    private URI address;

    @Option(names = "--sha256", paramLabel = "HEX", required = true, description = "Its hash.")
    private String sha256;

    @Option(
        names = "--redirect-host",
        paramLabel = "HOST",
        description = "A host that the address may lead on to; can be repeated.")
    private Set<String> redirectHosts = Set.of();

    @Option(names = "--allow-plain-http", description = "Also by http, without a certificate.")
    private boolean plainHttp;
  }

  @Option(
      names = "--prefix",
      description = "With --file or --url: folder in it that is the tree's root.")
  private String prefix;

  @Option(names = "--format", description = "With --dir: tar.gz or tar.zst (default: tar.gz).")
  private String format;

  @Option(names = "--provides", paramLabel = "API=VERSION", description = "An API it provides.")
  private List<String> provides = List.of();

  @Option(names = "--requires", paramLabel = "API=RANGE", description = "An API it needs.")
  private List<String> requires = List.of();

  @Option(names = "--critical", description = "It is a security release.")
  private boolean critical;

  @Option(names = "--required", description = "It comes before newer releases.")
  private boolean required;

  @Option(names = "--checkpoint", description = "Newer releases are reached only through it.")
  private boolean checkpoint;

  @Option(names = "--notes", paramLabel = "TEXT|@FILE", description = "Release notes, Markdown.")
  private String notes = "";

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      defaultValue = ReleaseDescription.ANY_PLATFORM,
      description = "Platform, such as linux/amd64 (default: ${DEFAULT-VALUE}).")
  private String platform;

  @Option(
      names = "--hardware",
      paramLabel = "RULE",
      description = {
        "Only for devices like this, e.g. \"model=Raspberry Pi 4*,memory_mb>=1024\": all of it has to"
            + " be so; given several times, one of them.",
        "Facts: os, arch, model, memory_mb, label.NAME. Each device looks at itself."
      })
  private List<String> hardware = List.of();

  @Option(
      names = "--not-hardware",
      paramLabel = "RULE",
      description = "Not for devices like this, written the same way.")
  private List<String> notHardware = List.of();

  @Option(
      names = "--rollout",
      paramLabel = "PERCENT",
      defaultValue = "100%",
      description = "Share of devices that are offered it (default: ${DEFAULT-VALUE}).")
  private String rollout;

  @ArgGroup private DeltaOptions deltas = new DeltaOptions();

  /** Which releases get a delta to this one; one of the two. */
  static final class DeltaOptions {
    @Option(
        names = "--delta-from",
        paramLabel = "VERSION",
        description = "Add a delta from that release of the channel; can be repeated.")
    private List<String> from = List.of();

    @Option(
        names = "--deltas",
        paramLabel = "COUNT",
        description = "Add deltas from so many of the releases before it (default: 3).")
    private int latest = DEFAULT_DELTAS;
  }

  @Option(names = "--json", description = "Print what was signed as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    ReleaseSpec release = release();
    Publisher publisher = changes.publisher(false);
    ReleaseDescription published = publish(publisher, release);
    spec.commandLine().getOut().println(json ? asJson(published) : asText(published));
    changes.report(publisher, json ? spec.commandLine().getErr() : spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }

  private ReleaseDescription publish(Publisher publisher, ReleaseSpec release) {
    if (content.store != null) {
      return publisher.publish(release, external());
    }
    Elsewhere elsewhere = content.elsewhere;
    if (elsewhere == null) {
      return publisher.publish(release, content(), deltaPlan());
    }
    requireNoFormat();
    UnsignedSource.Reach reach =
        new UnsignedSource.Reach(elsewhere.redirectHosts, elsewhere.plainHttp);
    try (UnsignedSource source =
        UnsignedSource.fetch(
            publisher.directory().settings(), elsewhere.address, elsewhere.sha256, reach)) {
      return publisher.publish(release, archive(source.file()), deltaPlan());
    }
  }

  private ReleaseContent external() {
    requireNoFormat();
    if (prefix != null || deltas.latest != DEFAULT_DELTAS || !deltas.from.isEmpty()) {
      throw usage("--prefix and deltas are of archives; --store-link has none");
    }
    String minimum = content.store.minimumVersion;
    try {
      return new ReleaseContent.External(
          new InStore(
              content.store.link, ReleaseVersion.parse(minimum == null ? version : minimum)));
    } catch (MalformedVersionException | MalformedReleaseException malformed) {
      throw usage(malformed.getMessage());
    }
  }

  private ReleaseSpec release() {
    try {
      ReleaseSpec release =
          ReleaseSpec.of(component, version)
              .withChannel(channel)
              .withPlatform(platform)
              .withCritical(critical)
              .withRequired(required)
              .withCheckpoint(checkpoint)
              .withRolloutPercent(Percent.parse(spec, "--rollout", rollout))
              .withNotes(notes())
              .withHardware(new HardwareRule(conditions(hardware), conditions(notHardware)));
      for (String api : provides) {
        String[] pair = pair("--provides", api);
        release = release.withProvides(pair[0], pair[1]);
      }
      for (String api : requires) {
        String[] pair = pair("--requires", api);
        release = release.withRequires(pair[0], pair[1]);
      }
      return release;
    } catch (MalformedVersionException | MalformedReleaseException malformed) {
      throw usage(malformed.getMessage());
    }
  }

  private static List<HardwareRule.Condition> conditions(List<String> written) {
    return written.stream().map(HardwareRule.Condition::parse).toList();
  }

  private String[] pair(String option, String text) {
    // A range has "=" in it too; the API's name ends at the first one.
    int equals = text.indexOf('=');
    if (equals <= 0 || equals == text.length() - 1) {
      throw usage(option + " must be API=…, not \"" + text + '"');
    }
    return new String[] {text.substring(0, equals), text.substring(equals + 1)};
  }

  private String notes() {
    if (!notes.startsWith("@")) {
      return notes;
    }
    Path file = Path.of(notes.substring(1));
    if (!Files.isRegularFile(file)) {
      throw new RepositoryException.NotFound(
          "read the notes", "there is no file " + file, "name one that exists");
    }
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new RepositoryException.Refused(
          "read the notes in " + file, unreadable.toString(), "write them as UTF-8", unreadable);
    }
  }

  private ReleaseContent content() {
    if (content.file != null) {
      requireNoFormat();
      return archive(content.file);
    }
    if (prefix != null) {
      throw usage("--prefix goes with --file or --url only");
    }
    ArchiveFormat packed =
        format == null
            ? ArchiveFormat.TAR_GZ
            : ArchiveFormat.ofFileName("." + format)
                .filter(known -> known != ArchiveFormat.ZIP)
                .orElseThrow(() -> usage("--format must be tar.gz or tar.zst"));
    return new ReleaseContent.Tree(content.dir, packed);
  }

  private ReleaseContent archive(Path file) {
    return ReleaseContent.archive(file, prefix == null ? "" : prefix);
  }

  private void requireNoFormat() {
    if (format != null) {
      throw usage("--format goes with --dir only; a file stays what it is");
    }
  }

  private DeltaPlan deltaPlan() {
    try {
      return deltas.from.isEmpty()
          ? DeltaPlan.latest(deltas.latest)
          : DeltaPlan.from(deltas.from.stream().map(ReleaseVersion::parse).toList());
    } catch (MalformedVersionException malformed) {
      throw usage(malformed.getMessage());
    } catch (IllegalArgumentException tooMany) {
      throw usage(tooMany.getMessage());
    }
  }

  private static String asJson(ReleaseDescription published) {
    return JsonMapper.shared().writeValueAsString(ReleaseJson.toMap(published));
  }

  private static String asText(ReleaseDescription published) {
    if (published.inStore().isPresent()) {
      return "published %s %s in %s: %s, minimum version %s"
          .formatted(
              published.component(),
              published.version(),
              published.channel(),
              published.inStore().get().link(),
              published.inStore().get().minimumVersion());
    }
    StringBuilder text =
        new StringBuilder(
            "published %s %s in %s: %s, %d bytes, %d installed"
                .formatted(
                    published.component(),
                    published.version(),
                    published.channel(),
                    published.artifacts().get(0).target(),
                    published.artifacts().get(0).size(),
                    published.installedSize()));
    for (ReleaseDescription.Artifact delta :
        published.artifacts().subList(1, published.artifacts().size())) {
      text.append("%n  delta %s, %d bytes".formatted(delta.target(), delta.size()));
    }
    return text.toString();
  }

  private CommandLine.ParameterException usage(String why) {
    return new CommandLine.ParameterException(spec.commandLine(), why);
  }
}
