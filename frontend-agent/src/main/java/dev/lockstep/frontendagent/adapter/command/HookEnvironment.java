package dev.lockstep.frontendagent.adapter.command;

import dev.lockstep.frontendagent.port.Frontend.ShownNotice;
import dev.lockstep.frontendagent.port.Frontend.StoreNotice;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The variables in which a command finds what it is to show. None has a line break in it. */
final class HookEnvironment {
  private static final int MOST_VALUE = 1000;
  private static final String KIND = "LOCKSTEP_NOTICE";

  private HookEnvironment() {}

  /** Of a planned restart, or of there being none. */
  static Map<String, String> of(Optional<ShownNotice> shown, Instant now) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put(KIND, shown.isPresent() ? "planned" : "none");
    shown.ifPresent(notice -> describe(notice, now, environment));
    return environment;
  }

  private static void describe(ShownNotice notice, Instant now, Map<String, String> environment) {
    long in = Duration.between(now, notice.plannedAt()).toSeconds();
    environment.put("LOCKSTEP_NOTICE_ID", text(notice.id()));
    environment.put("LOCKSTEP_DEVICE", text(notice.device()));
    environment.put("LOCKSTEP_COMPONENT", text(notice.component()));
    environment.put("LOCKSTEP_AT", notice.plannedAt().toString());
    environment.put("LOCKSTEP_IN_SECONDS", Long.toString(Math.max(0, in)));
    environment.put(
        "LOCKSTEP_DOWNTIME_SECONDS", Long.toString(notice.expectedDowntime().toSeconds()));
    environment.put(
        "LOCKSTEP_POSTPONABLE_UNTIL", notice.postponableUntil().map(Object::toString).orElse(""));
    environment.put("LOCKSTEP_REASON", text(notice.reason()));
    environment.put("LOCKSTEP_FROM_VERSION", text(notice.fromVersion()));
    environment.put("LOCKSTEP_TO_VERSION", text(notice.toVersion()));
  }

  /** Of a version in a store, or of there being none any more. */
  static Map<String, String> ofStore(Optional<StoreNotice> shown) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put(KIND, shown.isPresent() ? "in-store" : "not-in-store");
    shown.ifPresent(
        notice -> {
          environment.put("LOCKSTEP_STORE_LINK", text(notice.storeLink()));
          environment.put("LOCKSTEP_FROM_VERSION", text(notice.fromVersion()));
          environment.put("LOCKSTEP_TO_VERSION", text(notice.toVersion()));
          environment.put("LOCKSTEP_MINIMUM_VERSION", text(notice.minimumVersion()));
          environment.put("LOCKSTEP_TOO_OLD", Boolean.toString(notice.tooOld()));
        });
    return environment;
  }

  private static String text(String value) {
    String cut = value.length() > MOST_VALUE ? value.substring(0, MOST_VALUE) : value;
    return cut.replaceAll("\\p{Cntrl}", " ");
  }
}
