package dev.lockstep.repository.delta;

import com.github.luben.zstd.ZstdOutputStream;
import dev.lockstep.protocol.release.DeltaEntry;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.repository.tree.ArchiveContents;
import dev.lockstep.repository.tree.HashingOutput;
import dev.lockstep.repository.tree.PackedTar;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Packs what one tree has and another has not. Needs room for the files that differ. */
public final class DeltaPacker {
  private static final int LEVEL = 9;

  private final Path work;

  /**
   * A packer.
   *
   * @param work a folder for temporary files, which are gone afterwards unless the process is
   *     killed; their names begin with {@code delta-}
   */
  public DeltaPacker(Path work) {
    this.work = work;
  }

  /**
   * A delta that is ready to be published.
   *
   * @param size bytes
   * @param sha256 lower-case hex
   */
  public record Packed(long size, String sha256) {}

  /**
   * Packs a delta.
   *
   * @param file where it is written; not yet durable
   * @throws IOException if an archive cannot be read, lacks what its manifest says, or the delta
   *     cannot be written
   */
  public Packed pack(ArchiveContents from, ArchiveContents to, Path file) throws IOException {
    Map<String, Path> contents = Map.of();
    Map<String, Path> old = Map.of();
    try {
      Map<String, Manifest.Entry> lacking = lacking(from.manifest(), to.manifest());
      contents = to.extract(lacking.keySet(), work, "delta-new-");
      requireAll(lacking, contents.keySet());
      Map<String, Manifest.Entry> bases = bases(from.manifest(), lacking);
      Set<String> wanted = new HashSet<>();
      bases.values().forEach(base -> wanted.add(base.sha256()));
      old = from.extract(wanted, work, "delta-old-");
      return pack(contents, bases, old, file);
    } finally {
      for (Path used : contents.values()) {
        Files.deleteIfExists(used);
      }
      for (Path used : old.values()) {
        Files.deleteIfExists(used);
      }
      Files.deleteIfExists(patches());
    }
  }

  private Packed pack(
      Map<String, Path> contents,
      Map<String, Manifest.Entry> bases,
      Map<String, Path> old,
      Path file)
      throws IOException {
    try (HashingOutput out =
        new HashingOutput(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      OutputStream compressed = new ZstdOutputStream(out, LEVEL);
      try (PackedTar tar = new PackedTar(compressed)) {
        for (Map.Entry<String, Path> content : contents.entrySet()) {
          Optional<String> base =
              Optional.ofNullable(bases.get(content.getKey()))
                  .map(Manifest.Entry::sha256)
                  .filter(old::containsKey);
          add(tar, content.getKey(), content.getValue(), base, old);
        }
      }
      return new Packed(out.size(), out.sha256());
    }
  }

  private static Map<String, Manifest.Entry> bases(
      Manifest from, Map<String, Manifest.Entry> lacking) {
    BaseChoice choice = new BaseChoice(from);
    Map<String, Manifest.Entry> bases = new LinkedHashMap<>();
    lacking.forEach((content, entry) -> choice.of(entry).ifPresent(old -> bases.put(content, old)));
    return bases;
  }

  private Path patches() {
    return work.resolve("delta-patches");
  }

  /** The first file of each content that the old tree has not, in the new tree's order. */
  private static Map<String, Manifest.Entry> lacking(Manifest from, Manifest to) {
    Set<String> known = new HashSet<>();
    from.entries().forEach(entry -> known.add(entry.sha256()));
    Map<String, Manifest.Entry> lacking = new LinkedHashMap<>();
    for (Manifest.Entry entry : to.entries()) {
      if (entry.type() == Manifest.Type.FILE && !known.contains(entry.sha256())) {
        lacking.putIfAbsent(entry.sha256(), entry);
      }
    }
    return lacking;
  }

  /** A file VERSION that the archive has not is written by the device. */
  private static void requireAll(Map<String, Manifest.Entry> lacking, Set<String> found)
      throws IOException {
    for (Manifest.Entry entry : lacking.values()) {
      if (!found.contains(entry.sha256()) && !entry.path().equals(Manifest.VERSION_FILE)) {
        throw new IOException("the archive does not hold the signed content of " + entry.path());
      }
    }
  }

  private void add(
      PackedTar tar, String content, Path file, Optional<String> base, Map<String, Path> old)
      throws IOException {
    if (base.isPresent()) {
      Optional<List<FilePatch.Part>> parts =
          new FilePatch(old.get(base.get()), base.get(), LEVEL).write(file, patches());
      if (parts.isPresent() && Files.size(patches()) < FilePatch.compressedSize(file, LEVEL)) {
        long at = 0;
        for (FilePatch.Part part : parts.get()) {
          tar.add(DeltaEntry.patch(content, part.base()).name(), patches(), at, part.size());
          at += part.size();
        }
        return;
      }
    }
    tar.add(DeltaEntry.whole(content).name(), file, 0, Files.size(file));
  }
}
