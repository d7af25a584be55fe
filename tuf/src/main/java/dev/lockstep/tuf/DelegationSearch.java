package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Delegations;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out which role speaks for a target path: the pre-order depth-first search of specification
 * section 5.6.7, over at most a given number of roles.
 */
final class DelegationSearch {

  /** Gives the verified document of a role. */
  interface Documents {
    TargetsRole of(String role, Authority authority);
  }

  /** A target and the role that lists it. */
  record Found(String role, TargetDescription target) {}

  private record Step(String role, Authority authority) {}

  private final RootRole root;
  private final Documents documents;
  private final int mostRoles;

  DelegationSearch(RootRole root, Documents documents, int mostRoles) {
    this.root = root;
    this.documents = documents;
    this.mostRoles = mostRoles;
  }

  /** Searches for a target path. */
  Optional<Found> find(String path) {
    Set<String> visited = new HashSet<>();
    Deque<Step> open = new ArrayDeque<>();
    open.push(topLevel());
    while (!open.isEmpty()) {
      Step step = open.pop();
      if (!visited.add(step.role())) {
        continue;
      }
      TargetsRole document = visit(step, visited, "the target " + path);
      TargetDescription target = document.targets().get(path);
      if (target != null) {
        return Optional.of(new Found(step.role(), target));
      }
      if (document.delegations().isPresent()) {
        descend(document.delegations().get(), path, open);
      }
    }
    return Optional.empty();
  }

  /** Section 5.6.7.2: in order of appearance, and nothing after a terminating delegation. */
  private static void descend(Delegations delegations, String path, Deque<Step> open) {
    List<Step> children = new ArrayList<>();
    for (DelegatedRole child : delegations.rolesFor(path)) {
      children.add(new Step(child.name(), Authority.of(delegations, child)));
      if (child.terminating()) {
        open.clear();
        break;
      }
    }
    Collections.reverse(children);
    children.forEach(open::push);
  }

  /**
   * The targets of a role, and of those that it delegates to, whose path begins with a prefix: each
   * only if a search for its path ends at the role that lists it. Roles that cannot list such a
   * path are not visited.
   */
  Map<String, TargetDescription> listBelow(String role, String prefix) {
    Map<String, TargetDescription> result = new LinkedHashMap<>();
    Set<String> visited = new HashSet<>();
    Deque<Step> open = new ArrayDeque<>();
    locate(role).ifPresent(open::add);
    while (!open.isEmpty()) {
      Step step = open.remove();
      if (!visited.add(step.role())) {
        continue;
      }
      TargetsRole document = visit(step, visited, "all targets of the role " + role);
      document
          .targets()
          .forEach(
              (path, target) -> {
                if (path.startsWith(prefix)
                    && find(path).filter(f -> f.role().equals(step.role())).isPresent()) {
                  result.put(path, target);
                }
              });
      document
          .delegations()
          .ifPresent(
              delegations ->
                  delegations
                      .rolesBelow(prefix)
                      .limit(mostRoles + 1L)
                      .forEach(
                          child ->
                              open.add(new Step(child.name(), Authority.of(delegations, child)))));
    }
    return result;
  }

  /** The document of a role by its name. */
  Optional<TargetsRole> documentOf(String role) {
    return locate(role).map(step -> documents.of(step.role(), step.authority()));
  }

  /**
   * Who delegates to a role of that name, breadth first, so that a role delegated by the top-level
   * targets costs no other document.
   */
  private Optional<Step> locate(String role) {
    Set<String> visited = new HashSet<>();
    Deque<Step> open = new ArrayDeque<>();
    open.add(topLevel());
    while (!open.isEmpty()) {
      Step step = open.remove();
      if (!visited.add(step.role())) {
        continue;
      }
      if (step.role().equals(role)) {
        return Optional.of(step);
      }
      TargetsRole document = visit(step, visited, "the role " + role);
      if (document.delegations().isEmpty()) {
        continue;
      }
      Delegations delegations = document.delegations().get();
      Optional<DelegatedRole> wanted = delegations.roleNamed(role);
      if (wanted.isPresent()) {
        return Optional.of(new Step(role, Authority.of(delegations, wanted.get())));
      }
      for (DelegatedRole child : delegations.roles()) {
        open.add(new Step(child.name(), Authority.of(delegations, child)));
      }
    }
    return Optional.empty();
  }

  private Step topLevel() {
    return new Step("targets", Authority.of(root, RoleType.TARGETS));
  }

  private TargetsRole visit(Step step, Set<String> visited, String searched) {
    if (visited.size() > mostRoles) {
      throw new LimitException(
          "cannot find "
              + searched
              + ": more than "
              + mostRoles
              + " roles would have to be searched; ask the publisher for simpler delegations");
    }
    return documents.of(step.role(), step.authority());
  }
}
