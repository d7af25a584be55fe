package dev.lockstep.atomicupdates.staging;

import com.github.luben.zstd.ZstdOutputStream;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** A tree, its manifest, and archives that carry it, honest or not. */
final class SampleTree {
  /** What goes into an archive, and (where it is honest) into the manifest. */
  record Part(String path, byte type, int mode, byte[] content, String link) {
    static Part file(String path, int mode, byte[] content) {
      return new Part(path, TarConstants.LF_NORMAL, mode, content, "");
    }

    static Part file(String path, String content) {
      return file(path, 0644, content.getBytes(StandardCharsets.UTF_8));
    }

    static Part folder(String path, int mode) {
      return new Part(path, TarConstants.LF_DIR, mode, new byte[0], "");
    }

    static Part link(String path, String target) {
      return new Part(path, TarConstants.LF_SYMLINK, 0777, new byte[0], target);
    }

    static Part special(String path, byte type, String link) {
      return new Part(path, type, 0644, new byte[0], link);
    }
  }

  private final List<Part> parts;
  private final ReleaseVersion version;

  SampleTree(String version, List<Part> parts) {
    this.version = ReleaseVersion.parse(version);
    this.parts = List.copyOf(parts);
  }

  /** A small app; VERSION is not in its archive. */
  static SampleTree app(String version) {
    byte[] large = new byte[300_000];
    new java.util.Random(version.hashCode()).nextBytes(large);
    return new SampleTree(
        version,
        List.of(
            Part.folder("bin", 0755),
            Part.file("bin/run", 0755, "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)),
            Part.file("data.bin", 0644, large),
            Part.folder("lib", 0750),
            Part.link("lib/run", "../bin/run"),
            Part.file("lib/secret", 0600, "s".getBytes(StandardCharsets.UTF_8)),
            Part.link("start", "bin/run")));
  }

  /** The manifest of the tree, with VERSION. */
  Manifest manifest() {
    List<Manifest.Entry> entries = new ArrayList<>();
    for (Part part : parts) {
      entries.add(entry(part));
    }
    if (parts.stream().noneMatch(part -> part.path().equals("VERSION"))) {
      entries.add(entry(Part.file("VERSION", version + "\n")));
    }
    entries.sort(Comparator.comparing(Manifest.Entry::path));
    return new Manifest("backend", version, entries);
  }

  private static Manifest.Entry entry(Part part) {
    return switch (part.type()) {
      case TarConstants.LF_DIR -> Manifest.Entry.directory(part.path(), part.mode());
      case TarConstants.LF_SYMLINK -> Manifest.Entry.link(part.path(), part.link());
      default ->
          Manifest.Entry.file(
              part.path(),
              part.mode(),
              part.content().length,
              HexFormat.of().formatHex(Hashing.sha256().digest(part.content())));
    };
  }

  /** An archive of the tree. */
  byte[] archive(String format, String prefix) throws IOException {
    return archive(format, prefix, parts);
  }

  /** An archive of anything. */
  static byte[] archive(String format, String prefix, List<Part> parts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    switch (format) {
      case "zip" -> zip(bytes, prefix, parts);
      case "tar.gz" -> tar(new GZIPOutputStream(bytes), prefix, parts);
      case "tar.zst" -> tar(new ZstdOutputStream(bytes), prefix, parts);
      default -> throw new IllegalArgumentException(format);
    }
    return bytes.toByteArray();
  }

  private static void tar(OutputStream out, String prefix, List<Part> parts) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      for (Part part : parts) {
        String slash = part.type() == TarConstants.LF_DIR ? "/" : "";
        TarArchiveEntry entry =
            new TarArchiveEntry(prefix + part.path() + slash, part.type(), true);
        entry.setMode(part.mode());
        entry.setSize(part.content().length);
        entry.setLinkName(part.link());
        tar.putArchiveEntry(entry);
        tar.write(part.content());
        tar.closeArchiveEntry();
      }
    }
  }

  private static void zip(OutputStream out, String prefix, List<Part> parts) throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
      for (Part part : parts) {
        String slash = part.type() == TarConstants.LF_DIR ? "/" : "";
        ZipArchiveEntry entry = new ZipArchiveEntry(prefix + part.path() + slash);
        byte[] content = part.content();
        switch (part.type()) {
          case TarConstants.LF_DIR -> entry.setUnixMode(0040000 | part.mode());
          case TarConstants.LF_SYMLINK -> {
            entry.setUnixMode(0120777);
            content = part.link().getBytes(StandardCharsets.UTF_8);
          }
          case TarConstants.LF_CHR -> entry.setUnixMode(0020644);
          case TarConstants.LF_FIFO -> entry.setUnixMode(0010644);
          default -> entry.setUnixMode(0100000 | part.mode());
        }
        zip.putArchiveEntry(entry);
        zip.write(content);
        zip.closeArchiveEntry();
      }
    }
  }

  List<Part> parts() {
    return parts;
  }
}
