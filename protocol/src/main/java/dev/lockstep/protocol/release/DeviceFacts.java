package dev.lockstep.protocol.release;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a device is, as far as hardware rules ask: known on the device, and never sent anywhere.
 *
 * @param values {@code os}, {@code arch}, {@code model}, {@code memory_mb} and {@code label.NAME};
 *     what is not known is not there
 */
public record DeviceFacts(Map<String, String> values) {
  /** Nothing is known. */
  public static final DeviceFacts UNKNOWN = new DeviceFacts(Map.of());

  /** What the names of a device's labels begin with. */
  public static final String LABEL = "label.";

  /** Copies the map. */
  public DeviceFacts {
    values = Map.copyOf(values);
  }

  /**
   * Facts from settings.
   *
   * @param platform os/arch
   * @param model what the hardware says that it is
   * @param memoryMb megabytes of main memory
   * @param labels what an operator says about the device
   */
  public static DeviceFacts of(
      String platform,
      Optional<String> model,
      Optional<Integer> memoryMb,
      Map<String, String> labels) {
    Map<String, String> values = new TreeMap<>();
    int slash = platform.indexOf('/');
    if (slash > 0) {
      values.put("os", platform.substring(0, slash));
      values.put("arch", platform.substring(slash + 1));
    }
    model.ifPresent(name -> values.put("model", name));
    memoryMb.ifPresent(megabytes -> values.put(HardwareRule.MEMORY, megabytes.toString()));
    labels.forEach((name, value) -> values.put(LABEL + name, value));
    return new DeviceFacts(values);
  }

  /** Says nothing of the values, so that no log or message gives them away. */
  @Override
  public String toString() {
    return "DeviceFacts" + new TreeMap<>(values).keySet();
  }
}
