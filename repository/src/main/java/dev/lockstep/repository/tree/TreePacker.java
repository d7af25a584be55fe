package dev.lockstep.repository.tree;

import com.github.luben.zstd.ZstdOutputStream;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.tuf.metadata.Hashes;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Packs a folder into an archive and lists it in a manifest, in one pass.
 *
 * <p>The same tree gives the same bytes, wherever and by whomever it is packed: entries are sorted
 * by path, belong to user and group 0, and have one fixed time.
 */
final class TreePacker {
  private static final FileTime TIME = FileTime.from(Instant.parse("2000-01-01T00:00:00Z"));
  private static final int ZSTD_LEVEL = 9;

  private final Path folder;
  private final ArchiveFormat format;

  TreePacker(Path folder, ArchiveFormat format) {
    this.folder = folder;
    this.format = format;
    if (format == ArchiveFormat.ZIP) {
      throw new UnfitTreeException("a folder is packed as tar.gz or tar.zst, not as zip");
    }
  }

  /** Writes the archive; the stream stays open. */
  void pack(OutputStream out, ManifestBuilder manifest) throws IOException {
    Map<String, Optional<Path>> entries = entries();
    entries.putIfAbsent(Manifest.VERSION_FILE, Optional.empty());
    OutputStream shielded = new Shielded(out);
    try (OutputStream packed =
            format == ArchiveFormat.TAR_GZ
                ? new GZIPOutputStream(shielded, 1 << 16)
                : new ZstdOutputStream(shielded, ZSTD_LEVEL);
        TarArchiveOutputStream tar =
            new TarArchiveOutputStream(packed, StandardCharsets.UTF_8.name())) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (Map.Entry<String, Optional<Path>> entry : entries.entrySet()) {
        if (entry.getValue().isPresent()) {
          add(entry.getKey(), entry.getValue().get(), tar, manifest);
        } else {
          addVersion(tar, manifest);
        }
      }
      tar.finish();
    }
  }

  private Map<String, Optional<Path>> entries() throws IOException {
    TreeMap<String, Optional<Path>> entries = new TreeMap<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return path.equals(folder) ? FileVisitResult.CONTINUE : found(path);
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            return found(path);
          }

          private FileVisitResult found(Path path) {
            String name = folder.relativize(path).toString().replace('\\', '/');
            Manifest.requireSafePath("path", name);
            entries.put(name, Optional.of(path));
            if (entries.size() > Manifest.MAX_ENTRIES) {
              throw new UnfitTreeException("it has more than " + Manifest.MAX_ENTRIES + " entries");
            }
            return FileVisitResult.CONTINUE;
          }
        });
    if (entries.isEmpty()) {
      throw new UnfitTreeException("the folder " + folder + " is empty");
    }
    return entries;
  }

  private static void add(
      String path, Path file, TarArchiveOutputStream tar, ManifestBuilder manifest)
      throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      String target = Files.readSymbolicLink(file).toString();
      manifest.link(path, target);
      TarArchiveEntry entry = entry(path, TarConstants.LF_SYMLINK, 0777);
      entry.setLinkName(target);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    } else if (attributes.isDirectory()) {
      int mode = mode(file, ManifestBuilder.DIRECTORY_MODE);
      manifest.directory(path, mode);
      tar.putArchiveEntry(entry(path + "/", TarConstants.LF_DIR, mode));
      tar.closeArchiveEntry();
    } else if (attributes.isRegularFile()) {
      addFile(path, file, attributes.size(), tar, manifest);
    } else {
      throw new UnfitTreeException("\"" + path + "\" is neither file, folder nor symbolic link");
    }
  }

  private static void addFile(
      String path, Path file, long size, TarArchiveOutputStream tar, ManifestBuilder manifest)
      throws IOException {
    if (ManifestBuilder.isVersionFile(path)) {
      try (InputStream content = Files.newInputStream(file)) {
        manifest.checkVersion(content.readNBytes(ManifestBuilder.MOST_VERSION_BYTES));
      }
    }
    int mode = mode(file, ManifestBuilder.FILE_MODE);
    TarArchiveEntry entry = entry(path, TarConstants.LF_NORMAL, mode);
    entry.setSize(size);
    tar.putArchiveEntry(entry);
    MessageDigest digest = Hashes.digest("sha256");
    long left = size;
    try (InputStream content = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = content.read(buffer); read >= 0 && left >= 0; read = content.read(buffer)) {
        left -= read;
        if (left >= 0) {
          digest.update(buffer, 0, read);
          tar.write(buffer, 0, read);
        }
      }
    }
    if (left != 0) {
      throw new UnfitTreeException("\"" + path + "\" changed while it was read");
    }
    tar.closeArchiveEntry();
    manifest.file(path, mode, size, HexFormat.of().formatHex(digest.digest()));
  }

  private static void addVersion(TarArchiveOutputStream tar, ManifestBuilder manifest)
      throws IOException {
    byte[] content = manifest.versionContent();
    TarArchiveEntry entry =
        entry(Manifest.VERSION_FILE, TarConstants.LF_NORMAL, ManifestBuilder.FILE_MODE);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
    manifest.file(
        Manifest.VERSION_FILE,
        ManifestBuilder.FILE_MODE,
        content.length,
        Hashes.hex("sha256", content));
  }

  /** An entry that tells nothing of who packed it and when. */
  static TarArchiveEntry entry(String name, byte type, int mode) {
    TarArchiveEntry entry = new TarArchiveEntry(name, type);
    entry.setMode(mode);
    entry.setIds(0, 0);
    entry.setUserName("");
    entry.setGroupName("");
    entry.setModTime(TIME);
    return entry;
  }

  private static int mode(Path file, int where) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return where;
    }
    return (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
  }

  /** Finishing the archive must not close what it is written to. */
  private static final class Shielded extends FilterOutputStream {
    Shielded(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
