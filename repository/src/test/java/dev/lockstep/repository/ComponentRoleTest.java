package dev.lockstep.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.repository.RepositoryDirectory.CurrentMetadata;
import dev.lockstep.repository.bundle.BundleWriter;
import dev.lockstep.repository.check.Finding;
import dev.lockstep.repository.check.RepositoryCheck;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import dev.lockstep.tuf.BundleFetcher;
import dev.lockstep.tuf.SignatureException;
import dev.lockstep.tuf.TargetFile;
import dev.lockstep.tuf.Updater;
import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Delegations;
import dev.lockstep.tuf.metadata.Header;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.Signer;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large channels: each component has metadata of its own. */
class ComponentRoleTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path folder;
  private Studio studio;

  private void initialize(int channelTargets) {
    studio =
        new Studio(folder, CLOCK)
            .initialize(
                RepositorySettings.defaults().withChannelTargets(channelTargets), KeyPlan.DEFAULT);
  }

  private void publish(String component, String version, String channel) throws IOException {
    studio
        .publisher()
        .publish(ReleaseSpec.of(component, version).withChannel(channel), studio.tree(component));
  }

  private List<String> inChannel(String channel) {
    CurrentMetadata current = studio.directory().current();
    return studio.directory().channel(current, channel).role().targets().keySet().stream()
        .filter(path -> path.endsWith(".manifest.json"))
        .toList();
  }

  private long version(String role) {
    return studio.directory().current().snapshot().role().of(role).orElseThrow().version();
  }

  private Updater reader(String name) throws IOException {
    Updater reader = studio.reader(name);
    reader.refresh();
    return reader;
  }

  private static List<String> below(Updater reader, String prefix) {
    return reader.targetsBelow("stable", prefix).stream()
        .map(TargetFile::path)
        .filter(path -> path.endsWith(".manifest.json"))
        .toList();
  }

  @Test
  @Tag("R60")
  @DisplayName("a channel that would become long gives the component a role of its own")
  void publish_beyondTheLimit_movesTheComponentOnly() throws IOException {
    initialize(4);
    publish("backend", "1.0.0", "stable");
    publish("kiosk-ui", "1.0.0", "stable");
    Updater sleeping = reader("sleeping");
    assertThat(sleeping.delegates("stable")).isFalse();

    publish("backend", "1.1.0", "stable");

    assertThat(inChannel("stable")).containsExactly("stable/kiosk-ui/kiosk-ui-1.0.0.manifest.json");
    sleeping.refresh();
    for (Updater reader : List.of(sleeping, reader("new"))) {
      assertThat(reader.delegates("stable")).isTrue();
      assertThat(below(reader, "stable/backend/"))
          .containsExactly(
              "stable/backend/backend-1.0.0.manifest.json",
              "stable/backend/backend-1.1.0.manifest.json");
      assertThat(below(reader, "stable/")).hasSize(3);
      assertThat(reader.findTarget("stable/backend/backend-1.0.0.manifest.json")).isPresent();
      reader.download(
          reader.getTarget("stable/backend/backend-1.1.0.tar.gz"), folder.resolve("fetched"));
    }
    assertThat(studio.directory().releases())
        .extracting(release -> release.component() + " " + release.version())
        .containsExactly("backend 1.0.0", "backend 1.1.0", "kiosk-ui 1.0.0");
    assertThat(findings()).isEmpty();
  }

  private List<Finding> findings() {
    return new RepositoryCheck(studio.directory(), CLOCK, Duration.ofDays(1), true)
        .run().stream().filter(Finding::failure).toList();
  }

  @Test
  @DisplayName("publishing signs the component's metadata, and not that of the channel")
  void publish_componentWithARole_leavesEverythingElse() throws IOException {
    initialize(0);
    publish("backend", "1.0.0", "stable");
    publish("kiosk-ui", "1.0.0", "stable");
    long channel = version("stable");

    publish("backend", "1.1.0", "stable");

    assertThat(version("stable")).isEqualTo(channel);
    assertThat(version("stable-kiosk-ui")).isEqualTo(1);
    assertThat(version("stable-backend")).isEqualTo(2);
  }

  @Test
  @Tag("R39")
  @DisplayName("promote, rollout, withdraw and refresh work on components' roles")
  void verbs_componentRoles_readersSeeTheResult() throws IOException {
    initialize(0);
    publish("backend", "1.0.0", "dev");
    publish("backend", "2.0.0", "dev");
    Publisher publisher = studio.publisher();
    ReleaseSelection first = ReleaseSelection.of("backend", "1.0.0", "dev");

    publisher.promote(first, "stable", OptionalInt.of(20));
    publisher.setRollout(ReleaseSelection.of("backend", "1.0.0", "stable"), 50);
    publisher.withdraw(first);
    publisher.refresh(Duration.ofDays(10_000));

    assertThat(Studio.seenBy(studio.reader("a")))
        .containsExactly("dev 2.0.0 100%", "stable 1.0.0 50%");
    assertThat(findings()).isEmpty();
    assertThat(version("dev-backend")).isEqualTo(4);
    assertThatThrownBy(() -> publisher.withdraw(first))
        .isInstanceOf(RepositoryException.NotFound.class);
  }

  @Test
  @Tag("R74")
  @DisplayName("a channel's new keys sign its components too, and the old one signs nothing more")
  void rotate_channelWithComponents_sleepingReaderFollowsAndOldKeyIsWorthless() throws IOException {
    initialize(0);
    publish("backend", "1.0.0", "stable");
    Updater sleeping = reader("sleeping");
    KeyFolder old = copyOfKeys();
    for (int i = 0; i < 2; i++) {
      studio.publisher().rotate(Rotation.of("stable"));
    }
    publish("backend", "1.1.0", "stable");

    assertThat(Studio.seenBy(sleeping)).containsExactly("stable 1.0.0 100%", "stable 1.1.0 100%");
    assertThatThrownBy(
            () ->
                Publisher.open(studio.repository(), old, CLOCK)
                    .publish(ReleaseSpec.of("backend", "9.0.0"), studio.tree("evil")))
        .isInstanceOf(RepositoryException.KeyUnusable.class);
  }

  private KeyFolder copyOfKeys() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("old-keys"));
    for (Path key : studio.keyFiles("stable")) {
      Files.copy(key, copy.resolve(key.getFileName()));
    }
    return new KeyFolder(copy, Passphrases.NONE);
  }

  @Test
  @DisplayName("a component's first release is signed elsewhere and merged here")
  void merge_componentRoleSignedElsewhere_readersSeeIt() throws IOException {
    initialize(0);
    Path key = studio.keyFiles("stable").get(0);
    Path aside = Files.createDirectory(folder.resolve("aside")).resolve(key.getFileName());
    Files.move(key, aside);
    Path draft = folder.resolve("draft.json");

    studio
        .publisher()
        .withDraft(draft)
        .publish(ReleaseSpec.of("backend", "1.0.0"), studio.tree("a"));
    assertThat(Draft.read(draft).missing()).containsOnlyKeys("stable", "stable-backend");
    Draft signed = Draft.read(draft).signedBy(new KeyFolder(aside.getParent(), Passphrases.NONE));
    studio.publisher().merge(List.of(signed));

    assertThat(Studio.seenBy(studio.reader("a"))).containsExactly("stable 1.0.0 100%");
    assertThatThrownBy(() -> studio.publisher().merge(List.of(signed)))
        .isInstanceOf(RepositoryException.Refused.class);
  }

  @Test
  @Tag("R54")
  @DisplayName("a bundle carries the roles of components")
  void bundle_componentRoles_offlineReaderFindsTheRelease() throws IOException {
    initialize(0);
    publish("backend", "1.0.0", "stable");
    Path file = folder.resolve("bundle.zip");
    new BundleWriter(studio.directory(), Set.of("stable"), Set.of()).writeTo(file);

    try (BundleFetcher bundle = new BundleFetcher(file)) {
      MemoryStore store = new MemoryStore();
      store.initializeRoot(Files.readAllBytes(studio.directory().rootFile()));
      Updater offline = new Updater(BundleFetcher.settings(), bundle, store, CLOCK);
      assertThat(Studio.seenBy(offline)).containsExactly("stable 1.0.0 100%");
      offline.download(
          offline.getTarget("stable/backend/backend-1.0.0.tar.gz"), folder.resolve("fetched"));
    }
  }

  @Test
  @Tag("R74")
  @DisplayName("what somebody without keys wrote into a component's metadata is not signed")
  void publish_componentMetadataChangedOnDisk_refused() throws IOException {
    initialize(0);
    publish("backend", "1.0.0", "stable");
    Path file = studio.directory().metadata().resolve("1.stable-backend.json");
    String text = Files.readString(file);
    int digit = text.indexOf("\"length\":") + "\"length\":".length();
    char other = text.charAt(digit) == '1' ? '2' : '1';
    Files.writeString(file, text.substring(0, digit) + other + text.substring(digit + 1));

    assertThatThrownBy(() -> publish("backend", "1.1.0", "stable"))
        .isInstanceOf(RepositoryException.StateUnusable.class)
        .hasMessageContaining("stable-backend is not signed by its keys");
    assertThatThrownBy(() -> Studio.seenBy(studio.reader("a")))
        .isInstanceOf(SignatureException.class);
  }

  @Test
  @Tag("R39")
  @DisplayName("a stolen dev key lists nothing in stable, whatever it delegates")
  void keyCompromise_devKeyDelegatesStablePaths_readersFindNothing() throws IOException {
    initialize(0);
    publish("backend", "1.0.0", "stable");
    publish("backend", "2.0.0", "dev");
    Updater reader = reader("a");
    TargetFile evil = reader.getTarget("dev/backend/backend-2.0.0.tar.gz");
    String path = "stable/backend/backend-9.0.0.tar.gz";
    TargetDescription listed = TargetDescription.of(evil.length(), evil.hashes(), JsonObject.EMPTY);

    forgeDev(path, listed);

    reader.refresh();
    assertThat(reader.findTarget(path)).isEmpty();
    assertThat(below(reader, "stable/")).hasSize(1);
    assertThat(reader.targetsBelow("dev", "stable/")).isEmpty();
    assertThat(reader.targetsOf("dev-stable")).isEmpty();
  }

  /** The dev role delegates all of stable to a role of its own, which lists a target there. */
  private void forgeDev(String path, TargetDescription target) throws IOException {
    RepositoryDirectory directory = studio.directory();
    CurrentMetadata current = directory.current();
    RoleKeys keys = Change.of(current).delegations().roleNamed("dev").orElseThrow().keys();
    Signer stolen = studio.keys().signers("dev", keys).get(0);
    TargetsRole before = directory.channel(current, "dev").role();
    DelegatedRole evil =
        DelegatedRole.byPaths("dev-stable", keys, true, List.of("stable/*/*", "dev/evil/*"));
    Delegations delegations =
        Delegations.of(Map.of(stolen.keyId(), stolen.publicKey()), List.of(evil));
    Instant expires = before.expires();
    Change change =
        Change.of(current)
            .with(
                "dev",
                new TargetsRole(
                    before.header().next(expires),
                    Map.of(path, target),
                    Optional.of(delegations),
                    before.extra()))
            .with("dev-stable", TargetsRole.of(Header.of(1, expires), Map.of(path, target)));
    MetadataWriter writer =
        new MetadataWriter(
            directory, directory.settings(), studio.keys(), FastFiles.immortal(), CLOCK);
    assertThat(writer.apply(current, change)).isEmpty();
  }

  @Test
  @DisplayName("with the same keys and clock, what was published first leaves no trace in the end")
  void publish_inAnotherOrder_sameCurrentMetadata() throws IOException {
    initialize(0);
    Studio twin = studio.copyTo(Files.createDirectory(folder.resolve("twin")));
    for (String component : List.of("kiosk-ui", "backend")) {
      publish(component, "1.0.0", "stable");
    }
    for (String component : List.of("backend", "kiosk-ui")) {
      twin.publisher().publish(ReleaseSpec.of(component, "1.0.0"), twin.tree(component));
    }

    CurrentMetadata current = studio.directory().current();
    assertThat(studio.directory().rolesOf(current, "stable"))
        .containsExactly("stable", "stable-backend", "stable-kiosk-ui");
    for (String role : List.of("stable", "stable-backend", "stable-kiosk-ui", "snapshot")) {
      String file =
          (role.equals("snapshot") ? current.snapshot().role().version() : version(role))
              + "."
              + role
              + ".json";
      assertThat(twin.directory().metadata().resolve(file))
          .hasSameBinaryContentAs(studio.directory().metadata().resolve(file));
    }
    assertThat(twin.directory().metadata().resolve("timestamp.json"))
        .hasSameBinaryContentAs(studio.directory().metadata().resolve("timestamp.json"));
  }
}
