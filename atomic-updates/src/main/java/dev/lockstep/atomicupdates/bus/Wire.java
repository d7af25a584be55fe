package dev.lockstep.atomicupdates.bus;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.bus.Received;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.protocol.v1.Error;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.RevertData;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Values, domain to wire. */
final class Wire {
  private Wire() {}

  static Timestamp time(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static Duration duration(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  /** Empty where there is none. */
  static String version(ReleaseVersion version) {
    return version == null ? "" : version.toString();
  }

  static Error error(AtomicUpdatesException error) {
    return Error.newBuilder()
        .setCode(error.code())
        .setCategory(error.category())
        .setMessage(error.getMessage())
        .build();
  }

  static Error error(Failure failure) {
    return Error.newBuilder()
        .setCode(failure.code())
        .setCategory(failure.category())
        .setMessage(failure.message())
        .build();
  }

  static InstallOutcome outcome(dev.lockstep.atomicupdates.port.Reports.Outcome outcome) {
    return switch (outcome) {
      case COMMITTED -> InstallOutcome.INSTALL_OUTCOME_COMMITTED;
      case REVERTED -> InstallOutcome.INSTALL_OUTCOME_REVERTED;
      case REVERT_FAILED -> InstallOutcome.INSTALL_OUTCOME_REVERT_FAILED;
      case REFUSED -> InstallOutcome.INSTALL_OUTCOME_REFUSED;
      case DRY_RUN -> InstallOutcome.INSTALL_OUTCOME_DRY_RUN;
      case DEFERRED -> InstallOutcome.INSTALL_OUTCOME_DEFERRED;
    };
  }

  static ComponentRole role(ComponentSettings.Role role) {
    return switch (role) {
      case BACKEND -> ComponentRole.COMPONENT_ROLE_BACKEND;
      case FRONTEND -> ComponentRole.COMPONENT_ROLE_FRONTEND;
      case MODULE -> ComponentRole.COMPONENT_ROLE_MODULE;
    };
  }

  static RevertData data(DataOnRevert.Choice choice) {
    return switch (choice) {
      case AS_KEPT -> RevertData.REVERT_DATA_UNSPECIFIED;
      case KEEP -> RevertData.REVERT_DATA_KEEP;
      case RESTORE -> RevertData.REVERT_DATA_RESTORE;
    };
  }

  /** The attributes of a state message that replaces the earlier one with the same key. */
  static Map<String, String> key(String key) {
    return Map.of(Attributes.KEY, key);
  }

  /** The attributes that tie an answer to its request. */
  static Map<String, String> answering(Received<?> request) {
    Map<String, String> attributes = new HashMap<>();
    attributes.put(Attributes.CORRELATION_ID, request.correlationId());
    String replyTo = request.attributes().get(Attributes.REPLY_TO);
    if (replyTo != null) {
      attributes.put(Attributes.REPLY_TO, replyTo);
    }
    if (!request.source().isEmpty()) {
      attributes.put(Attributes.TO, request.source());
    }
    return attributes;
  }
}
