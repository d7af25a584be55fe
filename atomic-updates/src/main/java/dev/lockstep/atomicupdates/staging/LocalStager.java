package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Stages releases that this program itself made, with the steps that follow a download: tree,
 * check, sync, description, name. For rehearsals in a folder of their own: no publisher signed
 * them, so this is never a way to a component of the device.
 *
 * <p>Any thread, one call at a time.
 */
public final class LocalStager implements Stager {
  private final Path root;
  private final List<LocalRelease> releases;

  /** Stages these releases below that folder of components. */
  public LocalStager(Path root, List<LocalRelease> releases) {
    this.root = root;
    this.releases = List.copyOf(releases);
  }

  @Override
  public Staged stage(Request request, Listener listener) {
    String name = request.component() + " " + request.version();
    LocalRelease release =
        releases.stream()
            .filter(known -> known.manifest().component().equals(request.component()))
            .filter(known -> known.manifest().version().equals(request.version()))
            .findFirst()
            .orElseThrow(
                () ->
                    StagingFailures.refusal(
                        ErrorCode.ERROR_CODE_OFFER_UNKNOWN,
                        "cannot stage " + name + ": there is no such release; name another",
                        null));
    try {
      fill(new StagingFolders(root, request.component()), release);
    } catch (IOException disk) {
      throw StagingFailures.disk(name, disk);
    }
    listener.log(name + " is staged");
    return new Staged(release.description(), 0);
  }

  private static void fill(StagingFolders folders, LocalRelease release) throws IOException {
    Manifest manifest = release.manifest();
    Path folder = folders.createUnfinished(manifest.version());
    try {
      write(new NewTree(manifest, folder), release);
      new SlotNaming(folders, point -> {})
          .name(
              folder, new SlotFacts(manifest, ReleaseJson.write(manifest), release.description()));
    } catch (RuntimeException | IOException failed) {
      FileTrees.delete(folder);
      throw failed;
    }
  }

  private static void write(NewTree tree, LocalRelease release) throws IOException {
    tree.begin();
    for (Manifest.Entry entry : release.manifest().entries()) {
      if (entry.type() == Manifest.Type.FILE) {
        byte[] content = release.contents().get(entry.path()).getBytes(StandardCharsets.UTF_8);
        try (NewTree.NewFile file = tree.create(entry)) {
          file.write(content, content.length);
          file.finish();
        }
      }
    }
    tree.finish();
  }
}
