package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Ed25519Signer;
import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.Signer;
import dev.lockstep.tuf.metadata.SuccinctRoles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 5.6.7: which role speaks for a path. */
class DelegationTest {
  private final RepositorySimulator repository = new RepositorySimulator();
  private final ManualClock clock = new ManualClock();
  private final MemoryMetadataStore store = repository.initializedStore();
  private final Updater updater = repository.updater(store, clock);

  private List<String> rolesAskedFor() {
    return repository.requests.stream()
        .map(name -> name.replaceFirst("^[0-9]+\\.", "").replaceFirst("\\.json$", ""))
        .filter(name -> !List.of("root", "timestamp", "snapshot", "targets").contains(name))
        .toList();
  }

  private void publishAll() {
    repository.publish(repository.targets.keySet().toArray(String[]::new));
    updater.refresh();
  }

  @Test
  @Tag("R39")
  void targetsOf_channel_fetchesOnlyThatChannel() {
    for (String channel : List.of("stable", "beta", "dev")) {
      repository.delegate("targets", channel, true, channel + "/*/*");
      repository.addTarget(channel, channel + "/backend/backend-1.0.0.tar.gz", channel);
    }
    publishAll();

    List<TargetFile> found = updater.targetsOf("beta");

    assertThat(found)
        .extracting(TargetFile::path)
        .containsExactly("beta/backend/backend-1.0.0.tar.gz");
    assertThat(rolesAskedFor()).containsExactly("beta");
  }

  @Test
  @Tag("R39")
  void targetsOf_targetOutsideOfTheDelegation_isLeftOut() {
    repository.delegate("targets", "stable", true, "stable/*/*");
    repository.delegate("targets", "dev", true, "dev/*/*");
    repository.addTarget("dev", "stable/backend/backend-9.0.0.tar.gz", "evil");
    repository.addTarget("dev", "dev/backend/backend-9.0.0.tar.gz", "fine");
    publishAll();

    assertThat(updater.targetsOf("dev"))
        .extracting(TargetFile::path)
        .containsExactly("dev/backend/backend-9.0.0.tar.gz");
    assertThat(updater.findTarget("stable/backend/backend-9.0.0.tar.gz")).isEmpty();
  }

  @Test
  void targetsOf_targetThatAnEarlierRoleLists_isLeftOut() {
    repository.delegate("targets", "first", false, "*");
    repository.delegate("targets", "second", false, "*");
    repository.addTarget("first", "file", "first");
    repository.addTarget("second", "file", "second");
    repository.addTarget("second", "other", "second");
    publishAll();

    assertThat(updater.targetsOf("second")).extracting(TargetFile::path).containsExactly("other");
  }

  @Test
  void targetsOf_roleFurtherDown_isFound() {
    repository.delegate("targets", "a", false, "a/*");
    repository.delegate("a", "b", false, "a/*");
    repository.addTarget("b", "a/file", "b");
    publishAll();

    assertThat(updater.targetsOf("b")).extracting(TargetFile::path).containsExactly("a/file");
    assertThat(updater.targetsOf("nobody")).isEmpty();
  }

  @Test
  void targetsBelow_prefix_fetchesOnlyRolesThatMayListIt() {
    repository.delegate("targets", "stable", true, "stable/*/*");
    repository.addTarget("stable", "stable/backend/old", "old");
    repository.addTarget("stable", "stable/kiosk/old", "old");
    for (String component : List.of("backend", "kiosk", "printer")) {
      repository.delegate("stable", component, true, "stable/" + component + "/*");
      repository.addTarget(component, "stable/" + component + "/new", component);
      repository.addTarget(component, "stable/elsewhere/" + component, component);
    }
    publishAll();

    List<TargetFile> found = updater.targetsBelow("stable", "stable/backend/");

    assertThat(found)
        .extracting(TargetFile::path)
        .containsExactly("stable/backend/old", "stable/backend/new");
    assertThat(rolesAskedFor()).containsExactly("stable", "backend");
    assertThat(updater.targetsBelow("stable", "stable/")).hasSize(5);
    assertThat(updater.targetsBelow("nobody", "stable/")).isEmpty();
    assertThat(updater.delegates("stable")).isTrue();
    assertThat(updater.delegates("backend")).isFalse();
  }

  @Test
  void targetsBelow_moreRolesThanTheLimit_isAnError() {
    repository.delegate("targets", "stable", true, "stable/*/*");
    for (int i = 0; i < 70; i++) {
      repository.delegate("stable", "role" + i, true, "stable/" + i + "/*");
    }
    publishAll();

    assertThat(updater.targetsBelow("stable", "stable/7/")).isEmpty();
    assertThatThrownBy(() -> updater.targetsBelow("stable", "stable/"))
        .isInstanceOf(LimitException.class);
  }

