package dev.lockstep.repository.delta;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdOutputStream;
import dev.lockstep.protocol.release.DeltaEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes one file from another, block by block, so that a device needs memory for a block and a part
 * of the old file only, however large both are.
 *
 * <p>A block is compressed with a part of the old file as its raw dictionary. That part is the
 * whole old file where it is small; else what lies around the same distance from the beginning, or
 * from the end, whichever gives less.
 */
final class FilePatch {
  /** Enough for the largest base and block together: {@code 2^24} bytes. */
  private static final int WINDOW_LOG = 24;

  /** A table for every position of the largest base; the level's own would forget half of it. */
  private static final int TABLE_LOG = 23;

  private static final int MARGIN = (DeltaEntry.MAX_BASE - DeltaEntry.MAX_BLOCK) / 2;

  private final Path old;
  private final String oldHash;
  private final int level;

  FilePatch(Path old, String oldHash, int level) {
    this.old = old;
    this.oldHash = oldHash;
    this.level = level;
  }

  /**
   * One patch.
   *
   * @param base what it is made from
   * @param size bytes of the patch
   */
  record Part(DeltaEntry.Base base, int size) {}

  /**
   * Writes the patches of a file one after the other.
   *
   * @return their order; empty where one of them did not give its block back
   */
  Optional<List<Part>> write(Path file, Path patches) throws IOException {
    List<Part> parts = new ArrayList<>();
    try (FileChannel before = FileChannel.open(old);
        FileChannel after = FileChannel.open(file);
        OutputStream out = Files.newOutputStream(patches)) {
      for (long at = 0; at < after.size(); at += DeltaEntry.MAX_BLOCK) {
        byte[] block = read(after, at, (int) Math.min(DeltaEntry.MAX_BLOCK, after.size() - at));
        byte[] best = null;
        DeltaEntry.Base bestBase = null;
        for (long offset : offsets(at, before.size(), after.size())) {
          byte[] part =
              read(before, offset, (int) Math.min(DeltaEntry.MAX_BASE, before.size() - offset));
          byte[] patch = compress(block, part);
          if (givesBack(patch, part, block) && (best == null || patch.length < best.length)) {
            best = patch;
            bestBase = new DeltaEntry.Base(oldHash, offset, part.length);
          }
        }
        if (best == null || best.length > DeltaEntry.MAX_PATCH) {
          return Optional.empty();
        }
        out.write(best);
        parts.add(new Part(bestBase, best.length));
      }
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(parts);
  }

  private static Set<Long> offsets(long at, long before, long after) {
    long most = Math.max(0, before - DeltaEntry.MAX_BASE);
    Set<Long> offsets = new LinkedHashSet<>();
    for (long aligned : List.of(at, at + before - after)) {
      offsets.add(Math.max(0, Math.min(most, aligned - MARGIN)));
    }
    return offsets;
  }

  private byte[] compress(byte[] block, byte[] dictionary) {
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setLevel(level).setWindowLog(WINDOW_LOG).setHashLog(TABLE_LOG).setChainLog(TABLE_LOG);
      context.loadDict(dictionary);
      return context.compress(block);
    }
  }

  /** A dictionary that looks like a trained one is not taken as plain bytes. */
  private static boolean givesBack(byte[] patch, byte[] dictionary, byte[] block) {
    byte[] again = new byte[block.length];
    try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
      context.loadDict(dictionary);
      int size = context.decompressByteArray(again, 0, again.length, patch, 0, patch.length);
      return size == block.length && Arrays.equals(again, block);
    } catch (ZstdException unusable) {
      return false;
    }
  }

  private static byte[] read(FileChannel file, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, offset + bytes.position()) < 0) {
        throw new IOException("a file became shorter while it was read");
      }
    }
    return bytes.array();
  }

  /** What the file takes without any base. */
  static long compressedSize(Path file, int level) throws IOException {
    if (Files.size(file) <= DeltaEntry.MAX_BLOCK) {
      return Zstd.compress(Files.readAllBytes(file), level).length;
    }
    long[] size = {0};
    OutputStream counting =
        new OutputStream() {
          @Override
          public void write(int b) {
            size[0]++;
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            size[0] += length;
          }
        };
    try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ);
        OutputStream out = new ZstdOutputStream(counting, level)) {
      in.transferTo(out);
    }
    return size[0];
  }
}
