package dev.lockstep.config;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * Policy, schedule, downloads, backups and deadlines. Keys under {@code update.}
 *
 * @param checkInterval between scheduled checks (24 h); a bare number means hours, at least 60 s
 * @param autoDownload download without being asked (true)
 * @param autoInstall install without being asked (false)
 * @param criticalInstall install critical releases at the next opportunity (true)
 * @param notifyAvailable tell people once per version (true)
 * @param preferredTime when automatic installs run (03:00)
 * @param timeZone whose clock that is; the system's where not set
 * @param channel stable, beta or dev
 * @param downloadTimeout of connecting and of silence (30 s)
 * @param maxRetries further tries after the first (3)
 * @param retryDelay between tries (5 s)
 * @param backupEnabled back up before an install (true)
 * @param backupPath where backups go
 * @param maxBackups how many are kept (3)
 * @param prepareDeadline how long components may take to answer prepare (5 s)
 * @param prepareNoAnswer what silence means
 * @param drainDeadline how long components may take to drain (30 s)
 * @param restartNotice time between the announcement of a restart and the restart (10 s)
 * @param heartbeat how often components announce themselves (10 s)
 * @param stageDeadline how long a deployment waits for all devices to have staged (1 h)
 * @param installDeadline how long a deployment waits for one device's install (15 min)
 */
public record UpdateSettings(
    Duration checkInterval,
    boolean autoDownload,
    boolean autoInstall,
    boolean criticalInstall,
    boolean notifyAvailable,
    LocalTime preferredTime,
    ZoneId timeZone,
    Channel channel,
    Duration downloadTimeout,
    int maxRetries,
    Duration retryDelay,
    boolean backupEnabled,
    Path backupPath,
    int maxBackups,
    Duration prepareDeadline,
    NoAnswer prepareNoAnswer,
    Duration drainDeadline,
    Duration restartNotice,
    Duration heartbeat,
    Duration stageDeadline,
    Duration installDeadline) {

  /** A delegated role of the same name. */
  public enum Channel {
    /** Released. */
    STABLE,
    /** For those who try things out. */
    BETA,
    /** For developers. */
    DEV
  }

  /** What it means when a component does not answer prepare in time. */
  public enum NoAnswer {
    /** Go on without it. */
    PROCEED,
    /** Not now. */
    DEFER
  }
}
