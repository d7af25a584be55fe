package zmq.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import zmq.Ctx;

/** What waits for the connections of an I/O thread. */
class PollerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private final Ctx context = new Ctx();
  private final List<Pipe> pipes = new ArrayList<>();
  private final List<Throwable> complaints = new CopyOnWriteArrayList<>();
  private Poller poller;

  @BeforeEach
  void make() {
    context.setNotificationExceptionHandler((thread, problem) -> complaints.add(problem));
    poller = new Poller(context, "test-poller");
  }

  @AfterEach
  void end() throws IOException {
    poller.destroy();
    for (Pipe pipe : pipes) {
      pipe.source().close();
      pipe.sink().close();
    }
    context.terminate();
  }

  /** A pipe in which something waits to be read. */
  private Pipe ready() throws IOException {
    Pipe pipe = Pipe.open();
    pipes.add(pipe);
    pipe.source().configureBlocking(false);
    pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
    return pipe;
  }

  private Poller.Handle whenReadable(Pipe pipe, Runnable action) {
    Poller.Handle handle =
        poller.addHandle(
            pipe.source(),
            new IPollEvents() {
              @Override
              public void inEvent() {
                action.run();
              }
            });
    poller.setPollIn(handle);
    return handle;
  }

  /** As a connecter leaves its channel to the connection that it has made. */
  @Test
  void channel_thatGoesToAnotherHandleInOneTurn_isHeardByThatOne() throws IOException {
    int count = 50;
    AtomicInteger heard = new AtomicInteger();
    Poller.Handle[] firsts = new Poller.Handle[count];
    for (int i = 0; i < count; i++) {
      int number = i;
      Pipe pipe = ready();
      firsts[number] =
          whenReadable(
              pipe,
              () -> {
                Poller.Handle[] second = new Poller.Handle[1];
                second[0] =
                    whenReadable(
                        pipe,
                        () -> {
                          heard.incrementAndGet();
                          poller.removeHandle(second[0]);
                        });
                poller.removeHandle(firsts[number]);
              });
    }
    poller.start();
    await().atMost(PATIENCE).until(() -> heard.get() == count);
    await().atMost(PATIENCE).until(() -> poller.getLoad() == 0);
    assertThat(complaints).isEmpty();
  }

  @Test
  void channel_thatComesBackAfterItWasLetGo_isHeard() throws IOException {
    AtomicInteger turns = new AtomicInteger();
    Pipe pipe = ready();
    Pipe other = ready();
    Poller.Handle[] handles = new Poller.Handle[2];
    handles[0] = whenReadable(pipe, () -> poller.removeHandle(handles[0]));
    // Turns later, when the selector has forgotten the channel.
    handles[1] =
        whenReadable(
            other,
            () -> {
              if (turns.incrementAndGet() == 10) {
                poller.resetPollIn(handles[1]);
                Poller.Handle[] again = new Poller.Handle[1];
                again[0] =
                    whenReadable(
                        pipe,
                        () -> {
                          turns.set(100);
                          poller.removeHandle(again[0]);
                        });
              }
            });
    poller.start();
    await().atMost(PATIENCE).until(() -> turns.get() == 100);
  }

  @Test
  void handler_thatWasRemovedInTheSameTurn_isNotCalled() throws IOException {
    AtomicInteger called = new AtomicInteger();
    Poller.Handle[] handles = new Poller.Handle[2];
    for (int i = 0; i < 2; i++) {
      handles[i] =
          whenReadable(
              ready(),
              () -> {
                called.incrementAndGet();
                poller.removeHandle(handles[0]);
                poller.removeHandle(handles[1]);
              });
    }
    AtomicInteger later = new AtomicInteger();
    whenReadable(ready(), later::incrementAndGet);
    poller.start();
    await().atMost(PATIENCE).until(() -> later.get() > 10);
    assertThat(called).hasValue(1);
  }

  @Test
  void handler_thatFails_isToldOfAndTheOthersGoOn() throws IOException {
    AtomicInteger others = new AtomicInteger();
    IllegalStateException failure = new IllegalStateException("of the handler");
    whenReadable(
        ready(),
        () -> {
          throw failure;
        });
    whenReadable(ready(), others::incrementAndGet);
    poller.start();
    await().atMost(PATIENCE).until(() -> others.get() > 10);
    assertThat(complaints).contains(failure);
  }

  @Test
  void room_thatIsNoLongerWaitedFor_isNotToldOf() throws IOException {
    Pipe pipe = ready();
    pipe.sink().configureBlocking(false);
    AtomicInteger writable = new AtomicInteger();
    AtomicInteger turns = new AtomicInteger();
    Poller.Handle[] sink = new Poller.Handle[1];
    sink[0] =
        poller.addHandle(
            pipe.sink(),
            new IPollEvents() {
              @Override
              public void outEvent() {
                if (writable.incrementAndGet() == 3) {
                  poller.resetPollOut(sink[0]);
                }
              }
            });
    poller.setPollOut(sink[0]);
    whenReadable(pipe, turns::incrementAndGet);
    poller.start();
    await().atMost(PATIENCE).until(() -> turns.get() > 20);
    assertThat(writable).hasValue(3);
  }
}
