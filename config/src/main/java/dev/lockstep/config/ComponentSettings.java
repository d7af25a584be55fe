package dev.lockstep.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One component on this device. Keys under {@code components.<id>.}
 *
 * @param id the component's id
 * @param role backend, frontend or module
 * @param announce who announces it on the bus
 * @param process how it is started and stopped
 * @param health how its health is told
 * @param backupPaths what to back up, relative to the component's folder ({@code data} by default)
 * @param migrate command run after activation, relative to the new release; empty for none
 * @param migrateDeadline how long it may take
 * @param versionFile where the version of a component that Lockstep does not install is read from:
 *     a VERSION file or an os-release style file; absent for {@code current/VERSION}
 * @param backupHooks commands around the copy of the data
 * @param kind what an install changes
 * @param packages of {@link Kind#PACKAGES}: what is upgraded; else empty
 */
public record ComponentSettings(
    String id,
    Role role,
    Announce announce,
    ProcessSettings process,
    HealthSettings health,
    List<String> backupPaths,
    List<String> migrate,
    Duration migrateDeadline,
    Optional<Path> versionFile,
    BackupHooks backupHooks,
    Kind kind,
    List<String> packages) {

  /** A tree, with commands around the copy of the data. */
  public ComponentSettings(
      String id,
      Role role,
      Announce announce,
      ProcessSettings process,
      HealthSettings health,
      List<String> backupPaths,
      List<String> migrate,
      Duration migrateDeadline,
      Optional<Path> versionFile,
      BackupHooks backupHooks) {
    this(
        id,
        role,
        announce,
        process,
        health,
        backupPaths,
        migrate,
        migrateDeadline,
        versionFile,
        backupHooks,
        Kind.TREE,
        List.of());
  }

  /** A tree, without commands around the copy of the data. */
  public ComponentSettings(
      String id,
      Role role,
      Announce announce,
      ProcessSettings process,
      HealthSettings health,
      List<String> backupPaths,
      List<String> migrate,
      Duration migrateDeadline,
      Optional<Path> versionFile) {
    this(
        id,
        role,
        announce,
        process,
        health,
        backupPaths,
        migrate,
        migrateDeadline,
        versionFile,
        BackupHooks.NONE);
  }

  /** What an install changes. */
  public enum Kind {
    /** The component's own tree. */
    TREE,
    /** Packages of the distribution as well, by the root helper. */
    PACKAGES
  }

  /** The component's place in the order: backend first. */
  public enum Role {
    /** Installed first. */
    BACKEND,
    /** Installed after the backend is confirmed. */
    FRONTEND,
    /** Anything else, installed with the backend. */
    MODULE
  }

  /** Who announces the component on the bus. */
  public enum Announce {
    /** atomic-updates, for components that do not speak on the bus. */
    UPDATER,
    /** The frontend-agent beside it. */
    AGENT,
    /** The component itself while it runs; atomic-updates while it does not. */
    COMPONENT
  }

  /**
   * How the component runs.
   *
   * @param control who starts it
   * @param command program and arguments. A program with a slash that is not absolute is looked up
   *     in the active release. {@code ${root}} (the component's folder), {@code ${release}} (the
   *     active link) and {@code ${data}} are replaced in arguments and environment
   * @param environment added to an otherwise minimal environment
   * @param stopTimeout between SIGTERM and SIGKILL
   * @param unit of {@link Control#SYSTEMD}
   */
  public record ProcessSettings(
      Control control,
      List<String> command,
      Map<String, String> environment,
      Duration stopTimeout,
      Optional<String> unit) {

    /** Without a unit. */
    public ProcessSettings(
        Control control,
        List<String> command,
        Map<String, String> environment,
        Duration stopTimeout) {
      this(control, command, environment, stopTimeout, Optional.empty());
    }

    /** Without the values of the environment, which may be secret. */
    @Override
    public String toString() {
      return "ProcessSettings[control=%s, command=%s, environment=%s, stopTimeout=%s, unit=%s]"
          .formatted(control, command, environment.keySet(), stopTimeout, unit);
    }
  }

  /** Who starts a component. */
  public enum Control {
    /** A child that Lockstep supervises. */
    SUPERVISED,
    /** A systemd unit, started and stopped by Lockstep through one privileged command. */
    SYSTEMD,
    /** Lockstep itself, by the launcher outside its virtual machine. */
    LAUNCHER,
    /** Somebody else. */
    EXTERNAL;

    /** Whether Lockstep starts and stops it. */
    public boolean byLockstep() {
      return this == SUPERVISED || this == SYSTEMD;
    }
  }

  /**
   * Commands around the copy of the data, program and arguments as in {@link
   * ProcessSettings#command()}, looked up in the release that is still active.
   *
   * @param before run before the copy; empty for none. Where it fails, nothing is installed
   * @param beforeTimeout how long it may take
   * @param after run after the copy, and after whatever kept it from being made; empty for none
   * @param afterTimeout how long it may take
   * @param whileRunning whether the component is stopped only after the copy
   */
  public record BackupHooks(
      List<String> before,
      Duration beforeTimeout,
      List<String> after,
      Duration afterTimeout,
      boolean whileRunning) {
    /** No commands. */
    public static final BackupHooks NONE =
        new BackupHooks(List.of(), Duration.ofMinutes(5), List.of(), Duration.ofMinutes(1), false);

    /** Whether there is any. */
    public boolean any() {
      return !before.isEmpty() || !after.isEmpty();
    }
  }

  /**
   * How health is told.
   *
   * @param probe what is asked
   * @param url of {@link Probe#HTTP}: any 2xx answer is healthy
   * @param host of {@link Probe#TCP}
   * @param port of {@link Probe#TCP}
   * @param command of {@link Probe#COMMAND}: exit 0 is healthy
   * @param interval between two probes
   * @param timeout of one probe
   * @param successes consecutive healthy answers that are needed
   * @param deadline from the first answer until it has to be healthy; from the start where {@code
   *     startDeadline} is absent
   * @param window after that, in which a crash still counts
   * @param startDeadline from the start until the first answer, whatever it says, as long as the
   *     process lives
   */
  public record HealthSettings(
      Probe probe,
      Optional<URI> url,
      String host,
      int port,
      List<String> command,
      Duration interval,
      Duration timeout,
      int successes,
      Duration deadline,
      Duration window,
      Optional<Duration> startDeadline) {

    /** Without a deadline of its own for the start. */
    public HealthSettings(
        Probe probe,
        Optional<URI> url,
        String host,
        int port,
        List<String> command,
        Duration interval,
        Duration timeout,
        int successes,
        Duration deadline,
        Duration window) {
      this(
          probe,
          url,
          host,
          port,
          command,
          interval,
          timeout,
          successes,
          deadline,
          window,
          Optional.empty());
    }

    /** How long a start may take until something answers. */
    public Duration untilFirstAnswer() {
      return startDeadline.orElse(deadline);
    }
  }

  /** What a health check asks. */
  public enum Probe {
    /** An HTTP URL. */
    HTTP,
    /** A TCP connection. */
    TCP,
    /** A command. */
    COMMAND,
    /** Nothing: the component itself says on the bus that it is healthy. */
    BUS,
    /** Only whether the process lives. */
    PROCESS
  }
}
