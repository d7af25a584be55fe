package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Delegations;
import dev.lockstep.tuf.metadata.Ed25519Signer;
import dev.lockstep.tuf.metadata.Header;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** The search against the words of section 5.6.7, taken down as plainly as possible. */
class DelegationSearchPropertiesTest {
  private static final Header HEADER = Header.of(1, RepositorySimulator.NOW);
  private static final RoleKeys KEYS = RoleKeys.of(List.of("key"), 1);
  private static final String[] PATHS = {"a/1", "a/2", "b/1"};
  private static final String[][] PATTERNS = {{"*/*"}, {"a/*"}, {"b/*"}, {"a/1", "b/1"}, {"x"}};

  /** Nobody signs here; the root only says that there is a role. */
  private static final RootRole ROOT =
      RootRole.of(
          HEADER,
          true,
          Map.of("key", Ed25519Signer.fromSeed(new byte[32]).publicKey()),
          Map.of("root", KEYS, "timestamp", KEYS, "snapshot", KEYS, "targets", KEYS));

  /** Roles are numbered: 0 is the top-level one. */
  private record Edge(int to, boolean terminating, String[] patterns) {
    boolean covers(String path) {
      // On purpose another way than PathPattern: these few patterns need no more.
      for (String pattern : patterns) {
        if (pattern.equals(path)
            || pattern.equals("*/*")
            || pattern.endsWith("/*") && path.startsWith(pattern.substring(0, 2))) {
          return true;
        }
      }
      return false;
    }
  }

  private final Map<Integer, List<Edge>> edges = new HashMap<>();
  private final Map<Integer, Set<String>> listed = new HashMap<>();

  /** Each number makes one delegation, or lets one role list one path. */
  private void build(List<Integer> numbers) {
    edges.clear();
    listed.clear();
    for (int number : numbers) {
      int n = number & Integer.MAX_VALUE;
      int from = n % 8;
      n /= 8;
      if (n % 3 == 0) {
        listed.computeIfAbsent(from, x -> new LinkedHashSet<>()).add(PATHS[n / 3 % PATHS.length]);
        continue;
      }
      n /= 3;
      int to = 1 + n % 7;
      n /= 7;
      List<Edge> own = edges.computeIfAbsent(from, x -> new ArrayList<>());
      if (own.stream().noneMatch(edge -> edge.to() == to)) {
        own.add(new Edge(to, n % 3 == 0, PATTERNS[n / 3 % PATTERNS.length]));
      }
    }
  }

  private static String name(int role) {
    return role == 0 ? "targets" : "role" + role;
  }

  private TargetsRole document(String name) {
    int role = name.equals("targets") ? 0 : Integer.parseInt(name.substring(4));
    Map<String, TargetDescription> targets = new LinkedHashMap<>();
    for (String path : listed.getOrDefault(role, Set.of())) {
      targets.put(path, TargetDescription.of(role, Map.of("sha256", "ab"), JsonObject.EMPTY));
    }
    List<DelegatedRole> roles =
        edges.getOrDefault(role, List.of()).stream()
            .map(
                edge ->
                    DelegatedRole.byPaths(
                        name(edge.to()), KEYS, edge.terminating(), List.of(edge.patterns())))
            .toList();
    return TargetsRole.of(HEADER, targets, Delegations.of(Map.of(), roles));
  }

  /** The model: "found" or "go on" from a role, or an end of everything. */
  private enum Outcome {
    FOUND,
    GO_ON,
    END
  }

  private Outcome visit(int role, String path, List<String> order) {
    if (order.contains(name(role))) {
      return Outcome.GO_ON;
    }
    order.add(name(role));
    if (listed.getOrDefault(role, Set.of()).contains(path)) {
      return Outcome.FOUND;
    }
    for (Edge edge : edges.getOrDefault(role, List.of())) {
      if (!edge.covers(path)) {
        continue;
      }
      Outcome outcome = visit(edge.to(), path, order);
      if (outcome != Outcome.GO_ON) {
        return outcome;
      }
      if (edge.terminating()) {
        return Outcome.END;
      }
    }
    return Outcome.GO_ON;
  }

  @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
  void find_anyGraph_visitsWhatTheSpecificationSays(@ForAll @Size(max = 40) List<Integer> graph) {
    build(graph);
    for (String path : PATHS) {
      List<String> expected = new ArrayList<>();
      Outcome outcome = visit(0, path, expected);
      List<String> visited = new ArrayList<>();

      Optional<DelegationSearch.Found> found =
          new DelegationSearch(
                  ROOT,
                  (role, authority) -> {
                    visited.add(role);
                    return document(role);
                  },
                  64)
              .find(path);

      assertThat(visited).isEqualTo(expected);
      assertThat(found.map(DelegationSearch.Found::role))
          .isEqualTo(
              outcome == Outcome.FOUND
                  ? Optional.of(expected.get(expected.size() - 1))
                  : Optional.empty());
    }
  }
}
