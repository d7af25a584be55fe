package dev.lockstep.app.command;

import dev.lockstep.protocol.v1.Hold;
import dev.lockstep.protocol.v1.PolicyChanged;
import dev.lockstep.protocol.v1.ReleaseId;
import java.util.ArrayList;
import java.util.List;

/** The policy as people read it. */
final class PolicyText {
  private PolicyText() {}

  static String of(PolicyChanged policy) {
    List<String> lines = new ArrayList<>();
    for (Hold hold : policy.getHoldsList()) {
      lines.add(
          "%s until %s%s (%s)"
              .formatted(
                  hold.getComponent().isEmpty()
                      ? "everything is held"
                      : hold.getComponent() + " is held",
                  hold.hasUntil() ? MessageText.time(hold.getUntil()) : "it is lifted",
                  hold.getReason().isEmpty() ? "" : ": " + hold.getReason(),
                  hold.getSetBy()));
    }
    for (ReleaseId skip : policy.getSkipsList()) {
      lines.add("%s %s is skipped".formatted(skip.getComponent(), skip.getVersion()));
    }
    if (lines.isEmpty()) {
      lines.add("nothing is held or skipped");
    }
    lines.add(
        "automatic download %s, install %s, of what is critical %s; preferred time %s; channel %s"
            .formatted(
                onOff(policy.getAutoDownload()),
                onOff(policy.getAutoInstall()),
                onOff(policy.getCriticalInstall()),
                policy.getPreferredTime(),
                policy.getChannel()));
    return String.join("\n", lines);
  }

  private static String onOff(boolean value) {
    return value ? "on" : "off";
  }
}
