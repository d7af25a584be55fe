package dev.lockstep.atomicupdates.process;

import dev.lockstep.atomicupdates.port.PackageUpgrades;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The Unix socket on which the root helper is asked, one line per request. Any thread. */
public final class PrivilegedSocket implements PackageUpgrades {
  /** Where systemd listens for it. */
  public static final Path SOCKET = Path.of("/run/lockstep/helper.sock");

  /** The helper ends an upgrade before that. */
  private static final Duration LONGEST_UPGRADE = Duration.ofMinutes(70);

  private static final String LOG = "log ";
  private static final String END = "end ";
  private static final String REFUSED = "refused ";
  private static final String BUSY = "another change of packages";
  private static final int LAST_LINES = 5;

  private final Path socket;

  /** Asks nothing yet. */
  public PrivilegedSocket(Path socket) {
    this.socket = socket;
  }

  /**
   * How the helper answered.
   *
   * @param code of what was run; empty where it refused
   * @param refusal why it refused; empty where it did not
   */
  public record Answer(OptionalInt code, Optional<String> refusal) {
    /** Whether it was done. */
    public boolean done() {
      return code.isPresent() && code.getAsInt() == 0;
    }
  }

  /**
   * Sends a request and waits for its end.
   *
   * @param lines gets each line that is logged
   * @throws IOException if the helper is not there, is gone before the end, or is not done in time
   */
  public Answer ask(String request, Duration deadline, Consumer<String> lines)
      throws IOException, InterruptedException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      CompletableFuture<Void> late =
          CompletableFuture.runAsync(
              () -> close(channel),
              CompletableFuture.delayedExecutor(deadline.toMillis(), TimeUnit.MILLISECONDS));
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        ByteBuffer bytes = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        return answer(channel, lines);
      } finally {
        late.cancel(false);
      }
    } catch (ClosedByInterruptException stopping) {
      Thread.interrupted();
      throw new InterruptedException("Lockstep stops while the root helper works");
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException closed) {
      throw new java.io.UncheckedIOException(closed);
    }
  }

  private static Answer answer(SocketChannel channel, Consumer<String> lines) throws IOException {
    BufferedReader answer = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    for (String line = answer.readLine(); line != null; line = answer.readLine()) {
      if (line.startsWith(END)) {
        int code = Integer.parseInt(line.substring(END.length()));
        return new Answer(OptionalInt.of(code), Optional.empty());
      }
      if (line.startsWith(REFUSED)) {
        return new Answer(OptionalInt.empty(), Optional.of(line.substring(REFUSED.length())));
      }
      lines.accept(line.startsWith(LOG) ? line.substring(LOG.length()) : line);
    }
    throw new IOException("the root helper was gone before it was done");
  }

  @Override
  public PackageUpgrades.Answer tryDry(List<String> names, Consumer<String> lines)
      throws InterruptedException {
    return packages("packages dry-run " + String.join(" ", names), lines);
  }

  @Override
  public PackageUpgrades.Answer upgrade(List<String> names, Consumer<String> lines)
      throws InterruptedException {
    return packages("packages upgrade " + String.join(" ", names), lines);
  }

  private PackageUpgrades.Answer packages(String request, Consumer<String> lines)
      throws InterruptedException {
    Deque<String> last = new ArrayDeque<>();
    boolean[] begun = new boolean[1];
    try {
      Answer answer =
          ask(
              request,
              LONGEST_UPGRADE,
              line -> {
                begun[0] = true;
                last.add(line);
                if (last.size() > LAST_LINES) {
                  last.remove();
                }
                lines.accept(line);
              });
      if (answer.done()) {
        return new PackageUpgrades.Answer(End.DONE, "");
      }
      if (answer.refusal().isPresent()) {
        String why = answer.refusal().get();
        return new PackageUpgrades.Answer(
            why.startsWith(BUSY) ? End.BUSY : End.REFUSED, "the root helper refused: " + why);
      }
      return new PackageUpgrades.Answer(
          End.FAILED,
          "the package manager ended with exit %d: %s"
              .formatted(answer.code().orElseThrow(), String.join(" | ", last)));
    } catch (IOException unreachable) {
      return new PackageUpgrades.Answer(
          begun[0] ? End.FAILED : End.REFUSED,
          "the root helper at %s does not answer (%s); systemctl start lockstep-helper.socket"
              .formatted(socket, unreachable.getMessage()));
    }
  }
}
