package dev.lockstep.atomicupdates.process;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.Launcher;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Talks with {@code bin/lockstep-launcher} by the files in its folder: {@code confirmed} and {@code
 * starts} say which start was good, {@code fallback} that the launcher went back.
 */
public final class LauncherFiles implements Launcher {
  /** Names the launcher's folder, set by it. */
  public static final String FOLDER = "LOCKSTEP_LAUNCHER";

  /** Names the release that the launcher started, set by it. */
  public static final String LAUNCHED = "LOCKSTEP_LAUNCHED";

  private static final int MAX_RECORD = 4096;
  private static final int RECORD_WORDS = 3;

  private final Path folder;
  private final ReleaseVersion running;
  private final FaultPoints faults;
  private final Runnable restart;
  private final Consumer<Throwable> broken;

  private LauncherFiles(
      Path folder,
      ReleaseVersion running,
      FaultPoints faults,
      Runnable restart,
      Consumer<Throwable> broken) {
    this.folder = folder;
    this.running = running;
    this.faults = faults;
    this.restart = restart;
    this.broken = broken;
  }

  /**
   * The launcher that started this process, as the environment says.
   *
   * @param restart ends this process so that the launcher starts it again
   * @param broken ends this process as failed
   * @return {@link Launcher#none} where none did
   */
  public static Launcher of(
      Map<String, String> environment,
      FaultPoints faults,
      Runnable restart,
      Consumer<Throwable> broken) {
    String folder = environment.get(FOLDER);
    String launched = environment.get(LAUNCHED);
    return folder == null || launched == null || !ReleaseVersion.isValid(launched)
        ? Launcher.none(broken)
        : new LauncherFiles(
            Path.of(folder), ReleaseVersion.parse(launched), faults, restart, broken);
  }

  @Override
  public Optional<ReleaseVersion> running() {
    return Optional.of(running);
  }

  @Override
  public void restart() {
    restart.run();
  }

  @Override
  public void broken(Throwable why) {
    broken.accept(why);
  }

  @Override
  public void confirm() throws IOException {
    faults.reached("launcher.confirm.before");
    DurableFiles.write(
        folder.resolve("confirmed"), (running + "\n").getBytes(StandardCharsets.UTF_8));
    faults.reached("launcher.confirm.written");
    remove("starts");
    faults.reached("launcher.confirm.after");
  }

  @Override
  public Optional<WentBack> wentBack() throws IOException {
    try (InputStream file = Files.newInputStream(folder.resolve("fallback"))) {
      String[] words =
          new String(file.readNBytes(MAX_RECORD), StandardCharsets.UTF_8)
              .strip()
              .split(" ", RECORD_WORDS);
      boolean readable =
          words.length == RECORD_WORDS
              && ReleaseVersion.isValid(words[0])
              && ReleaseVersion.isValid(words[1]);
      return readable
          ? Optional.of(
              new WentBack(
                  ReleaseVersion.parse(words[0]), ReleaseVersion.parse(words[1]), words[2]))
          : Optional.empty();
    } catch (NoSuchFileException never) {
      return Optional.empty();
    }
  }

  @Override
  public void forgetWentBack() throws IOException {
    faults.reached("launcher.forget.before");
    remove("fallback");
    faults.reached("launcher.forget.after");
  }

  private void remove(String name) throws IOException {
    if (Disk.deleteIfExists(folder.resolve(name))) {
      DurableFiles.sync(folder);
    }
  }
}
