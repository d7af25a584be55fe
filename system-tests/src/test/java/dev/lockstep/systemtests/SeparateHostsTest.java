package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A hub and three frontend devices on hosts of their own, behind bad cables that are pulled in the
 * middle of each phase of an update.
 */
class SeparateHostsTest {
  private static final Duration AWAY = Duration.ofSeconds(6);
  @TempDir Path folder;

  @Test
  @Tag("R16")
  @Tag("R67")
  @Tag("R106")
  @Tag("R107")
  @Tag("R108")
  @Tag("R164")
  void update_cablesPulledInEachPhase_endsWithAllDevicesOnTheNewVersion() throws IOException {
    String missing = Network.missing();
    assumeTrue(missing.isEmpty(), missing);
    Network network = Network.of(List.of("hub", "kiosk-1", "kiosk-2", "kiosk-3"));
    try (HostFleet fleet = new HostFleet(folder, network)) {
      for (String kiosk : HostFleet.KIOSKS) {
        System.out.println(network.spoil(kiosk, 3));
      }
      Awaitility.await("all four hosts are there")
          .atMost(Duration.ofSeconds(90))
          .until(() -> fleet.lockstep("status", "--json").out().split("\"device\"").length > 4);
      fleet.publish("1.0.0");
      fleet.update();
      fleet.awaitRunning(all("1.0.0"));

      fleet.publish("1.1.0");
      CompletableFuture<?> cables =
          CompletableFuture.allOf(
              pulled(fleet, network, "kiosk-1", "its download", downloading("kiosk-1")),
              pulled(fleet, network, "kiosk-2", "the backend's install", phase("hub", "VERIFY")),
              pulled(fleet, network, "kiosk-3", "its activation", phase("kiosk-3", "ACTIVATE")));
      fleet.update();
      fleet.awaitEvent("a download goes on", downloading("kiosk-1"));
      Run check = fleet.lockstep("check", "--force");
      assertThat(check.exitCode()).as("a check meanwhile: %s", check).isZero();
      cables.join();
      fleet.awaitRunning(all("1.1.0"));
      backendWasFirst(fleet);

      fleet.publish("1.2.0");
      cables =
          CompletableFuture.allOf(
              pulled(fleet, network, "hub", "its preparation", phase("hub", "PREPARE")),
              pulled(fleet, network, "kiosk-1", "its preparation", phase("kiosk-1", "PREPARE")),
              pulled(fleet, network, "kiosk-2", "its verification", phase("kiosk-2", "VERIFY")));
      fleet.update();
      cables.join();
      fleet.awaitRunning(all("1.2.0"));
      backendWasFirst(fleet);
    }
  }

  private static Map<String, String> all(String version) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(HostFleet.HUB, version);
    HostFleet.KIOSKS.forEach(kiosk -> all.put(kiosk, version));
    return all;
  }

  private static Predicate<JsonNode> phase(String device, String phase) {
    return HostFleet.phase(device, phase);
  }

  private static Predicate<JsonNode> downloading(String device) {
    return event ->
        event.get("topic").stringValue().equals("update/download/progress")
            && event.path("payload").path("device").stringValue("").equals(device);
  }

  /** Pulls a host's cable at that moment, and puts it in again after a while. */
  private static CompletableFuture<Void> pulled(
      HostFleet fleet, Network network, String host, String when, Predicate<JsonNode> moment) {
    return CompletableFuture.runAsync(
        () -> {
          fleet.awaitEvent(host + " in " + when, moment);
          network.unplug(host);
          System.out.println(host + ": the cable is pulled in " + when);
          Awaitility.await().pollDelay(AWAY).atMost(AWAY.multipliedBy(3)).until(() -> true);
          network.plug(host);
        },
        task -> new Thread(task, "cable-" + host).start());
  }

  /** No frontend's install was seen to activate before the backend's was committed. */
  private static void backendWasFirst(HostFleet fleet) {
    List<JsonNode> events = fleet.events();
    int committed = first(events, phase("hub", "COMMIT"));
    assertThat(committed).isNotNegative();
    for (String kiosk : HostFleet.KIOSKS) {
      int activated = first(events, phase(kiosk, "ACTIVATE"));
      assertThat(activated < 0 || activated > committed).as(kiosk).isTrue();
    }
  }

  private static int first(List<JsonNode> events, Predicate<JsonNode> wanted) {
    for (int i = 0; i < events.size(); i++) {
      if (wanted.test(events.get(i))) {
        return i;
      }
    }
    return -1;
  }
}
