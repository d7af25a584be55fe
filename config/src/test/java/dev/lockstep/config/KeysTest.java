package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Table, records and defaults.yaml say the same. */
class KeysTest {
  /** Components of records that are sections or the name of one. */
  private static final Set<String> NOT_KEYS =
      Set.of(
          "components.<id>.id",
          "components.<id>.process",
          "components.<id>.health",
          "components.<id>.backup_hooks");

  @Test
  void all_everyRecordComponent_hasAKeyAndViceVersa() {
    List<String> components = new ArrayList<>();
    for (Section section : Section.withKeys()) {
      for (RecordComponent component : section.type().getRecordComponents()) {
        String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        components.add(section.path() + '.' + name);
      }
    }
    components.removeAll(NOT_KEYS);

    assertThat(Keys.all()).extracting(Key::path).containsExactlyInAnyOrderElementsOf(components);
  }

  @Test
  void all_everyKeyWithADefault_isInDefaultsYamlAndViceVersa() {
    List<String> written = new ArrayList<>();
    flatten("", YamlDocument.resource("defaults.yaml"), written);

    assertThat(Keys.all().stream().filter(key -> key.presence() == Key.Presence.DEFAULTED))
        .extracting(Key::path)
        .containsExactlyInAnyOrderElementsOf(written);
  }

  @Test
  void all_names_areUnique() {
    assertThat(Keys.all()).extracting(Key::path).doesNotHaveDuplicates();
  }

  private static void flatten(String prefix, Node node, List<String> paths) {
    boolean keys = Keys.all().stream().anyMatch(key -> key.path().equals(prefix));
    if (keys || !(node instanceof Node.Mapping mapping)) {
      paths.add(prefix);
      return;
    }
    mapping
        .entries()
        .forEach(
            (name, child) -> flatten(prefix.isEmpty() ? name : prefix + '.' + name, child, paths));
  }
}
