package dev.lockstep.repository.tree;

import dev.lockstep.tuf.metadata.Hashes;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Counts and hashes what is written through it. */
public final class HashingOutput extends FilterOutputStream {
  private final MessageDigest digest = Hashes.digest("sha256");
  private long size;

  /** Passes everything on. */
  public HashingOutput(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    digest.update((byte) b);
    size++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    digest.update(bytes, offset, length);
    size += length;
  }

  /** Bytes so far. */
  public long size() {
    return size;
  }

  /** Lower-case hex; once, at the end. */
  public String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
