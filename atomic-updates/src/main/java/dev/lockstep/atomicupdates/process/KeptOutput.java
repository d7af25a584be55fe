package dev.lockstep.atomicupdates.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a command writes, read all the time; of what is too much the beginning and the end are kept.
 * One thread reads, any may ask.
 */
final class KeptOutput implements Runnable {
  private static final int KEPT = 32 * 1024;
  private static final int BLOCK = 8 * 1024;

  private final InputStream output;
  private byte[] head = new byte[0];
  private byte[] tail = new byte[0];
  private long between;
  private IOException failed;

  KeptOutput(InputStream output) {
    this.output = output;
  }

  /** Reads to the end; what is too much is read all the same, so that the command can go on. */
  @Override
  public void run() {
    byte[] block = new byte[BLOCK];
    try (output) {
      for (int read = output.read(block); read >= 0; read = output.read(block)) {
        add(Arrays.copyOf(block, read));
      }
    } catch (IOException broken) {
      fail(broken);
    }
  }

  private synchronized void fail(IOException broken) {
    failed = broken;
  }

  private synchronized void add(byte[] block) {
    int first = Math.min(block.length, KEPT - head.length);
    head = joined(head, Arrays.copyOf(block, first));
    byte[] longer = joined(tail, Arrays.copyOfRange(block, first, block.length));
    int over = Math.max(0, longer.length - KEPT);
    tail = Arrays.copyOfRange(longer, over, longer.length);
    between += over;
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }

  /**
   * What was read so far.
   *
   * @throws IOException where reading failed
   */
  synchronized List<String> lines() throws IOException {
    if (failed != null) {
      throw new IOException("cannot read the command's output", failed);
    }
    if (between == 0) {
      return lines(joined(head, tail));
    }
    List<String> lines = new ArrayList<>(lines(head));
    lines.add("(" + between + " bytes are left out)");
    lines.addAll(lines(tail));
    return lines;
  }

  private static List<String> lines(byte[] text) {
    return new String(text, StandardCharsets.UTF_8).lines().toList();
  }
}
