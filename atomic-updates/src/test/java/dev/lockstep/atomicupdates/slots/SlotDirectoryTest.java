package dev.lockstep.atomicupdates.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotDirectoryTest {
  private static final String EMPTY_SHA256 =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final ReleaseVersion V1 = ReleaseVersion.parse("1.0.0");
  private static final ReleaseVersion V2 = ReleaseVersion.parse("2.0.0");
  @TempDir Path home;
  private final List<String> seen = new ArrayList<>();
  private SlotDirectory slots;

  @BeforeEach
  void prepare() throws IOException {
    slot(V1);
    slot(V2);
    // At every fault point the link is whole: that is what atomic means.
    FaultPoints watching =
        point -> {
          if (Files.exists(home.resolve("current"), LinkOption.NOFOLLOW_LINKS)) {
            seen.add(
                new SlotDirectory(home, Optional.empty(), FaultPoints.NONE).active().get() + "");
          }
        };
    slots = new SlotDirectory(home, Optional.empty(), watching);
  }

  private void slot(ReleaseVersion version) throws IOException {
    Path slot = Files.createDirectories(home.resolve("releases").resolve(version.toString()));
    Files.writeString(slot.resolve("VERSION"), version + "\n");
    Manifest manifest =
        new Manifest(
            "backend", version, List.of(Manifest.Entry.file("VERSION", 0644, 6, EMPTY_SHA256)));
    Files.createDirectories(home.resolve("manifests"));
    Files.write(home.resolve("manifests/" + version + ".json"), ReleaseJson.write(manifest));
  }

  @Test
  @Tag("R98")
  void activate_again_linkIsOldOrNewAtEveryPoint() throws IOException {
    slots.activate(V1);
    slots.setPrevious(V1);
    slots.activate(V2);

    assertThat(slots.active()).contains(V2);
    assertThat(slots.previous()).contains(V1);
    assertThat(seen).containsOnly("1.0.0", "2.0.0").isSorted();
    assertThat(Files.readSymbolicLink(home.resolve("current")))
        .isEqualTo(Path.of("releases/2.0.0"));
  }

  @Test
  void activate_preparedLinkWasLeft_isReplaced() throws IOException {
    Files.createSymbolicLink(home.resolve(".current.next"), Path.of("releases/9.9.9"));
    slots.activate(V1);
    assertThat(slots.active()).contains(V1);
    assertThat(home.resolve(".current.next")).doesNotExist();
  }

  @Test
  @Tag("R18")
  void active_versionFileMissingOrMalformed_distinctErrors() throws IOException {
    assertThat(slots.active()).isEmpty();
    slots.activate(V1);
    Files.writeString(home.resolve("releases/1.0.0/VERSION"), "v1");
    assertThatThrownBy(slots::active)
        .isInstanceOfSatisfying(
            AtomicUpdatesException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.ERROR_CODE_CHECK_VERSION_MALFORMED));
    Files.delete(home.resolve("releases/1.0.0/VERSION"));
    assertThatThrownBy(slots::active)
        .isInstanceOfSatisfying(
            AtomicUpdatesException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.ERROR_CODE_CHECK_VERSION_MISSING));
  }

  @Test
  @Tag("R29")
  void active_osReleaseFile_isAccepted() throws IOException {
    Path file = home.resolve("os-release");
    Files.writeString(file, "NAME=\"Kiosk\"\nVERSION_ID=\"3.1.4\"\n");
    assertThat(new SlotDirectory(home, Optional.of(file), FaultPoints.NONE).active())
        .contains(ReleaseVersion.parse("3.1.4"));
  }

  @Test
  void slots_withoutManifestOrHalfRemoved_doNotCount() throws IOException {
    Files.delete(home.resolve("manifests/2.0.0.json"));
    Files.createDirectories(home.resolve("releases/.removing-0.9.0/lib"));
    assertThat(slots.slots()).containsExactly(V1);
    slots.sweep();
    assertThat(home.resolve("releases/.removing-0.9.0")).doesNotExist();
  }

  @Test
  void remove_readOnlyFolders_areRemovedTooAndOthersStay() throws IOException {
    Path folder = Files.createDirectory(home.resolve("releases/2.0.0/sealed"));
    Files.writeString(folder.resolve("file"), "x");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));

    assertThat(slots.remove(List.of(V2))).containsExactly(V2);

    assertThat(home.resolve("releases/2.0.0")).doesNotExist();
    assertThat(home.resolve("manifests/2.0.0.json")).doesNotExist();
    assertThat(slots.slots()).containsExactly(V1);
  }

  @Test
  @Tag("R76")
  void differences_contentIsAnother_told() throws IOException {
    assertThat(slots.quickDifference(V1)).isEmpty();
    assertThat(slots.differences(V1)).singleElement().asString().contains("VERSION");
    Files.writeString(home.resolve("releases/1.0.0/VERSION"), "1");
    assertThat(slots.quickDifference(V1)).isPresent();
  }

  @Test
  void deactivate_thenNothingIsActive() throws IOException {
    slots.activate(V1);
    slots.deactivate();
    slots.deactivate();
    assertThat(slots.active()).isEmpty();
  }
}
