package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the coordinator must not forget. Every method that writes returns once the write is durable;
 * one thread writes. A failure is an {@link dev.lockstep.atomicupdates.AtomicUpdatesException} with
 * code {@code JOURNAL}, and then nothing of that call was written.
 */
public interface DeploymentJournal {

  /** Writes a deployment and what follows from its end, together. */
  void save(Deployment deployment, Aftermath aftermath);

  /** The deployment of a job. */
  Optional<Deployment> find(String id);

  /** The one that has not ended. */
  Optional<Deployment> running();

  /** The last ones, newest first. */
  List<Deployment> latest(int count);

  /** Those whose end was not told yet. */
  List<Deployment> untold();

  /** The end of a deployment was told. */
  void told(String id);

  /** Where a site should be. */
  Optional<Desired> desired(Site site);

  /** How catching up went so far. */
  Optional<Attempts> attempts(Site site, ReleaseVersion version);

  /** Keeps what a component announced. */
  void remember(Remembered announced);

  /** All that was remembered. */
  List<Remembered> remembered();

  /** Drops all that is kept of a site, apart from the deployments that it took part in. */
  void forget(Site site);

  /**
   * What a component announced last.
   *
   * @param announced what it said
   * @param seenAt when it was there; may be somewhat earlier than its last sign of life
   */
  record Remembered(Announced announced, Instant seenAt) {}

  /**
   * What a deployment's end changes beside itself.
   *
   * @param desired where sites should be from now on
   * @param attempts how catching up went
   */
  record Aftermath(List<Desired> desired, List<Attempts> attempts) {
    /** Nothing changes. */
    public static final Aftermath NONE = new Aftermath(List.of(), List.of());
  }

  /**
   * The version that a site should run, and is brought to when it returns.
   *
   * @param site which
   * @param version null where it is to be left alone
   * @param manifestTarget TUF target path of the manifest
   */
  record Desired(Site site, ReleaseVersion version, String manifestTarget) {}

  /**
   * How often a site was to be brought to a version without success.
   *
   * @param site which
   * @param version to which version
   * @param count how often
   * @param blocked whether not to try by itself again
   * @param notBefore when to try again
   */
  record Attempts(
      Site site, ReleaseVersion version, int count, boolean blocked, Instant notBefore) {}
}
