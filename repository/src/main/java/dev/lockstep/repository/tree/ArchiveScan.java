package dev.lockstep.repository.tree;

import com.github.luben.zstd.ZstdInputStream;
import dev.lockstep.tuf.metadata.Hashes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Reads what tree an archive carries, without unpacking it.
 *
 * <p>Modes: of tar entries their permission bits; of zip entries the Unix permission bits, or where
 * an entry has none 0644 for files and 0755 for folders. Hard links, sparse files, devices, fifos
 * and set-id bits are refused below the prefix; unsafe names are refused everywhere.
 */
final class ArchiveScan {
  private static final int TYPE_BITS = 0170000;
  private static final int TYPE_LINK = 0120000;
  private static final int TYPE_DIRECTORY = 0040000;
  private static final int TYPE_FILE = 0100000;
  private static final int MOST_LINK_BYTES = 4096;

  private final Path archive;
  private final ArchiveFormat format;
  private final String prefix;

  ArchiveScan(Path archive, ArchiveFormat format, String prefix) {
    this.archive = archive;
    this.format = format;
    this.prefix = prefix;
  }

  /** Is given what is in an archive, in its order. */
  private interface Visitor {
    void directory(String path, int mode);

    void link(String path, String target);

    void file(String path, int mode, InputStream content) throws IOException;
  }

  /** Is given the files of an archive; the content is read inside the call. */
  interface FileVisitor {
    void file(String path, InputStream content) throws IOException;
  }

  /** Lists in a manifest. */
  private record Listing(ManifestBuilder manifest) implements Visitor {
    @Override
    public void directory(String path, int mode) {
      manifest.directory(path, mode);
    }

    @Override
    public void link(String path, String target) {
      manifest.link(path, target);
    }

    @Override
    public void file(String path, int mode, InputStream content) throws IOException {
      addFile(path, mode, content, manifest);
    }
  }

  /** Passes files on. */
  private record Passing(FileVisitor files) implements Visitor {
    @Override
    public void directory(String path, int mode) {
      // Has no content.
    }

    @Override
    public void link(String path, String target) {
      // Has no content.
    }

    @Override
    public void file(String path, int mode, InputStream content) throws IOException {
      files.file(path, content);
    }
  }

  /** Reads the files of an archive that was scanned before. */
  void files(FileVisitor files) throws IOException {
    scan(new Passing(files));
  }

  private void scan(Visitor visitor) throws IOException {
    if (format == ArchiveFormat.ZIP) {
      scanZip(visitor);
    } else {
      scanTar(visitor);
    }
  }

  /** Reads the whole archive into a manifest. */
  void into(ManifestBuilder manifest) {
    try {
      scan(new Listing(manifest));
    } catch (IOException unreadable) {
      throw new UnfitTreeException(
          "it cannot be read as " + format.extension() + ": " + unreadable.getMessage(),
          unreadable);
    }
    if (manifest.isEmpty()) {
      throw new UnfitTreeException(
          prefix.isEmpty() ? "it is empty" : "it has nothing in the folder \"" + prefix + '"');
    }
  }

  private void scanTar(Visitor visitor) throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
        InputStream plain =
            format == ArchiveFormat.TAR_GZ
                ? new GzipCompressorInputStream(file, true)
                : new ZstdInputStream(file);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(plain, StandardCharsets.UTF_8.name())) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Optional<String> path = ArchivePath.below(prefix, ArchivePath.normalized(entry.getName()));
        if (path.isPresent()) {
          addTarEntry(path.get(), entry, tar, visitor);
        }
      }
    }
  }

  private static void addTarEntry(
      String path, TarArchiveEntry entry, InputStream content, Visitor visitor) throws IOException {
    int mode = entry.getMode() & 07777;
    if (entry.isSymbolicLink()) {
      visitor.link(path, entry.getLinkName());
    } else if (entry.isDirectory()) {
      visitor.directory(path, mode);
    } else if (isPlainFile(entry)) {
      visitor.file(path, mode, content);
    } else {
      String kind = entry.isLink() ? "a hard link" : "neither file, folder nor symbolic link";
      throw new UnfitTreeException("\"" + path + "\" is " + kind);
    }
  }

  private static boolean isPlainFile(TarArchiveEntry entry) {
    byte type = entry.getLinkFlag();
    boolean normal =
        type == TarConstants.LF_OLDNORM
            || type == TarConstants.LF_NORMAL
            || type == TarConstants.LF_CONTIG;
    return normal && !entry.isSparse();
  }

  private void scanZip(Visitor visitor) throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        Optional<String> path = ArchivePath.below(prefix, ArchivePath.normalized(entry.getName()));
        if (path.isPresent()) {
          addZipEntry(path.get(), entry, zip, visitor);
        }
      }
    }
  }

  private static void addZipEntry(String path, ZipArchiveEntry entry, ZipFile zip, Visitor visitor)
      throws IOException {
    if (!zip.canReadEntryData(entry)) {
      throw new UnfitTreeException("\"" + path + "\" is encrypted or packed in an unknown way");
    }
    int unix = entry.getUnixMode();
    int type = unix & TYPE_BITS;
    boolean known = (unix & 07777) != 0;
    if (type == TYPE_LINK) {
      visitor.link(path, linkTarget(path, entry, zip));
    } else if (entry.isDirectory()) {
      require(type == 0 || type == TYPE_DIRECTORY, path);
      visitor.directory(path, known ? unix & 07777 : ManifestBuilder.DIRECTORY_MODE);
    } else {
      require(type == 0 || type == TYPE_FILE, path);
      try (InputStream content = zip.getInputStream(entry)) {
        visitor.file(path, known ? unix & 07777 : ManifestBuilder.FILE_MODE, content);
      }
    }
  }

  private static void require(boolean plain, String path) {
    if (!plain) {
      throw new UnfitTreeException("\"" + path + "\" is neither file, folder nor symbolic link");
    }
  }

  private static String linkTarget(String path, ZipArchiveEntry entry, ZipFile zip)
      throws IOException {
    try (InputStream content = zip.getInputStream(entry)) {
      byte[] target = content.readNBytes(MOST_LINK_BYTES + 1);
      if (target.length > MOST_LINK_BYTES) {
        throw new UnfitTreeException("the link \"" + path + "\" is too long");
      }
      return new String(target, StandardCharsets.UTF_8);
    }
  }

  private static void addFile(String path, int mode, InputStream content, ManifestBuilder manifest)
      throws IOException {
    MessageDigest digest = Hashes.digest("sha256");
    ByteArrayOutputStream start =
        ManifestBuilder.isVersionFile(path) ? new ByteArrayOutputStream() : null;
    byte[] buffer = new byte[1 << 16];
    long size = 0;
    for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
      digest.update(buffer, 0, read);
      if (start != null && start.size() < ManifestBuilder.MOST_VERSION_BYTES) {
        start.write(buffer, 0, read);
      }
      size += read;
    }
    if (start != null) {
      manifest.checkVersion(start.toByteArray());
    }
    manifest.file(path, mode, size, HexFormat.of().formatHex(digest.digest()));
  }
}
