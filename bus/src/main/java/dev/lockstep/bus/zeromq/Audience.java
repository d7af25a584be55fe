package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.core.Concern;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.core.ReadRights;
import dev.lockstep.bus.core.Serving;
import dev.lockstep.bus.zeromq.Readers.Reader;
import dev.lockstep.protocol.Reach;
import dev.lockstep.protocol.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The subscribers of one topic, so ordered that a message about one of a thousand devices is not
 * held against the rights of the thousand others. Used by the broker's thread.
 */
final class Audience {
  private final Set<Reader> all = new LinkedHashSet<>();
  private final Set<Reader> unbound = new LinkedHashSet<>();

  /** Bound ones by everything that they may call themselves. */
  private final Map<String, Set<Reader>> bound = new HashMap<>();

  void add(Reader reader) {
    if (!all.add(reader)) {
      return;
    }
    if (!reader.who().isBound()) {
      unbound.add(reader);
    }
    names(reader.who())
        .forEach(name -> bound.computeIfAbsent(name, any -> new LinkedHashSet<>()).add(reader));
  }

  void remove(Reader reader) {
    all.remove(reader);
    unbound.remove(reader);
    for (String name : names(reader.who())) {
      Set<Reader> same = bound.get(name);
      if (same != null && same.remove(reader) && same.isEmpty()) {
        bound.remove(name);
      }
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  Collection<Reader> all() {
    return all;
  }

  /** Whom a message reaches. */
  Collection<Reader> reachedBy(Topic<?> topic, Concern concern, Serving serving) {
    if (topic.reach() == Reach.EVERYBODY && concern.to().isEmpty()) {
      return all;
    }
    List<Reader> reached = new ArrayList<>();
    for (Reader reader : candidates(concern, serving)) {
      if (ReadRights.reaches(reader.who(), topic, concern, serving)) {
        reached.add(reader);
      }
    }
    return reached;
  }

  private Set<Reader> candidates(Concern concern, Serving serving) {
    boolean general = concern.device().isEmpty() || serving.serves(concern.device());
    if (general && concern.to().isEmpty()) {
      return all;
    }
    Set<Reader> candidates = new LinkedHashSet<>(unbound);
    if (!concern.to().isEmpty()) {
      candidates.addAll(bound.getOrDefault(concern.addressee(), Set.of()));
      return candidates;
    }
    candidates.addAll(bound.getOrDefault(concern.device(), Set.of()));
    for (String device : serving.devices()) {
      candidates.addAll(bound.getOrDefault(device, Set.of()));
    }
    return candidates;
  }

  private static Set<String> names(Participant who) {
    Set<String> names = new LinkedHashSet<>();
    if (who.isBound()) {
      names.add(who.name());
      names.add(who.device());
      names.add(who.component());
      names.remove("");
    }
    return names;
  }
}
