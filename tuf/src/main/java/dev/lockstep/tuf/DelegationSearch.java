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
import java.util.List;
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
   * The document of a role by its name, breadth first, so that a role delegated by the top-level
   * targets costs no other document.
   */
  Optional<TargetsRole> documentOf(String role) {
    Set<String> visited = new HashSet<>();
    Deque<Step> open = new ArrayDeque<>();
    open.add(topLevel());
    while (!open.isEmpty()) {
      Step step = open.remove();
      if (!visited.add(step.role())) {
        continue;
      }
      TargetsRole document = visit(step, visited, "the role " + role);
      if (step.role().equals(role)) {
        return Optional.of(document);
      }
      if (document.delegations().isEmpty()) {
        continue;
      }
      Delegations delegations = document.delegations().get();
      Optional<DelegatedRole> wanted = delegations.roleNamed(role);
      if (wanted.isPresent()) {
        return Optional.of(documents.of(role, Authority.of(delegations, wanted.get())));
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
