package dev.lockstep.repository;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.repository.RepositoryDirectory.CurrentMetadata;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import dev.lockstep.repository.storage.DurableFiles;
import dev.lockstep.repository.storage.FileSystemFiles;
import dev.lockstep.repository.storage.RepositoryLock;
import dev.lockstep.tuf.metadata.TargetDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes repositories, changes what they publish and who signs, and keeps their metadata fresh.
 *
 * <p>A change is visible to readers at once or not at all: content first, then metadata, the
 * timestamp last, each file by one rename. A publisher that is killed at any instant leaves a
 * repository that every reader accepts; what it left behind is removed by the next one. One
 * publisher at a time changes a repository, others wait for it. Nothing is signed anew that was not
 * signed before. Not for use by several threads at once; open one each.
 *
 * <p>Every change throws {@link RepositoryException.KeyUnusable} if a needed key is missing, unless
 * {@link #withDraft} was called, and {@link RepositoryException.StateUnusable} if the repository
 * cannot be read or written.
 */
public final class Publisher {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final RepositoryDirectory directory;
  private final DurableFiles files;
  private final KeyFolder keys;
  private final Clock clock;
  private final MetadataWriter metadata;
  private final ChannelEdits edits;
  private final IncomingFolder incoming;
  private Optional<Path> draft = Optional.empty();
  private boolean waits;

  private Publisher(
      RepositoryDirectory directory,
      RepositorySettings settings,
      KeyFolder keys,
      DurableFiles files,
      Clock clock) {
    this.directory = directory;
    this.files = files;
    this.keys = keys;
    this.clock = clock;
    this.metadata = new MetadataWriter(directory, settings, keys, files, clock);
    this.incoming = new IncomingFolder(directory.incoming(), files);
    this.edits = new ChannelEdits(directory, new ContentFiles(directory, files));
  }

  /**
   * Makes a repository with the channels stable, beta and dev. Keys that are missing are made; keys
   * that {@link KeyFolder#generate} made before are used.
   *
   * @throws RepositoryException.Refused if there already is one
   * @throws RepositoryException.StateUnusable if the folder cannot be written
   */
  public static Publisher initialize(
      Path repository, KeyFolder keys, RepositorySettings settings, Clock clock) {
    return initialize(repository, keys, settings, KeyPlan.DEFAULT, clock);
  }

  /** The same with spare keys, or keys of other types. */
  public static Publisher initialize(
      Path repository, KeyFolder keys, RepositorySettings settings, KeyPlan plan, Clock clock) {
    return initialize(repository, keys, settings, plan, clock, new FileSystemFiles());
  }

  static Publisher initialize(
      Path repository,
      KeyFolder keys,
      RepositorySettings settings,
      KeyPlan plan,
      Clock clock,
      DurableFiles files) {
    RepositoryDirectory directory = RepositoryDirectory.at(repository);
    String what = "make the repository " + directory.folder();
    Publisher publisher = new Publisher(directory, settings, keys, files, clock);
    try {
      Files.createDirectories(directory.metadata());
      Files.createDirectories(directory.targets());
      try (RepositoryLock ignored = RepositoryLock.take(directory.lockFile(), PATIENCE)) {
        if (directory.isComplete()) {
          throw new RepositoryException.Refused(
              what, "there already is one", "name another folder, or publish in this one");
        }
        publisher.incoming.clear();
        for (String role : RepositorySettings.ROLES) {
          while (keys.publicKeys(role).size() < plan.count(role, settings.thresholds().get(role))) {
            keys.generate(role, plan.type(role));
          }
        }
        files.replace(
            directory.incoming().resolve("repository.json"),
            directory.settingsFile(),
            settings.toJson());
        publisher.metadata.createAll();
      }
    } catch (IOException unwritable) {
      throw RepositoryException.StateUnusable.unwritable(what, unwritable);
    }
    LOG.info("made the repository {}", directory.folder());
    return publisher;
  }

  /**
   * Opens a repository.
   *
   * @throws RepositoryException.NotFound if there is none
   */
  public static Publisher open(Path repository, KeyFolder keys, Clock clock) {
    return open(repository, keys, clock, new FileSystemFiles());
  }

  /** The same with plain keys in a folder. */
  public static Publisher open(Path repository, Path keys, Clock clock) {
    return open(repository, new KeyFolder(keys, Passphrases.NONE), clock);
  }

  static Publisher open(Path repository, KeyFolder keys, Clock clock, DurableFiles files) {
    RepositoryDirectory directory = RepositoryDirectory.open(repository);
    return new Publisher(directory, directory.settings(), keys, files, clock);
  }

  /** The repository, as its readers see it. */
  public RepositoryDirectory directory() {
    return directory;
  }

  /**
   * From now on, a change whose keys are not all here goes to a file, to be signed elsewhere and
   * given to {@link #merge}; readers do not see it until then.
   */
  public Publisher withDraft(Path file) {
    draft = Optional.of(file);
    return this;
  }

  /** Whether the last change went into a draft and waits for signatures. */
  public boolean waitsForSignatures() {
    return waits;
  }

  /**
   * Publishes a release.
   *
   * @return what was signed
   * @throws RepositoryException.Refused if that release is already published in that channel, or
   *     its content is not fit for a release
   * @throws RepositoryException.NotFound if the content does not exist
   */
  public ReleaseDescription publish(ReleaseSpec spec, ReleaseContent content) {
    return publish(spec, content, DeltaPlan.NONE);
  }

  /** The same with deltas from earlier releases of the channel, where those are smaller. */
  public ReleaseDescription publish(ReleaseSpec spec, ReleaseContent content, DeltaPlan deltas) {
    String what = "publish %s %s in %s".formatted(spec.component(), spec.version(), spec.channel());
    ReleaseSelection added =
        new ReleaseSelection(
            spec.component(), spec.version(), spec.channel(), Optional.of(spec.platform()));
    return editing(what, added, targets -> edits.add(what, spec, content, deltas, targets));
  }

  /**
   * Publishes releases of one channel in another too, with the same content, which is not copied
   * where the file system can give a file two names.
   *
   * @param percent the share of devices that are offered them; as before where empty
   * @return what was signed
   * @throws RepositoryException.NotFound if there is no such release
   * @throws RepositoryException.Refused if it is already in the other channel
   */
  public List<ReleaseDescription> promote(
      ReleaseSelection selection, String channel, OptionalInt percent) {
    String what = "promote " + selection + " to " + channel;
    if (selection.channel().equals(channel)) {
      throw new RepositoryException.Refused(what, "it is there", "name another channel");
    }
    return changing(
        what,
        () -> {
          String component = selection.component();
          CurrentMetadata current = Provenance.verified(directory);
          Provenance.verify(directory, current, selection.channel(), component);
          Provenance.verify(directory, current, channel, component);
          Map<String, TargetDescription> from =
              directory.targets(current, selection.channel(), component);
          Map<String, TargetDescription> to = directory.targets(current, channel, component);
          List<ReleaseDescription> promoted =
              edits.promote(what, selection, from, channel, percent, to);
          finish(current, metadata.retarget(current, channel, component, to));
          return promoted;
        });
  }

  /**
   * Takes releases out of a channel: no device is offered them any more. Devices that have them
   * keep them.
   *
   * @return what was signed before
   * @throws RepositoryException.NotFound if there is no such release
   */
  public List<ReleaseDescription> withdraw(ReleaseSelection selection) {
    String what = "withdraw " + selection;
    return editing(what, selection, targets -> edits.withdraw(what, selection, targets));
  }

  /**
   * Sets the share of devices, 0 to 100, that are offered releases; a paused rollout goes on with
   * it.
   *
   * @throws RepositoryException.NotFound if there is no such release
   * @throws RepositoryException.Refused if the share is out of range
   */
  public List<ReleaseDescription> setRollout(ReleaseSelection selection, int percent) {
    String what = "set the rollout of " + selection;
    if (percent < 0 || percent > 100) {
      throw new RepositoryException.Refused(
          what, percent + " is not a share", "use 0 to 100 percent");
    }
    return rollout(what, selection, listed -> percent, false);
  }

  /**
   * Offers releases to no further device until {@link #resumeRollout}.
   *
   * @throws RepositoryException.NotFound if there is no such release
   * @throws RepositoryException.Refused if its rollout is paused already
   */
  public List<ReleaseDescription> pauseRollout(ReleaseSelection selection) {
    String what = "pause the rollout of " + selection;
    return rollout(
        what,
        selection,
        listed -> {
          if (listed.beforePause().isPresent()) {
            throw new RepositoryException.Refused(what, "it is paused", "resume or set it");
          }
          return 0;
        },
        true);
  }

  /**
   * Offers releases to the share of devices that they had when they were paused.
   *
   * @throws RepositoryException.NotFound if there is no such release
   * @throws RepositoryException.Refused if its rollout is not paused
   */
  public List<ReleaseDescription> resumeRollout(ReleaseSelection selection) {
    String what = "resume the rollout of " + selection;
    RepositoryException refused =
        new RepositoryException.Refused(what, "it is not paused", "set it");
    return rollout(
        what, selection, listed -> listed.beforePause().orElseThrow(() -> refused), false);
  }

  private List<ReleaseDescription> rollout(
      String what,
      ReleaseSelection selection,
      ToIntFunction<ListedRelease> percent,
      boolean pause) {
    return editing(
        what, selection, targets -> edits.rollout(what, selection, targets, percent, pause));
  }

  /**
   * Replaces keys of roles, of all at once. Readers follow from the old keys to the new ones, those
   * that slept through it too.
   *
   * @throws RepositoryException.Refused if there are no such keys, or too few would be left
   */
  public void rotate(Rotation... rotations) {
    List<String> roles = Stream.of(rotations).map(Rotation::role).toList();
    changing(
        "rotate the keys of " + String.join(", ", roles),
        () -> {
          CurrentMetadata current = Provenance.verified(directory);
          roles.stream()
              .filter(RepositorySettings.CHANNELS::contains)
              .forEach(channel -> Provenance.verify(directory, current, channel));
          Change change = Change.of(current);
          for (Rotation rotation : rotations) {
            change = new RotationPlan(directory, current, metadata, keys, rotation).addTo(change);
          }
          finish(current, change);
          return null;
        });
  }

  /** Signs snapshot and timestamp anew, and what else expires within 30 days. */
  public void refresh() {
    refresh(Duration.ofDays(30));
  }

  /**
   * Signs snapshot and timestamp anew, so that they stay valid while nothing is published, and
   * every other role that expires within a time. A role whose keys are not here is left as it is
   * and reported, unless there is a draft to put it in.
   */
  public Renewal refresh(Duration within) {
    return changing(
        "refresh the repository " + directory.folder(),
        () -> {
          CurrentMetadata current = Provenance.verified(directory);
          RepositorySettings.CHANNELS.forEach(
              channel -> Provenance.verify(directory, current, channel));
          RenewalPlan plan = new RenewalPlan(directory, current, metadata, keys, draft.isEmpty());
          finish(current, plan.expiringBy(clock.instant().plus(within)));
          return plan.result();
        });
  }

  /**
   * Shows readers a change that was signed elsewhere.
   *
   * @param copies copies of one draft, each perhaps signed by somebody else
   * @throws RepositoryException.Refused if the copies differ, or the repository has changed since
   *     the draft was made
   */
  public void merge(List<Draft> copies) {
    Draft all = copies.stream().reduce(Draft::mergedWith).orElseThrow();
    changing(
        "merge the draft",
        () -> {
          CurrentMetadata current = Provenance.verified(directory);
          finish(current, all.rebasedOn(directory, current));
          return null;
        });
  }

  /** Changes what a channel lists of a component. */
  private interface Edit<T> {
    T apply(Map<String, TargetDescription> targets) throws IOException;
  }

  private <T> T editing(String what, ReleaseSelection edited, Edit<T> edit) {
    String channel = edited.channel();
    String component = edited.component();
    return changing(
        what,
        () -> {
          CurrentMetadata current = Provenance.verified(directory);
          Provenance.verify(directory, current, channel, component);
          Map<String, TargetDescription> targets = directory.targets(current, channel, component);
          T result = edit.apply(targets);
          finish(current, metadata.retarget(current, channel, component, targets));
          return result;
        });
  }

  private void finish(CurrentMetadata current, Change change) throws IOException {
    Optional<Change> lacking = metadata.apply(current, change);
    waits = lacking.isPresent();
    if (waits && draft.isEmpty()) {
      throw metadata.lacking(lacking.get());
    }
    if (waits) {
      Draft.of(directory, current, lacking.get()).writeTo(draft.get());
    }
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T changing(String what, Work<T> work) {
    try (RepositoryLock ignored = RepositoryLock.take(directory.lockFile(), PATIENCE)) {
      incoming.clear();
      try {
        T result = work.run();
        LOG.info("{}: {}", what, waits ? "waits for signatures" : "done");
        return result;
      } catch (RepositoryException | IOException failed) {
        incoming.discard(failed);
        throw failed;
      }
    } catch (IOException unwritable) {
      throw RepositoryException.StateUnusable.unwritable(what, unwritable);
    }
  }
}