  @Test
  void targetsBelow_targetThatAnEarlierRoleLists_isLeftOut() {
    repository.delegate("targets", "first", false, "x/*");
    repository.delegate("targets", "second", false, "x/*");
    repository.addTarget("first", "x/file", "first");
    repository.addTarget("second", "x/file", "second");
    repository.addTarget("second", "x/other", "second");
    publishAll();

    assertThat(updater.targetsBelow("second", "x/"))
        .extracting(TargetFile::path)
        .containsExactly("x/other");
  }

  @Test
  void targetsBelow_cycle_ends() {
    repository.delegate("targets", "a", false, "x/*");
    repository.delegate("a", "b", false, "x/*");
    repository.delegate("b", "a", false, "x/*");
    repository.addTarget("b", "x/file", "b");
    publishAll();

    assertThat(updater.targetsBelow("a", "x/"))
        .extracting(TargetFile::path)
        .containsExactly("x/file");
  }

  @Test
  void findTarget_searchesPreOrderDepthFirst() {
    repository.delegate("targets", "a", false, "*");
    repository.delegate("targets", "b", false, "*");
    repository.delegate("a", "a1", false, "*");
    repository.delegate("a", "a2", false, "*");
    repository.delegate("a1", "a11", false, "*");
    repository.delegate("b", "b1", false, "*");
    publishAll();

    assertThat(updater.findTarget("missing")).isEmpty();

    assertThat(rolesAskedFor()).containsExactly("a", "a1", "a11", "a2", "b", "b1");
  }

  @Test
  void findTarget_terminatingDelegation_endsTheWholeSearch() {
    repository.delegate("targets", "a", false, "*");
    repository.delegate("targets", "b", false, "*");
    repository.delegate("a", "end", true, "*");
    repository.delegate("a", "after", false, "*");
    repository.addTarget("b", "file", "b");
    publishAll();

    assertThat(updater.findTarget("file")).isEmpty();

    assertThat(rolesAskedFor()).containsExactly("a", "end");
  }

  @Test
  void findTarget_terminatingDelegationForOtherPaths_doesNotMatter() {
    repository.delegate("targets", "a", true, "a/*");
    repository.delegate("targets", "b", false, "*");
    repository.addTarget("b", "file", "b");
    publishAll();

    assertThat(updater.findTarget("file")).isPresent();
    assertThat(rolesAskedFor()).containsExactly("b");
  }

  @Test
  void findTarget_cycle_endsTheSearch() {
    repository.delegate("targets", "a", false, "*");
    repository.delegate("a", "b", false, "*");
    repository.delegate("b", "a", false, "*");
    publishAll();

    assertThat(updater.findTarget("file")).isEmpty();
    assertThat(rolesAskedFor()).containsExactly("a", "b");
  }

  @Test
  void findTarget_asManyRolesAsTheLimit_isFine() {
    for (int i = 0; i < 63; i++) {
      repository.delegate("targets", "r" + i, false, "*");
    }
    repository.addTarget("r62", "file", "x");
    publishAll();

    assertThat(updater.findTarget("file")).isPresent();
    assertThat(updater.findTarget("other")).isEmpty();
  }

  @Test
  void findTarget_moreRolesThanTheLimit_isAnError() {
    for (int i = 0; i < 64; i++) {
      repository.delegate("targets", "r" + i, false, "*");
    }
    publishAll();

    assertThatThrownBy(() -> updater.findTarget("file")).isInstanceOf(LimitException.class);
  }

  @Test
  void findTarget_roleDelegatedByTwoParents_isVerifiedForTheOneThatLeadsThere() {
    repository.delegate("targets", "a", false, "a/*");
    repository.delegate("targets", "b", false, "b/*");
    repository.delegate("a", "shared", false, "*/*");
    repository.addTarget("shared", "a/file", "x");
    repository.addTarget("shared", "b/file", "x");
    repository.publish("targets", "a", "b", "shared");
    // b delegates to the same name with a key that has not signed.
    List<Signer> real = repository.signers.put("shared", List.of(Ed25519Signer.generate()));
    repository.delegate("b", "shared", false, "*/*");
    repository.publish("b");
    repository.signers.put("shared", real);
    updater.refresh();

    assertThat(updater.findTarget("a/file")).isPresent();
    assertThatThrownBy(() -> updater.findTarget("b/file")).isInstanceOf(SignatureException.class);
  }

