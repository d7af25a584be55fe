package dev.lockstep.testkit;

import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.Manifest.Entry;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.tree.ArchiveFormat;
import dev.lockstep.tuf.metadata.Hashes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Archives that a device must refuse, each with a manifest that is valid by itself: VERSION and
 * {@code lib/release.txt}.
 */
public enum HostileArchive {
  /** An entry {@code ../escaped.txt}. */
  PARENT_PATH,
  /** An entry {@code lib/../../escaped.txt}. */
  HIDDEN_PARENT_PATH,
  /** An entry {@code /tmp/lockstep-escaped.txt}. */
  ABSOLUTE_PATH,
  /** A symbolic link {@code outside -> ../..}. */
  LINK_OUTSIDE,
  /** A symbolic link {@code outside -> /etc}. */
  ABSOLUTE_LINK,
  /** A symbolic link {@code outside -> ..}, then a file {@code outside/escaped.txt}. */
  FILE_THROUGH_LINK,
  /** A hard link to {@code /etc/hostname}. */
  HARD_LINK,
  /** A character device. */
  DEVICE,
  /** A fifo. */
  FIFO,
  /** {@code lib/release.txt} with the setuid bit. */
  SETUID,
  /** A file that the manifest does not have. */
  EXTRA_FILE,
  /** {@code lib/release.txt} is missing. */
  MISSING_FILE,
  /** {@code lib/release.txt} has other content of the same length. */
  CHANGED_FILE,
  /** {@code lib/release.txt} is longer. */
  LONGER_FILE,
  /** {@code lib/release.txt} twice, first as the manifest says. */
  FILE_TWICE,
  /** The file ends in the middle. */
  TRUNCATED,
  /** Not an archive at all. */
  GARBAGE,
  /** A zip with an entry {@code ../escaped.txt}. */
  ZIP_PARENT_PATH;

  private static final String FILE = "lib/release.txt";

  /** The archive and its manifest. */
  ReleaseContent content(ReleaseSpec spec, Path folder) {
    byte[] version = (spec.version() + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] content = (spec.component() + " " + spec.version()).getBytes(StandardCharsets.UTF_8);
    List<Entry> entries =
        new ArrayList<>(
            List.of(
                Entry.file("VERSION", 0644, version.length, Hashes.hex("sha256", version)),
                Entry.directory("lib", 0755),
                Entry.file(FILE, 0644, content.length, Hashes.hex("sha256", content))));
    entries.sort(Comparator.comparing(Entry::path));
    Manifest manifest = new Manifest(spec.component(), spec.version(), entries);
    Path archive = folder.resolve("hostile");
    try {
      Files.createDirectories(folder);
      if (this == ZIP_PARENT_PATH) {
        writeZip(archive, version, content);
        return new ReleaseContent.Described(archive, ArchiveFormat.ZIP, "", manifest);
      }
      writeTar(archive, version, content);
      spoil(archive);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return new ReleaseContent.Described(archive, ArchiveFormat.TAR_GZ, "", manifest);
  }

  private void spoil(Path archive) throws IOException {
    byte[] bytes = Files.readAllBytes(archive);
    if (this == TRUNCATED) {
      Files.write(archive, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    } else if (this == GARBAGE) {
      Files.writeString(archive, "this is not an archive\n");
    }
  }

  private void writeTar(Path archive, byte[] version, byte[] content) throws IOException {
    try (OutputStream file = Files.newOutputStream(archive);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(file))) {
      put(tar, named("VERSION", TarConstants.LF_NORMAL, 0644), version);
      put(tar, named("lib/", TarConstants.LF_DIR, 0755), new byte[0]);
      if (this != MISSING_FILE) {
        put(
            tar,
            named(FILE, TarConstants.LF_NORMAL, this == SETUID ? 04755 : 0644),
            changed(content));
      }
      addEvil(tar);
    }
  }

  private byte[] changed(byte[] content) {
    byte[] other = content.clone();
    if (this == CHANGED_FILE) {
      other[0] ^= 1;
    } else if (this == LONGER_FILE) {
      other = java.util.Arrays.copyOf(content, content.length + 1);
    }
    return other;
  }

  private void addEvil(TarArchiveOutputStream tar) throws IOException {
    byte[] evil = "escaped".getBytes(StandardCharsets.UTF_8);
    switch (this) {
      case PARENT_PATH -> put(tar, named("../escaped.txt", TarConstants.LF_NORMAL, 0644), evil);
      case HIDDEN_PARENT_PATH ->
          put(tar, named("lib/../../escaped.txt", TarConstants.LF_NORMAL, 0644), evil);
      case ABSOLUTE_PATH ->
          put(tar, named("/tmp/lockstep-escaped.txt", TarConstants.LF_NORMAL, 0644), evil);
      case LINK_OUTSIDE -> link(tar, TarConstants.LF_SYMLINK, "outside", "../..");
      case ABSOLUTE_LINK -> link(tar, TarConstants.LF_SYMLINK, "outside", "/etc");
      case FILE_THROUGH_LINK -> {
        link(tar, TarConstants.LF_SYMLINK, "outside", "..");
        put(tar, named("outside/escaped.txt", TarConstants.LF_NORMAL, 0644), evil);
      }
      case HARD_LINK -> link(tar, TarConstants.LF_LINK, "hostname", "/etc/hostname");
      case DEVICE -> put(tar, named("device", TarConstants.LF_CHR, 0666), new byte[0]);
      case FIFO -> put(tar, named("fifo", TarConstants.LF_FIFO, 0666), new byte[0]);
      case EXTRA_FILE -> put(tar, named("extra.txt", TarConstants.LF_NORMAL, 0644), evil);
      case FILE_TWICE -> put(tar, named(FILE, TarConstants.LF_NORMAL, 0644), evil);
      default -> {
        // The others are wrong elsewhere.
      }
    }
  }

  private static TarArchiveEntry named(String name, byte type, int mode) {
    // Keeps a leading slash, which the library would take away.
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setMode(mode);
    return entry;
  }

  private static void link(TarArchiveOutputStream tar, byte type, String name, String target)
      throws IOException {
    TarArchiveEntry entry = named(name, type, 0777);
    entry.setLinkName(target);
    put(tar, entry, new byte[0]);
  }

  private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] content)
      throws IOException {
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static void writeZip(Path archive, byte[] version, byte[] content) throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      for (String name : List.of("VERSION", FILE, "../escaped.txt")) {
        zip.putArchiveEntry(new ZipArchiveEntry(name));
        zip.write(name.equals("VERSION") ? version : content);
        zip.closeArchiveEntry();
      }
    }
  }
}
