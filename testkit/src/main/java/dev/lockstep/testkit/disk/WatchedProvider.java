package dev.lockstep.testkit.disk;

import dev.lockstep.testkit.disk.DiskChange.Kind;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Hands everything on to the real provider, and tells the watch of changes. */
final class WatchedProvider extends FileSystemProvider {
  private static final byte[] NOTHING = new byte[0];
  private final WatchedFileSystem system;
  private final FileSystemProvider real;
  private final DiskWatch watch;

  WatchedProvider(WatchedFileSystem system, FileSystemProvider real, DiskWatch watch) {
    this.system = system;
    this.real = real;
    this.watch = watch;
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private void change(DiskChange change, Work work) throws IOException {
    watch.before(change);
    work.run();
    watch.after(change);
  }

  private static Path real(Path path) {
    return WatchedFileSystem.unwrap(path);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Path file = real(path);
    boolean writes =
        options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
    boolean fresh = writes && !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    DiskChange change = DiskChange.of(fresh ? Kind.CREATE : writes ? Kind.OPEN : Kind.READ, file);
    watch.before(change);
    FileChannel channel =
        new WatchedChannel(real.newFileChannel(file, options, attributes), file, watch);
    if (options.contains(StandardOpenOption.TRUNCATE_EXISTING) && !fresh) {
      watch.after(new DiskChange(Kind.TRUNCATE, file, null, 0, new byte[0]));
    }
    watch.after(change);
    return channel;
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
    change(
        DiskChange.of(Kind.FOLDER, real(folder)),
        () -> real.createDirectory(real(folder), attributes));
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    change(
        DiskChange.of(Kind.LINK, real(link), real(target)),
        () -> real.createSymbolicLink(real(link), real(target), attributes));
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    change(
        DiskChange.of(Kind.CREATE, real(link), real(existing)),
        () -> real.createLink(real(link), real(existing)));
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    return system.wrap(real.readSymbolicLink(real(link)));
  }

  @Override
  public void delete(Path path) throws IOException {
    change(DiskChange.of(Kind.DELETE, real(path)), () -> real.delete(real(path)));
  }

  /** Deleting what is not there is no change. */
  @Override
  public boolean deleteIfExists(Path path) throws IOException {
    if (!Files.exists(real(path), LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    delete(path);
    return true;
  }

  @Override
  public void move(Path from, Path to, CopyOption... options) throws IOException {
    change(
        DiskChange.of(Kind.RENAME, real(from), real(to)),
        () -> real.move(real(from), real(to), options));
  }

  /** A copy is many changes: the new file, its content, its attributes. */
  @Override
  public void copy(Path from, Path to, CopyOption... options) throws IOException {
    Path source = real(from);
    if (List.of(options).contains(StandardCopyOption.REPLACE_EXISTING)) {
      deleteIfExists(to);
    }
    PosixFileAttributes attributes =
        Files.readAttributes(source, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      createSymbolicLink(to, Files.readSymbolicLink(source));
      return;
    }
    if (attributes.isDirectory()) {
      createDirectory(to);
    } else {
      Set<OpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try (FileChannel out = newFileChannel(to, fresh)) {
        out.write(ByteBuffer.wrap(Files.readAllBytes(source)));
      }
    }
    if (List.of(options).contains(StandardCopyOption.COPY_ATTRIBUTES)) {
      Files.setPosixFilePermissions(to, attributes.permissions());
      Files.setLastModifiedTime(to, attributes.lastModifiedTime());
    }
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options)
      throws IOException {
    change(
        DiskChange.of(Kind.MODE, real(path)),
        () -> real.setAttribute(real(path), name, value, options));
  }

  /** A view whose setters are watched. */
  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    V view = real.getFileAttributeView(real(path), type, options);
    if (view == null) {
      return null;
    }
    Object watched =
        Proxy.newProxyInstance(
            type.getClassLoader() == null ? getClass().getClassLoader() : type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              boolean setter = method.getName().startsWith("set");
              DiskChange change =
                  method.getName().equals("setPermissions")
                      ? new DiskChange(Kind.MODE, real(path), null, bits(arguments[0]), NOTHING)
                      : DiskChange.of(Kind.TIME, real(path));
              if (setter) {
                watch.before(change);
              }
              try {
                Object result = method.invoke(view, arguments);
                if (setter) {
                  watch.after(change);
                }
                return result;
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            });
    return type.cast(watched);
  }

  private static int bits(Object permissions) {
    int bits = 0;
    for (Object permission : (Set<?>) permissions) {
      bits |= 0400 >> ((PosixFilePermission) permission).ordinal();
    }
    return bits;
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
    watch.listing(real(folder));
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(real(folder))) {
      for (Path child : found) {
        if (filter.accept(system.wrap(child))) {
          children.add(system.wrap(child));
        }
      }
    }
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return children.iterator();
      }

      @Override
      public void close() {
        // Read to its end already.
      }
    };
  }

  @Override
  public boolean isSameFile(Path one, Path other) throws IOException {
    return real.isSameFile(real(one), real(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return real.isHidden(real(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return real.getFileStore(real(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    real.checkAccess(real(path), modes);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return real.readAttributes(real(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    return real.readAttributes(real(path), names, options);
  }

  @Override
  public String getScheme() {
    return "watched";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException("made with a folder and a watch only");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw new UnsupportedOperationException("made with a folder and a watch only");
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException("made with a folder and a watch only");
  }
}
