package dev.lockstep.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.KeyType;
import dev.lockstep.repository.key.Passphrases;
import dev.lockstep.repository.key.PublicKeyFile;
import dev.lockstep.tuf.TufException;
import dev.lockstep.tuf.Updater;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys that come and go, and readers that follow. */
class RotationTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path folder;
  private Studio studio;

  @BeforeEach
  void open() {
    studio = new Studio(folder, CLOCK);
  }

  private void publish(String version) throws IOException {
    studio.publisher().publish(ReleaseSpec.of("backend", version), studio.tree("a"));
  }

  private static String keyId(Path keyFile) {
    return keyFile.getFileName().toString().split("\\.")[1];
  }

  @Test
  @Tag("R74")
  @Tag("R74")
  @DisplayName("all keys of all roles rotated twice: a client that slept through it follows")
  void rotate_everyRoleTwice_sleepingAndWakefulClientsFollow() throws IOException {
    studio.initialize();
    publish("1.0.0");
    Updater sleeper = studio.reader("sleeper");
    Updater wakeful = studio.reader("wakeful");
    Studio.seenBy(sleeper);
    for (int round = 1; round <= 2; round++) {
      for (String role : RepositorySettings.ROLES) {
        List<Path> before = studio.keyFiles(role);
        studio.publisher().rotate(Rotation.of(role));
        // The old keys are gone for good: nothing may need them from here on.
        for (Path key : before) {
          Files.delete(key);
        }
        assertThat(Studio.seenBy(wakeful)).contains("stable 1.0.0 100%");
      }
      publish("1." + round + ".0");
    }

    assertThat(Studio.seenBy(sleeper))
        .containsExactly("stable 1.0.0 100%", "stable 1.1.0 100%", "stable 1.2.0 100%")
        .isEqualTo(Studio.seenBy(wakeful))
        .isEqualTo(Studio.seenBy(studio.reader("new")));
    assertThat(studio.directory().current().root().role().version()).isEqualTo(9);
  }

  @Test
  @Tag("R74")
  @DisplayName("300 root versions: a device that was off all the time comes back")
  void rotate_rootThreeHundredTimes_sleepingClientFollows() throws IOException {
    studio.initialize();
    Updater sleeper = studio.reader(new MemoryStore());
    Publisher publisher = studio.publisher();
    for (int version = 2; version <= 300; version++) {
      List<Path> before = studio.keyFiles("root");
      publisher.rotate(Rotation.of("root"));
      Files.delete(before.get(0));
    }
    publish("1.0.0");

    assertThat(Studio.seenBy(sleeper)).containsExactly("stable 1.0.0 100%");
    assertThat(studio.directory().current().root().role().version()).isEqualTo(300);
  }

  @Test
  @DisplayName("two of three root keys recover the lost third one")
  void rotate_oneRootKeyLost_replacedAndClientsFollow() throws IOException {
    studio.initialize(
        RepositorySettings.defaults().withThreshold("root", 2),
        KeyPlan.DEFAULT.withCount("root", 3));
    Updater reader = studio.reader("a");
    Studio.seenBy(reader);
    Path lost = studio.keyFiles("root").get(1);
    Files.delete(lost);

    studio.publisher().rotate(Rotation.of("root").withReplaced(List.of(keyId(lost))));

    // From here on another of the old keys may get lost too.
    Files.delete(
        studio.keyFiles("root").stream()
            .filter(key -> !key.equals(lost))
            .findFirst()
            .orElseThrow());
    studio.publisher().rotate(Rotation.of("timestamp"));
    assertThat(Studio.seenBy(reader)).isEmpty();
    assertThat(studio.directory().current().root().role().roles().get("root").keyIds())
        .hasSize(3)
        .noneMatch(id -> id.startsWith(keyId(lost)));
  }

  @Test
  @DisplayName("with too few root keys left nothing is changed, and the error says so")
  void rotate_thresholdNoLongerMet_refused() throws IOException {
    studio.initialize(
        RepositorySettings.defaults().withThreshold("root", 2),
        KeyPlan.DEFAULT.withCount("root", 2));
    Files.delete(studio.keyFiles("root").get(0));

    assertThatThrownBy(() -> studio.publisher().rotate(Rotation.of("timestamp")))
        .isInstanceOf(RepositoryException.KeyUnusable.class)
        .hasMessageContaining("cannot sign root: 1 of the needed 2 keys");
    assertThat(studio.directory().current().root().role().version()).isEqualTo(1);
  }

  @Test
  @DisplayName("lost keys of every role but root are replaced by the root key")
  void rotate_everyOtherKeyLost_rootReplacesThem() throws IOException {
    studio.initialize();
    publish("1.0.0");
    Updater reader = studio.reader("a");
    Studio.seenBy(reader);
    for (String role : List.of("timestamp", "snapshot", "targets", "stable", "beta", "dev")) {
      for (Path key : studio.keyFiles(role)) {
        Files.delete(key);
      }
    }
    assertThatThrownBy(() -> publish("1.1.0")).isInstanceOf(RepositoryException.KeyUnusable.class);

    studio
        .publisher()
        .rotate(Rotation.of("timestamp"), Rotation.of("snapshot"), Rotation.of("targets"));
    for (String channel : RepositorySettings.CHANNELS) {
      studio.publisher().rotate(Rotation.of(channel));
    }
    publish("1.1.0");

    assertThat(Studio.seenBy(reader)).containsExactly("stable 1.0.0 100%", "stable 1.1.0 100%");
  }

  @Test
  @Tag("R74")
  @DisplayName("a rotated-out key cannot sign any more")
  void rotate_stableKey_oldKeyIsWorthless() throws IOException {
    studio.initialize();
    List<Path> old = studio.keyFiles("stable");
    studio.publisher().rotate(Rotation.of("stable"));
    for (Path key : studio.keyFiles("stable")) {
      if (!old.contains(key)) {
        Files.delete(key);
      }
    }

    assertThatThrownBy(() -> publish("1.0.0"))
        .isInstanceOf(RepositoryException.KeyUnusable.class)
        .hasMessageContaining("cannot sign stable: 0 of the needed 1");
  }

  @ParameterizedTest
  @EnumSource(KeyType.class)
  @DisplayName("every role with keys of any type is accepted by the client")
  void initialize_keyType_clientAccepts(KeyType type) throws IOException {
    KeyPlan plan = KeyPlan.DEFAULT;
    for (String role : List.of("root", "timestamp", "stable")) {
      plan = plan.withType(role, type);
    }
    studio.initialize(RepositorySettings.defaults(), plan);
    publish("1.0.0");
    studio.publisher().rotate(Rotation.of("stable").withType(KeyType.ECDSA_P256));

    assertThat(Studio.seenBy(studio.reader("a"))).containsExactly("stable 1.0.0 100%");
    assertThat(Files.readString(studio.directory().rootFile()))
        .contains("\"scheme\":\"" + type.scheme() + "\"");
  }

  @Test
  void rotate_addAndThreshold_bothMustSignFromThenOn() throws IOException {
    studio.initialize();
    Path first = studio.keyFiles("stable").get(0);
    studio.publisher().rotate(Rotation.of("stable").withAllKept(true).withThreshold(2));
    publish("1.0.0");
    assertThat(Studio.seenBy(studio.reader("a"))).hasSize(1);
    Files.delete(first);

    assertThatThrownBy(() -> publish("1.1.0")).hasMessageContaining("1 of the needed 2");
    assertThatThrownBy(() -> studio.publisher().rotate(Rotation.of("dev").withThreshold(2)))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessageContaining("2 of 1 keys cannot sign");
    assertThatThrownBy(
            () -> studio.publisher().rotate(Rotation.of("dev").withReplaced(List.of("zz"))))
        .isInstanceOf(RepositoryException.Refused.class);
  }

  @Test
  @Tag("R148")
  @DisplayName("root keys on two other machines: drafted here, signed there, merged here")
  void rotate_rootKeysElsewhere_draftSignedByTwoHoldersAndMerged() throws IOException {
    studio.initialize(
        RepositorySettings.defaults().withThreshold("root", 2),
        KeyPlan.DEFAULT.withCount("root", 2));
    Updater reader = studio.reader("a");
    Path draft = folder.resolve("draft.json");
    KeyFolder[] holders = new KeyFolder[2];
    for (int i = 0; i < 2; i++) {
      Path place = Files.createDirectory(folder.resolve("holder-" + i));
      Path key = studio.keyFiles("root").get(0);
      Files.move(key, place.resolve(key.getFileName()));
      holders[i] = new KeyFolder(place, Passphrases.NONE);
    }
    Path made = holders[0].generate("root");
    Publisher publisher = studio.publisher().withDraft(draft);
    publisher.rotate(
        Rotation.of("root")
            .withReplaced(
                List.of(
                    holders[0].publicKeys("root").stream()
                        .filter(key -> !key.equals(PublicKeyFile.read(made).key()))
                        .findFirst()
                        .orElseThrow()
                        .id()))
            .withGiven(List.of(PublicKeyFile.read(made).key())));
    assertThat(publisher.waitsForSignatures()).isTrue();
    assertThat(studio.directory().current().root().role().version()).isEqualTo(1);
    assertThat(Draft.read(draft).describe())
        .anyMatch(line -> line.startsWith("root version 2"))
        .anyMatch(line -> line.startsWith("  root: + key " + keyId(made)));

    // Each holder signs a copy of his own; one of them is not enough.
    Path copy = folder.resolve("copy.json");
    Draft.read(draft).signedBy(holders[0]).writeTo(copy);
    Draft.read(draft).signedBy(holders[1]).writeTo(draft);
    Publisher merging = studio.publisher();
    assertThatThrownBy(() -> merging.merge(List.of(Draft.read(copy))))
        .isInstanceOf(RepositoryException.KeyUnusable.class)
        .hasMessageContaining("cannot sign root: 1 of the needed 2");
    merging.merge(List.of(Draft.read(copy), Draft.read(draft)));

    assertThat(Studio.seenBy(reader)).isEmpty();
    assertThat(studio.directory().current().root().role().version()).isEqualTo(2);
    assertThatThrownBy(() -> merging.merge(List.of(Draft.read(copy), Draft.read(draft))))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessageContaining("has changed since");
  }

  @Test
  @DisplayName("a release whose channel's key is elsewhere: drafted, signed, merged")
  void publish_channelKeyElsewhere_mergedWhenSigned() throws IOException {
    studio.initialize();
    Path place = Files.createDirectory(folder.resolve("holder"));
    Path key = studio.keyFiles("stable").get(0);
    Files.move(key, place.resolve(key.getFileName()));
    Path draft = folder.resolve("draft.json");
    Publisher publisher = studio.publisher().withDraft(draft);

    publisher.publish(ReleaseSpec.of("backend", "1.0.0"), studio.tree("a"));
    Updater reader = studio.reader("a");
    assertThat(Studio.seenBy(reader)).isEmpty();
    assertThat(Draft.read(draft).describe())
        .anyMatch(line -> line.startsWith("  + stable/backend/backend-1.0.0.manifest.json"));
    Draft.read(draft).signedBy(new KeyFolder(place, Passphrases.NONE)).writeTo(draft);
    publisher.merge(List.of(Draft.read(draft)));

    assertThat(Studio.seenBy(reader)).containsExactly("stable 1.0.0 100%");
    Draft other = Draft.read(draft);
    publish("0.9.0", "dev");
    assertThatThrownBy(() -> publisher.merge(List.of(other)))
        .isInstanceOf(RepositoryException.Refused.class);
  }

  private void publish(String version, String channel) throws IOException {
    studio
        .publisher()
        .publish(ReleaseSpec.of("backend", version).withChannel(channel), studio.tree("a"));
  }

  @Test
  @Tag("R75")
  @DisplayName("refresh renews what expires soon, and reports what it has no key for")
  void refresh_nearTheEnd_renewsAllItHasKeysFor() throws IOException {
    studio.initialize();
    publish("1.0.0");
    Clock later = Clock.offset(CLOCK, Duration.ofDays(350));
    Files.delete(studio.keyFiles("beta").get(0));
    Publisher publisher = Publisher.open(studio.repository(), studio.keys(), later);

    Renewal renewal = publisher.refresh(Duration.ofDays(30));

    assertThat(renewal.renewed()).containsOnlyKeys("root", "targets", "stable", "dev");
    assertThat(renewal.due()).containsOnlyKeys("beta");
    assertThat(publisher.refresh(Duration.ofDays(30)).renewed()).isEmpty();
    Updater reader = studio.reader("late", Clock.offset(later, Duration.ofDays(6)));
    reader.refresh();
    assertThat(Studio.releases(reader, "stable")).hasSize(1);
    Updater tooLate = studio.reader("too-late", Clock.offset(later, Duration.ofDays(20)));
    assertThatThrownBy(tooLate::refresh)
        .extracting(failure -> ((TufException) failure).code())
        .isEqualTo("TRUST_EXPIRED");
  }
}
