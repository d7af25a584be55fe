package dev.lockstep.app.helper;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * {@code /usr/lib/lockstep/lockstep-helper}: started by systemd as root with the listening socket
 * as its standard input. Takes no arguments.
 */
public final class HelperMain {
  private static final RootVerbs.Settings SETTINGS =
      new RootVerbs.Settings(
          Set.of("lockstep", "root"),
          Path.of("/etc/lockstep/units"),
          Path.of("/etc/lockstep/packages"),
          "/usr/bin/systemctl",
          "/usr/bin/apt-get",
          Duration.ofMinutes(30));

  private HelperMain() {}

  /** Serves until it is stopped. */
  public static void main(String[] arguments) throws IOException {
    Channel inherited = System.inheritedChannel();
    if (arguments.length > 0 || !(inherited instanceof ServerSocketChannel server)) {
      System.err.println(
          "lockstep-helper: cannot start: no socket on standard input; systemctl start"
              + " lockstep-helper.socket");
      System.exit(2);
      return;
    }
    try (RootVerbs helper = new RootVerbs(server, SETTINGS, System.err::println)) {
      helper.serve();
    }
  }
}
