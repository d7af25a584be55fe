package dev.lockstep.testkit.disk;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;

/** The real file system under a watch. Its paths print as the real ones do. */
public final class WatchedFileSystem extends FileSystem {
  private final FileSystem real;
  private final WatchedProvider provider;

  /** Watches the file system of a folder; {@link #path} gives the folder's path in it. */
  public WatchedFileSystem(Path folder, DiskWatch watch) {
    this.real = folder.getFileSystem();
    this.provider = new WatchedProvider(this, real.provider(), watch);
  }

  /** A path under watch. */
  public static Path path(Path folder, DiskWatch watch) {
    return new WatchedFileSystem(folder, watch).wrap(folder);
  }

  Path wrap(Path path) {
    return path == null || path instanceof WatchedPath ? path : new WatchedPath(this, path);
  }

  /** The real path, for which nothing is watched. */
  public static Path unwrap(Path path) {
    return path instanceof WatchedPath watched ? watched.real() : path;
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() {
    // The real one stays open.
  }

  @Override
  public boolean isOpen() {
    return real.isOpen();
  }

  @Override
  public boolean isReadOnly() {
    return real.isReadOnly();
  }

  @Override
  public String getSeparator() {
    return real.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(wrap(real.getRootDirectories().iterator().next()));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return real.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return real.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return wrap(real.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    PathMatcher matcher = real.getPathMatcher(syntaxAndPattern);
    return path -> matcher.matches(unwrap(path));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return real.getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("nobody waits for changes here");
  }
}
