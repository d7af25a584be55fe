package dev.lockstep.repository.delta;

import dev.lockstep.protocol.release.Manifest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which old file a new one is likely to be made from: the one of the same path, or one whose path
 * differs in digits only, as a library's does whose name tells its version.
 */
final class BaseChoice {
  private final Map<String, Manifest.Entry> byPath = new HashMap<>();
  private final Map<String, Manifest.Entry> byShape = new HashMap<>();

  BaseChoice(Manifest old) {
    for (Manifest.Entry entry : old.entries()) {
      if (entry.type() == Manifest.Type.FILE && entry.size() > 0) {
        byPath.put(entry.path(), entry);
        byShape.putIfAbsent(shape(entry.path()), entry);
      }
    }
  }

  Optional<Manifest.Entry> of(Manifest.Entry file) {
    Manifest.Entry same = byPath.get(file.path());
    return Optional.ofNullable(same == null ? byShape.get(shape(file.path())) : same);
  }

  private static String shape(String path) {
    return path.replaceAll("[0-9]+([._-][0-9]+)*", "0");
  }
}
