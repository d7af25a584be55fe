package dev.lockstep.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.tuf.TargetFile;
import dev.lockstep.tuf.Updater;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A release after it was published: promoted, rolled out, withdrawn. */
class ReleaseLifeTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path folder;
  private Studio studio;
  private Publisher publisher;
  private Updater reader;

  @BeforeEach
  void publishInDev() throws IOException {
    studio = new Studio(folder, CLOCK).initialize();
    publisher = studio.publisher();
    for (String platform : List.of("linux/amd64", "linux/arm64")) {
      publisher.publish(
          ReleaseSpec.of("backend", "1.0.0").withChannel("dev").withPlatform(platform),
          studio.tree(platform.replace('/', '-')));
    }
    reader = studio.reader("a");
  }

  private static ReleaseSelection in(String channel) {
    return ReleaseSelection.of("backend", "1.0.0", channel);
  }

  @Test
  @Tag("R39")
  @DisplayName("a promoted release is the same bytes in the new channel, and stored once")
  void promote_devToBetaToStable_readerFetchesTheSameBytes() throws IOException {
    publisher.promote(in("dev"), "beta", OptionalInt.of(10));
    List<ReleaseDescription> promoted =
        publisher.promote(in("beta").withPlatform("linux/arm64"), "stable", OptionalInt.empty());

    assertThat(Studio.seenBy(reader))
        .containsExactly(
            "beta 1.0.0 10%",
            "beta 1.0.0 10%", "dev 1.0.0 100%", "dev 1.0.0 100%", "stable 1.0.0 10%");
    ReleaseDescription.Artifact artifact = promoted.get(0).artifacts().get(0);
    assertThat(artifact.target()).isEqualTo("stable/backend/backend-1.0.0-linux-arm64.tar.gz");
    TargetFile inStable = reader.getTarget(artifact.target());
    TargetFile inDev = reader.getTarget("dev" + artifact.target().substring("stable".length()));
    reader.download(inStable, folder.resolve("stable"));
    reader.download(inDev, folder.resolve("dev"));
    assertThat(folder.resolve("stable")).hasSameBinaryContentAs(folder.resolve("dev"));
    Path one = studio.directory().targetFile(inStable.path(), inStable.hashes().get("sha256"));
    Path other = studio.directory().targetFile(inDev.path(), inDev.hashes().get("sha256"));
    assertThat(Files.readAttributes(one, "unix:ino"))
        .isEqualTo(Files.readAttributes(other, "unix:ino"));
    assertThat(studio.directory().incoming()).isEmptyDirectory();
  }

  @Test
  void promote_twiceOrNothingOrToItself_refused() {
    publisher.promote(in("dev"), "beta", OptionalInt.empty());

    assertThatThrownBy(() -> publisher.promote(in("dev"), "beta", OptionalInt.empty()))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessageContaining("already published");
    assertThatThrownBy(() -> publisher.promote(in("stable"), "beta", OptionalInt.empty()))
        .isInstanceOf(RepositoryException.NotFound.class)
        .hasMessageContaining("there is no backend 1.0.0 in stable");
    assertThatThrownBy(() -> publisher.promote(in("dev"), "dev", OptionalInt.empty()))
        .isInstanceOf(RepositoryException.Refused.class);
    assertThatThrownBy(() -> publisher.promote(in("dev"), "nightly", OptionalInt.empty()))
        .isInstanceOf(RepositoryException.Refused.class);
  }

  @Test
  @Tag("R76")
  @DisplayName("what somebody changed on the server is not signed into another channel")
  void promote_contentWasTamperedWith_refusedAndNothingVisible() throws IOException {
    Studio.seenBy(reader);
    TargetFile target = reader.getTarget("dev/backend/backend-1.0.0-linux-arm64.tar.gz");
    Path file = studio.directory().targetFile(target.path(), target.hashes().get("sha256"));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);

    assertThatThrownBy(() -> publisher.promote(in("dev"), "stable", OptionalInt.empty()))
        .isInstanceOf(RepositoryException.StateUnusable.class)
        .hasMessageContaining("is not the file that was signed");
    assertThat(Studio.releases(reader, "stable")).isEmpty();
  }

  @Test
  @Tag("R74")
  @DisplayName("metadata that its keys did not sign is never signed anew")
  void publish_channelWasForged_refused() throws IOException {
    Studio forger = new Studio(folder.resolve("forger"), CLOCK).initialize();
    forger
        .publisher()
        .publish(ReleaseSpec.of("backend", "6.6.6").withChannel("dev"), studio.tree("evil"));
    Files.walk(forger.repository().resolve("metadata"))
        .filter(file -> Files.isRegularFile(file) && !file.toString().contains("root"))
        .forEach(
            file -> {
              try {
                Files.write(
                    studio.repository().resolve("metadata").resolve(file.getFileName()),
                    Files.readAllBytes(file));
              } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
              }
            });
    ReleaseContent content = studio.tree("b");

    assertThatThrownBy(
            () -> publisher.publish(ReleaseSpec.of("backend", "1.1.0").withChannel("dev"), content))
        .isInstanceOf(RepositoryException.StateUnusable.class)
        .hasMessageContaining("timestamp is not signed by its keys");
    assertThat(Files.readString(studio.directory().metadataFile("timestamp.json")))
        .isEqualTo(Files.readString(forger.directory().metadataFile("timestamp.json")));
  }

  @Test
  void withdraw_oneOfTwoPlatforms_theOtherStays() throws IOException {
    publisher.withdraw(in("dev").withPlatform("linux/amd64"));

    reader.refresh();
    assertThat(Studio.releases(reader, "dev"))
        .extracting(ReleaseDescription::platform)
        .containsExactly("linux/arm64");
    assertThat(reader.findTarget("dev/backend/backend-1.0.0-linux-amd64.tar.gz")).isEmpty();
    publisher.withdraw(in("dev"));
    assertThat(Studio.seenBy(reader)).isEmpty();
    assertThatThrownBy(() -> publisher.withdraw(in("dev")))
        .isInstanceOf(RepositoryException.NotFound.class);
  }

  @Test
  @Tag("R48")
  @DisplayName("a paused rollout goes on from where it was")
  void rollout_setPauseResume_readerSeesTheShare() {
    publisher.setRollout(in("dev"), 25);
    assertThat(Studio.seenBy(reader)).containsOnly("dev 1.0.0 25%");

    publisher.pauseRollout(in("dev"));
    assertThat(Studio.seenBy(reader)).containsOnly("dev 1.0.0 0%");
    assertThatThrownBy(() -> publisher.pauseRollout(in("dev")))
        .isInstanceOf(RepositoryException.Refused.class);

    studio.publisher().resumeRollout(in("dev"));
    assertThat(Studio.seenBy(reader)).containsOnly("dev 1.0.0 25%");
    assertThatThrownBy(() -> publisher.resumeRollout(in("dev")))
        .isInstanceOf(RepositoryException.Refused.class);
    publisher.pauseRollout(in("dev"));
    publisher.setRollout(in("dev"), 50);
    assertThat(Studio.seenBy(reader)).containsOnly("dev 1.0.0 50%");
    assertThatThrownBy(() -> publisher.setRollout(in("dev"), 101))
        .isInstanceOf(RepositoryException.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0.0-linux-amd64", "1.0.0-rc.1-windows-x86_64", "2.0.0-darwin-arm64"})
  @Tag("R110")
  @DisplayName("a version that would take the target name of another platform's release is refused")
  void publish_versionEndsLikeAPlatform_refused(String version) throws IOException {
    ReleaseContent content = studio.tree("b");
    String asked = version.replace('_', '-').replace("x86-64", "x64");

    assertThatThrownBy(() -> publisher.publish(ReleaseSpec.of("backend", asked), content))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessageContaining("ends like a platform");
  }

  @Test
  @Tag("R110")
  void publish_versionIsAnUnusualPlatformsTarget_refusedAndToldApart() throws IOException {
    publisher.publish(
        ReleaseSpec.of("backend", "3.0.0").withPlatform("haiku/ppc"), studio.tree("b"));
    ReleaseContent content = studio.tree("c");

    assertThatThrownBy(
            () -> publisher.publish(ReleaseSpec.of("backend", "3.0.0-haiku-ppc"), content))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessageContaining("is that of 3.0.0 for haiku/ppc");
  }

  @Test
  void difference_twoVersions_everyKindOfChange() throws IOException {
    Path one = Trees.small(folder.resolve("one"), "same");
    Path other = Trees.small(folder.resolve("other"), "same");
    Files.writeString(one.resolve("gone.txt"), "12345");
    Files.writeString(other.resolve("new.txt"), "123");
    Files.writeString(other.resolve("lib/text.txt"), "longer than before");
    Trees.mode(other.resolve("bin/run"), "rw-r--r--");
    publisher.publish(ReleaseSpec.of("ui", "1.0.0"), ReleaseContent.tree(one));
    publisher.publish(ReleaseSpec.of("ui", "1.1.0"), ReleaseContent.tree(other));

    ReleaseDifference difference =
        ReleaseDifference.between(
            studio.directory(),
            ReleaseSelection.of("ui", "1.0.0", "stable"),
            ReleaseSelection.of("ui", "1.1.0", "stable"));

    Map<String, ReleaseDifference.Kind> kinds = new java.util.TreeMap<>();
    difference.changes().forEach(change -> kinds.put(change.path(), change.kind()));
    assertThat(kinds)
        .isEqualTo(
            Map.of(
                "VERSION", ReleaseDifference.Kind.CHANGED,
                "bin/run", ReleaseDifference.Kind.MODE,
                "gone.txt", ReleaseDifference.Kind.REMOVED,
                "lib/text.txt", ReleaseDifference.Kind.CHANGED,
                "new.txt", ReleaseDifference.Kind.ADDED));
    assertThatThrownBy(() -> ReleaseDifference.between(studio.directory(), in("dev"), in("dev")))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessageContaining("--platform");
  }
}
