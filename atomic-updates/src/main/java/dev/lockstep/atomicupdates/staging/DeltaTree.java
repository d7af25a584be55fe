package dev.lockstep.atomicupdates.staging;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.lockstep.atomicupdates.staging.ArchiveReader.Item;
import dev.lockstep.protocol.release.DeltaEntry;
import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.Manifest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the tree of a manifest from a delta and the slot that it starts from.
 *
 * <p>Nothing of either is believed: an entry names a content that the manifest has or is refused,
 * and each file is finished only with its signed hash. Files that did not change are copied, not
 * linked: a component that writes into its own files would otherwise change the new slot and the
 * old one together. Needs memory for one block and one part of an old file, however large the files
 * are. Fails with {@code ARCHIVE_UNSAFE}, {@code ARCHIVE_UNREADABLE}, {@code MANIFEST_MISMATCH} or
 * {@code DOWNLOAD_CANCELLED}; the folder is then the caller's to remove.
 */
final class DeltaTree {
  private static final Logger LOG = LoggerFactory.getLogger(DeltaTree.class);
  private static final int CHUNK = 128 * 1024;

  private final Manifest manifest;
  private final NewTree tree;
  private final Path slot;
  private final BooleanSupplier cancelled;

  /** Where the old slot has which content. */
  private final Map<String, Path> old = new HashMap<>();

  /** The files of each content that the old slot has not, and that did not come yet. */
  private final Map<String, List<Manifest.Entry>> lacking = new LinkedHashMap<>();

  private final byte[] chunk = new byte[CHUNK];

  /**
   * Writes into an existing, empty folder.
   *
   * @param from the manifest of the old slot
   * @param slot the old slot
   * @param cancelled asked after every 128 KiB
   */
  DeltaTree(Manifest manifest, NewTree tree, Manifest from, Path slot, BooleanSupplier cancelled) {
    this.manifest = manifest;
    this.tree = tree;
    this.slot = slot;
    this.cancelled = cancelled;
    for (Manifest.Entry entry : from.entries()) {
      if (entry.type() == Manifest.Type.FILE) {
        old.putIfAbsent(entry.sha256(), slot.resolve(entry.path()));
      }
    }
    for (Manifest.Entry entry : manifest.entries()) {
      if (entry.type() == Manifest.Type.FILE && !old.containsKey(entry.sha256())) {
        lacking.computeIfAbsent(entry.sha256(), content -> new ArrayList<>()).add(entry);
      }
    }
  }

  /** Writes everything, then sets the modes. */
  void write(ArchiveReader delta) throws IOException {
    tree.begin();
    Optional<Item> item = delta.next();
    while (item.isPresent()) {
      DeltaEntry entry = parse(item.get());
      List<Manifest.Entry> files = lacking.remove(entry.content());
      if (files == null) {
        throw StagingFailures.mismatch(
            tree.release(), "its delta has a content that is not lacking, " + entry.content());
      }
      try (NewTree.NewFile file = tree.create(files.get(0))) {
        item = entry.base().isEmpty() ? takeWhole(delta, file) : takePatches(delta, item, file);
        file.finish();
      }
      for (Manifest.Entry copy : files.subList(1, files.size())) {
        copy(tree.path(files.get(0)), copy);
      }
    }
    takeVersion();
    for (Manifest.Entry entry : manifest.entries()) {
      if (entry.type() == Manifest.Type.FILE && old.containsKey(entry.sha256())) {
        copy(old.get(entry.sha256()), entry);
      }
    }
    tree.finish();
  }

  private DeltaEntry parse(Item item) {
    if (item.kind() != ArchiveReader.Kind.FILE || item.privileged()) {
      throw StagingFailures.unsafe(tree.release(), "its delta holds something else than files");
    }
    try {
      return DeltaEntry.parse(item.name());
    } catch (MalformedReleaseException other) {
      throw StagingFailures.unsafe(tree.release(), other.getMessage());
    }
  }

  private Optional<Item> takeWhole(ArchiveReader delta, NewTree.NewFile file) throws IOException {
    for (int read = delta.read(chunk); read >= 0; read = delta.read(chunk)) {
      requireNotCancelled();
      file.write(chunk, read);
    }
    return delta.next();
  }

  /** All patches of one content follow each other; gives the item after them. */
  private Optional<Item> takePatches(
      ArchiveReader delta, Optional<Item> first, NewTree.NewFile file) throws IOException {
    String content = parse(first.orElseThrow()).content();
    byte[] block = new byte[DeltaEntry.MAX_BLOCK];
    Optional<Item> item = first;
    while (item.isPresent()) {
      DeltaEntry entry = parse(item.get());
      if (!entry.content().equals(content) || entry.base().isEmpty()) {
        return item;
      }
      requireNotCancelled();
      if (item.get().size() > DeltaEntry.MAX_PATCH) {
        throw StagingFailures.unsafe(tree.release(), "its delta has an enormous patch");
      }
      byte[] patch = readFully(delta, (int) item.get().size());
      file.write(block, apply(patch, readBase(entry.base().get()), block));
      item = delta.next();
    }
    return item;
  }

  private byte[] readFully(ArchiveReader delta, int size) {
    byte[] bytes = new byte[size];
    int at = 0;
    for (int read = delta.read(chunk); read >= 0; read = delta.read(chunk)) {
      if (at + read > size) {
        throw StagingFailures.unsafe(tree.release(), "its delta has a patch of another size");
      }
      System.arraycopy(chunk, 0, bytes, at, read);
      at += read;
    }
    return bytes;
  }

  private byte[] readBase(DeltaEntry.Base base) throws IOException {
    Path file = old.get(base.content());
    if (file == null) {
      throw StagingFailures.mismatch(tree.release(), "its delta needs a file that is not there");
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      in.skipNBytes(base.offset());
      byte[] bytes = in.readNBytes(base.length());
      if (bytes.length == base.length()) {
        return bytes;
      }
    } catch (EOFException tooShort) {
      LOG.debug("{} ends before a patch begins", file, tooShort);
    }
    throw StagingFailures.mismatch(tree.release(), slot.relativize(file) + " is too short");
  }

  /** In one go into a block of a fixed size: no more memory is taken, whatever the patch says. */
  private int apply(byte[] patch, byte[] base, byte[] block) {
    try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
      context.loadDict(base);
      return context.decompressByteArray(block, 0, block.length, patch, 0, patch.length);
    } catch (ZstdException unusable) {
      throw StagingFailures.unreadable("the delta of " + tree.release(), unusable);
    }
  }

  /** What the artifact need not carry. */
  private void takeVersion() throws IOException {
    for (List<Manifest.Entry> files : lacking.values()) {
      for (Manifest.Entry entry : files) {
        if (!entry.path().equals(Manifest.VERSION_FILE)) {
          throw StagingFailures.mismatch(tree.release(), "its delta lacks " + entry.path());
        }
        tree.createVersion(entry);
      }
    }
  }

  private void copy(Path from, Manifest.Entry to) throws IOException {
    try (InputStream in = Files.newInputStream(from, LinkOption.NOFOLLOW_LINKS);
        NewTree.NewFile file = tree.create(to)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        requireNotCancelled();
        file.write(chunk, read);
      }
      file.finish();
    }
  }

  private void requireNotCancelled() {
    if (cancelled.getAsBoolean()) {
      throw StagingFailures.cancelled(tree.release());
    }
  }
}
