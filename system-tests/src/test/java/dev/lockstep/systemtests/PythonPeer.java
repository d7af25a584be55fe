package dev.lockstep.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code examples/python/watch_and_check.py} as its own process, with Debian's pyzmq. */
final class PythonPeer {
  private final Path output;
  private final String missing;
  private final Process process;

  private PythonPeer(Path output, String missing, Process process) {
    this.output = output;
    this.missing = missing;
    this.process = process;
  }

  /** Starts it; it waits for the keys by itself. */
  static PythonPeer start(Path folder, Path keys, int publishPort, int subscribePort)
      throws IOException {
    Path output = folder.resolve("python.out");
    PythonExamples examples = PythonExamples.in(folder);
    if (!examples.missing().isEmpty()) {
      return new PythonPeer(output, examples.missing(), null);
    }
    ProcessBuilder builder =
        examples
            .command(
                "watch_and_check.py",
                keys.toString(),
                "tcp://127.0.0.1:" + publishPort,
                "tcp://127.0.0.1:" + subscribePort,
                "240")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    return new PythonPeer(output, "", builder.start());
  }

  /** Why it could not be started; empty when it was. */
  String missing() {
    return missing;
  }

  /** Closes its standard input, which ends it. */
  void stop() {
    if (process == null) {
      return;
    }
    try {
      process.getOutputStream().close();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException unusable) {
      throw new UncheckedIOException(unusable);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  Set<String> topics() {
    Set<String> topics = new TreeSet<>();
    for (JsonNode event : events()) {
      if (event.get("event").stringValue().equals("topic")) {
        topics.add(event.get("topic").stringValue());
      }
    }
    return topics;
  }

  /** Answers that were correlated to its check request. */
  int answers() {
    JsonNode end = events().get(events().size() - 1);
    return end.path("answers").intValue(-1);
  }

  String output() {
    try {
      return Files.exists(output) ? Files.readString(output) : "";
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private List<JsonNode> events() {
    return output()
        .lines()
        .filter(line -> line.startsWith("{"))
        .map(line -> (JsonNode) JsonMapper.shared().readTree(line))
        .toList();
  }

  static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }
    List<Integer> ports = held.stream().map(ServerSocket::getLocalPort).toList();
    for (ServerSocket socket : held) {
      socket.close();
    }
    return ports;
  }
}