  @Test
  @Tag("R74")
  void findTarget_cachedRoleWhoseDelegatorHasAnotherKeyNow_isVerifiedAgain() {
    repository.delegate("targets", "stable", true, "*");
    repository.addTarget("stable", "file", "x");
    publishAll();
    assertThat(updater.findTarget("file")).isPresent();
    repository.rotate("stable");
    repository.delegate("targets", "stable", true, "*");
    repository.publish("targets");

    updater.refresh();
    assertThatThrownBy(() -> updater.findTarget("file")).isInstanceOf(SignatureException.class);
    Updater later = repository.updater(store, clock);
    later.refresh();
    assertThatThrownBy(() -> later.findTarget("file")).isInstanceOf(SignatureException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?", "#", "/delegatedrole", "../delegatedrole", "ä ö", "a%2Fb", "."})
  void findTarget_awkwardRoleName_staysOneNameInOneFolder(String name) {
    repository.delegate("targets", name, false, "*");
    repository.addTarget(name, "file", "x");
    publishAll();

    assertThat(updater.findTarget("file")).isPresent();
    assertThat(repository.requests).contains("1." + RoleNames.encode(name) + ".json");
  }

  @Test
  void encode_charactersThatAreSafe_standAsTheyAre() {
    assertThat(RoleNames.encode("azAZ09-._~")).isEqualTo("azAZ09-._~");
    assertThat(RoleNames.encode("`{@[/:\u00e4")).isEqualTo("%60%7B%40%5B%2F%3A%C3%A4");
  }

  @Test
  void delegation_withTheNameOfATopLevelRole_isRefused() {
    for (String name : List.of("root", "timestamp", "snapshot", "targets", "")) {
      assertThatThrownBy(
              () -> DelegatedRole.byPaths(name, RoleKeys.of(List.of("k"), 1), false, List.of("*")))
          .hasMessageContaining("cannot have the name");
    }
  }

  @Test
  void findTarget_pathHashPrefixes_decide() {
    String path = "some/file";
    String hash = Hashes.hex("sha256", path.getBytes(StandardCharsets.UTF_8));
    repository.delegate("targets", "other", true);
    repository.delegate("targets", "mine", true);
    byHashPrefix("other", hash.startsWith("0") ? "1" : "0");
    byHashPrefix("mine", hash.substring(0, 2));
    repository.addTarget("mine", path, "x");
    publishAll();

    assertThat(updater.findTarget(path)).isPresent();
    assertThat(rolesAskedFor()).containsExactly("mine");
  }

  private void byHashPrefix(String role, String prefix) {
    repository
        .delegations
        .get("targets")
        .computeIfPresent(
            role,
            (name, old) ->
                new DelegatedRole(
                    name, old.keys(), true, List.of(), List.of(prefix), JsonObject.EMPTY));
  }

  @Test
  void findTarget_succinctBins_costOneBin() {
    repository.signers.put("bins", new ArrayList<>(List.of(Ed25519Signer.generate())));
    SuccinctRoles bins =
        SuccinctRoles.of(
            RoleKeys.of(List.of(repository.signers.get("bins").get(0).keyId()), 1), 4, "bin");
    repository.bins.put("targets", bins);
    for (int i = 0; i < 16; i++) {
      repository.targets.put(bins.nameOf(i), new LinkedHashMap<>());
      repository.signers.put(bins.nameOf(i), repository.signers.get("bins"));
    }
    String bin = bins.roleFor("some/file").name();
    repository.addTarget(bin, "some/file", "x");
    publishAll();

    assertThat(updater.findTarget("some/file")).isPresent();
    assertThat(rolesAskedFor()).containsExactly(bin);
    assertThat(updater.targetsOf(bin)).hasSize(1);
  }

  @Test
  void findTarget_roleMissing_reportsIt() {
    repository.delegate("targets", "a", false, "*");
    publishAll();
    repository.files.remove("metadata/1.a.json");

    assertThatThrownBy(() -> updater.findTarget("file"))
        .isInstanceOfSatisfying(FetchException.class, e -> assertThat(e.isMissing()).isTrue());
  }

  @Test
  void findTarget_pathLeavingTheFolder_isNotLocated() {
    repository.addTarget("targets", "a", "x");
    publishAll();
    TargetFile target = updater.findTarget("a").orElseThrow();
    TargetFile evil =
        new TargetFile("../../a", target.length(), target.hashes(), target.customJson());

    assertThatThrownBy(() -> updater.locate(evil))
        .isInstanceOfSatisfying(
            UnknownTargetException.class,
            e -> assertThat(e.code()).isEqualTo("TRUST_UNKNOWN_TARGET"));
  }
}
