package dev.lockstep.bench.staging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A tree like a large program's: many small files, some large ones, compressible to a third. */
final class LargeTree {
  private static final int BLOCK = 4096;
  private static final int SMALL = 64 * 1024;
  private static final int LARGE = 4 * 1024 * 1024;
  private static final int SMALL_PER_LARGE = 16;
  private static final int WORDS = 500;

  private final Random random = new Random(1);
  private final byte[][] words = new byte[WORDS][];

  private LargeTree() {
    for (int i = 0; i < WORDS; i++) {
      words[i] =
          ("word" + Long.toString(random.nextLong(), 36) + " ").getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Writes files of that many bytes in all; the same bytes each time. */
  static void write(Path folder, long bytes) throws IOException {
    new LargeTree().fill(folder, bytes);
  }

  private void fill(Path folder, long bytes) throws IOException {
    long left = bytes;
    for (int number = 0; left > 0; number++) {
      int size =
          (int)
              Math.min(
                  left, number % (SMALL_PER_LARGE + 1) == 0 ? LARGE : 1 + random.nextInt(SMALL));
      Path directory = Files.createDirectories(folder.resolve("part-" + number % 20));
      try (OutputStream out = Files.newOutputStream(directory.resolve("file-" + number))) {
        writeContent(out, size);
      }
      left -= size;
    }
  }

  private void writeContent(OutputStream out, int size) throws IOException {
    byte[] block = new byte[BLOCK];
    for (int left = size; left > 0; left -= BLOCK) {
      if (random.nextInt(4) == 0) {
        random.nextBytes(block);
      } else {
        for (int at = 0; at < BLOCK; ) {
          byte[] word = words[random.nextInt(WORDS)];
          int length = Math.min(word.length, BLOCK - at);
          System.arraycopy(word, 0, block, at, length);
          at += length;
        }
      }
      out.write(block, 0, Math.min(left, BLOCK));
    }
  }
}
