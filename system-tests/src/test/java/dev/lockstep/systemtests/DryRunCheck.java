package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A dry run of 1.3.0, staged everywhere, on the hub and two kiosks. */
final class DryRunCheck {
  /** So often something else may write in between: a hub lives. */
  private static final int TRIES = 5;

  private DryRunCheck() {}

  static void saysAllAndLeavesNoTrace(KeptDemo demo) throws IOException {
    List<String> changed = List.of();
    for (int i = 0; i < TRIES; i++) {
      Map<String, String> before = files(demo);
      Run run = demo.lockstep("install", "--dry-run", "--json");
      Map<String, String> after = files(demo);
      assertThat(run.exitCode()).as(run.toString()).isZero();
      saysAll(run);
      changed = changed(before, after);
      if (changed.isEmpty()) {
        saysItToPeople(demo);
        return;
      }
    }
    assertThat(changed).as("changed by each of %d dry runs", TRIES).isEmpty();
  }

  private static List<String> changed(Map<String, String> before, Map<String, String> after) {
    List<String> changed = new ArrayList<>();
    before.forEach(
        (name, content) -> {
          if (!content.equals(after.get(name))) {
            changed.add(name);
          }
        });
    after.keySet().stream().filter(name -> !before.containsKey(name)).forEach(changed::add);
    return changed;
  }

  private static void saysAll(Run run) {
    List<JsonNode> answers = run.json();
    assertThat(answers).hasSize(4);
    assertThat(answers.get(0).path("device").stringValue("")).isEmpty();
    for (JsonNode answer : answers.subList(1, 4)) {
      assertThat(answer.get("outcome").stringValue()).isEqualTo("INSTALL_OUTCOME_DRY_RUN");
      JsonNode forecast = answer.get("forecast");
      assertThat(forecast.get("staged").booleanValue()).isTrue();
      assertThat(forecast.get("restarts").get(0)).isEqualTo(answer.get("component"));
      assertThat(forecast.get("expected_downtime")).as("known from the update before").isNotNull();
    }
    assertThat(answers.get(1).get("device").stringValue()).as("backend first").isEqualTo("hub");
    // Both kiosks use what the backend provides.
    assertThat(answers.get(1).get("forecast").get("asked").toString())
        .contains("kiosk-ui on kiosk-1", "kiosk-ui on kiosk-2");
  }

  private static void saysItToPeople(KeptDemo demo) {
    Run run = demo.lockstep("install", "backend@1.3.0", "--dry-run");
    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.out())
        .containsSubsequence(
            "The whole, in this order:",
            "backend on hub: 1.1.0 to 1.3.0",
            "backend on hub 1.1.0 -> 1.3.0:",
            "download nothing",
            "stop backend 1.1.0",
            "back up data (",
            "start backend 1.3.0",
            "expected downtime: about ");
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
    Run unknown = demo.lockstep("install", "backend@7.7.7", "--dry-run");
    assertThat(unknown.exitCode()).as(unknown.toString()).isNotZero();
  }

  /**
   * Everything of all devices with its content, journals and their -wal and -shm included; but for
   * what running components write all the time, their data and output, and Lockstep's own logs.
   */
  private static Map<String, String> files(KeptDemo demo) throws IOException {
    Map<String, String> found = new TreeMap<>();
    for (String device : List.of("hub", "kiosk-1", "kiosk-2")) {
      try (Stream<Path> walk = Files.walk(demo.folder().resolve(device))) {
        for (Path path : walk.toList()) {
          String name = demo.folder().relativize(path).toString();
          if (!name.contains("/data") && !name.contains("logs/") && !name.endsWith(".log")) {
            found.put(name, content(path));
          }
        }
      }
    }
    assertThat(found.keySet())
        .anyMatch(name -> name.endsWith("hub/state/atomic.db-shm"))
        .anyMatch(name -> name.endsWith("versions.db-wal"));
    return found;
  }

  private static String content(Path path) throws IOException {
    try {
      if (Files.isSymbolicLink(path)) {
        return Files.readSymbolicLink(path).toString();
      }
      return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
          ? Arrays.hashCode(Files.readAllBytes(path)) + " of " + Files.size(path)
          : "folder";
    } catch (NoSuchFileException gone) {
      return "gone";
    }
  }
}
