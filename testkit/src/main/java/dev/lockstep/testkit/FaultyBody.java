package dev.lockstep.testkit;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** Bodies that do not arrive as they should. */
abstract class FaultyBody extends FilterOutputStream {
  private long sent;

  FaultyBody(OutputStream out) {
    super(out);
  }

  /** Makes a faulty body of a good one. */
  @FunctionalInterface
  interface Wrapper {
    OutputStream wrap(OutputStream out);
  }

  /** Sends the bytes that come after {@code before} others. */
  abstract void send(byte[] bytes, int offset, int length, long before) throws IOException;

  @Override
  public final void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public final void write(byte[] bytes, int offset, int length) throws IOException {
    send(bytes, offset, length, sent);
    sent += length;
  }

  /** Ends in the middle. */
  static final class Truncated extends FaultyBody {
    private final long limit;

    Truncated(OutputStream out, long limit) {
      super(out);
      this.limit = limit;
    }

    @Override
    void send(byte[] bytes, int offset, int length, long before) throws IOException {
      int allowed = (int) Math.max(0, Math.min(length, limit - before));
      out.write(bytes, offset, allowed);
      if (allowed < length) {
        out.flush();
        throw new IOException("cut off by the test");
      }
    }
  }

  /** Has one wrong bit. */
  static final class Corrupted extends FaultyBody {
    private final long wrong;

    Corrupted(OutputStream out, long wrong) {
      super(out);
      this.wrong = wrong;
    }

    @Override
    void send(byte[] bytes, int offset, int length, long before) throws IOException {
      byte[] copy = java.util.Arrays.copyOfRange(bytes, offset, offset + length);
      if (wrong >= before && wrong < before + length) {
        copy[(int) (wrong - before)] ^= 1;
      }
      out.write(copy);
    }
  }

  /** Trickles. */
  static final class Slow extends FaultyBody {
    private static final int STEPS_PER_SECOND = 20;
    private final int step;
    private final BodyGate closing;

    Slow(OutputStream out, int bytesPerSecond, BodyGate closing) {
      super(out);
      this.step = Math.max(1, bytesPerSecond / STEPS_PER_SECOND);
      this.closing = closing;
    }

    @Override
    void send(byte[] bytes, int offset, int length, long before) throws IOException {
      for (int done = 0; done < length; done += step) {
        out.write(bytes, offset + done, Math.min(step, length - done));
        out.flush();
        closing.pause(Duration.ofMillis(1000 / STEPS_PER_SECOND));
      }
    }
  }

  /** Waits in the middle until it is let go on. */
  static final class Held extends FaultyBody {
    private final long limit;
    private final BodyGate gate;

    Held(OutputStream out, long limit, BodyGate gate) {
      super(out);
      this.limit = limit;
      this.gate = gate;
    }

    @Override
    void send(byte[] bytes, int offset, int length, long before) throws IOException {
      int first = (int) Math.max(0, Math.min(length, limit - before));
      out.write(bytes, offset, first);
      if (first < length) {
        out.flush();
        gate.pass();
        out.write(bytes, offset + first, length - first);
      }
    }
  }
}
