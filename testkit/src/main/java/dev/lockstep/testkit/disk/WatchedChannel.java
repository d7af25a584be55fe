package dev.lockstep.testkit.disk;

import dev.lockstep.testkit.disk.DiskChange.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** An open file whose changes are watched. */
final class WatchedChannel extends FileChannel {
  private final FileChannel real;
  private final Path path;
  private final DiskWatch watch;

  WatchedChannel(FileChannel real, Path path, DiskWatch watch) {
    this.real = real;
    this.path = path;
    this.watch = watch;
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    int written = write(bytes, real.position());
    real.position(real.position() + written);
    return written;
  }

  @Override
  public int write(ByteBuffer bytes, long position) throws IOException {
    byte[] content = new byte[bytes.remaining()];
    bytes.duplicate().get(content);
    DiskChange change = new DiskChange(Kind.WRITE, path, null, position, content);
    watch.before(change);
    long at = position;
    while (bytes.hasRemaining()) {
      at += real.write(bytes, at);
    }
    watch.after(change);
    return content.length;
  }

  @Override
  public long write(ByteBuffer[] buffers, int offset, int length) throws IOException {
    long written = 0;
    for (int i = offset; i < offset + length; i++) {
      written += write(buffers[i]);
    }
    return written;
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    DiskChange change = new DiskChange(Kind.TRUNCATE, path, null, size, new byte[0]);
    watch.before(change);
    real.truncate(size);
    watch.after(change);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    DiskChange change = DiskChange.of(Kind.SYNC, path);
    watch.before(change);
    real.force(metaData);
    watch.after(change);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, 1 << 16));
    if (source.read(bytes) <= 0) {
      return 0;
    }
    return write(bytes.flip(), position);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return real.transferTo(position, count, target);
  }

  @Override
  public int read(ByteBuffer bytes) throws IOException {
    return real.read(bytes);
  }

  @Override
  public long read(ByteBuffer[] buffers, int offset, int length) throws IOException {
    return real.read(buffers, offset, length);
  }

  @Override
  public int read(ByteBuffer bytes, long position) throws IOException {
    return real.read(bytes, position);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    real.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    if (mode != MapMode.READ_ONLY) {
      throw new UnsupportedOperationException("writes to memory cannot be watched");
    }
    return real.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return real.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
