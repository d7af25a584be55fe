package dev.lockstep.atomicupdates.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * One install of one component, from the request to its end. Immutable; the journal holds every
 * field.
 *
 * @param key which one
 * @param order what was asked
 * @param versions from where to where
 * @param position where it stands
 * @param backups which backups it makes and uses
 * @param times when what happened
 * @param failure the first thing that went wrong, null where nothing did
 * @param bytesFetched by staging
 * @param told whether its last outcome was reported
 */
public record Install(
    Key key,
    Order order,
    Versions versions,
    Position position,
    Backups backups,
    Times times,
    Failure failure,
    long bytesFetched,
    boolean told) {

  /** A job and a component; a job may have an install of several components. */
  public record Key(String jobId, String component) {
    /** Separates a job's id from a part of that job that is an install of its own. */
    public static final char PART = '~';

    /** Checks that nothing is missing. */
    public Key {
      Objects.requireNonNull(jobId, "jobId");
      Objects.requireNonNull(component, "component");
    }

    /** The job whose log an install with that id writes to: the parts of a job share one. */
    public static String jobOf(String jobId) {
      int part = jobId.indexOf(PART);
      return part < 0 ? jobId : jobId.substring(0, part);
    }
  }

  /** Why it is done. */
  public enum Method {
    /** Nothing was installed before. */
    FRESH,
    /** To a newer version. */
    UPDATE,
    /** To an older one, by its name. */
    DOWNGRADE,
    /** Back to a version whose slot is there. */
    REVERT
  }

  /**
   * What was asked.
   *
   * @param method why
   * @param requestedBy who asked, may be empty
   * @param manifestTarget hint where the release is to be found, may be empty
   */
  public record Order(Method method, String requestedBy, String manifestTarget) {}

  /**
   * From where to where.
   *
   * @param from the active version when it began, null where none
   * @param to the version that is to run
   * @param previous the version that "previous" pointed at when it began, null where none
   */
  public record Versions(ReleaseVersion from, ReleaseVersion to, ReleaseVersion previous) {}

  /**
   * Where it stands.
   *
   * @param state the state
   * @param step the step that is being done or undone, null outside of those states
   * @param reached the furthest step that was begun, null where none
   * @param resumes how often it was resumed in this state
   */
  public record Position(InstallState state, InstallStep step, InstallStep reached, int resumes) {}

  /**
   * Backups.
   *
   * @param made name of the backup that this install makes, null where it makes none
   * @param restored name of the backup whose data the new version gets, null where it keeps them
   */
  public record Backups(String made, String restored) {}

  /**
   * When what happened; null where it did not.
   *
   * @param started the job began
   * @param asked the install was asked for
   * @param updated the last change
   * @param stopped the old version began to stop
   * @param healthy the version that runs now was healthy
   * @param finished the job ended
   */
  public record Times(
      Instant started,
      Instant asked,
      Instant updated,
      Instant stopped,
      Instant healthy,
      Instant finished) {
    /** Cuts to milliseconds, as the journal does, so that a restart changes nothing. */
    public Times {
      started = millis(started);
      asked = millis(asked);
      updated = millis(updated);
      stopped = millis(stopped);
      healthy = millis(healthy);
      finished = millis(finished);
    }

    private static Instant millis(Instant time) {
      return time == null ? null : time.truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /** A new one, of which nothing is known yet but what was asked. */
  public static Install requested(Key key, Order order, Versions versions, Instant now) {
    return new Install(
        key,
        order,
        versions,
        new Position(InstallState.REQUESTED, null, null, 0),
        new Backups(null, null),
        new Times(now, null, now, null, null, null),
        null,
        0,
        true);
  }

  /** The state. */
  public InstallState state() {
    return position.state();
  }

  /** From the request of the install to its end; zero while it is not known. */
  public Duration duration() {
    return between(times.asked() == null ? times.started() : times.asked(), times.finished());
  }

  /** From the stop of the old version to the health of the one that runs now. */
  public Duration downtime() {
    return between(times.stopped(), times.healthy());
  }

  private static Duration between(Instant begin, Instant end) {
    return begin == null || end == null || end.isBefore(begin)
        ? Duration.ZERO
        : Duration.between(begin, end);
  }

  /** Whether the new version may have touched the data. */
  public boolean dataTouched() {
    return position.reached() != null && position.reached().compareTo(InstallStep.MIGRATE) >= 0;
  }

  /**
   * Whether going back failed before the data of the version before were there again: they are
   * those of the new version, or half of each. No version may run on them by itself.
   */
  public boolean owesData() {
    return position.state() == InstallState.REVERT_FAILED
        && position.step() != null
        && position.step().compareTo(InstallStep.BACKUP) >= 0
        && dataTouched()
        && backups.made() != null;
  }

  /** With what is known when the install itself is asked for. */
  public Install begunAs(Order newOrder, Versions newVersions, String restored) {
    return new Install(
        key,
        newOrder,
        newVersions,
        position,
        new Backups(null, restored),
        times,
        failure,
        bytesFetched,
        told);
  }

  /** With the outcome reported. */
  public Install reported() {
    return new Install(key, order, versions, position, backups, times, failure, bytesFetched, true);
  }

  Install at(Position newPosition, Instant now) {
    boolean ends = newPosition.state().finished();
    Times newTimes =
        new Times(
            times.started(),
            times.asked(),
            now,
            times.stopped(),
            times.healthy(),
            ends ? now : null);
    boolean outcome = newPosition.state().endsStaging() || newPosition.state().endsInstall();
    return new Install(
        key, order, versions, newPosition, backups, newTimes, failure, bytesFetched, !outcome);
  }

  Install askedAt(Instant now) {
    return withTimes(new Times(times.started(), now, now, null, null, null));
  }

  Install marked(Instant stopped, Instant healthy) {
    return withTimes(
        new Times(
            times.started(), times.asked(), times.updated(), stopped, healthy, times.finished()));
  }

  private Install withTimes(Times newTimes) {
    return new Install(
        key, order, versions, position, backups, newTimes, failure, bytesFetched, told);
  }

  Install failing(Failure why) {
    return new Install(key, order, versions, position, backups, times, why, bytesFetched, told);
  }

  Install backedUpAs(String name) {
    return new Install(
        key,
        order,
        versions,
        position,
        new Backups(name, backups.restored()),
        times,
        failure,
        bytesFetched,
        told);
  }

  Install fetched(long bytes) {
    return new Install(key, order, versions, position, backups, times, failure, bytes, told);
  }
}
