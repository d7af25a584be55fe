package dev.lockstep.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the machine says about itself, where the settings do not say it.
 *
 * @param system where /proc and /sys are
 */
record ThisMachine(Path system) {
  private static final List<String> MODEL_FILES =
      List.of("sys/firmware/devicetree/base/model", "sys/class/dmi/id/product_name");
  private static final Pattern MEMORY = Pattern.compile("(?m)^MemTotal:\\s+(\\d{1,15}) kB");
  private static final int MOST_CHARACTERS = 200;

  /** The machine that this process runs on. */
  static ThisMachine here() {
    return new ThisMachine(Path.of("/"));
  }

  /** What the device tree or the firmware calls the machine; empty where neither does. */
  Optional<String> model() {
    return MODEL_FILES.stream()
        .flatMap(file -> read(file).stream())
        .map(text -> text.replaceAll("\\p{Cntrl}", " ").strip())
        .filter(text -> !text.isEmpty())
        .map(text -> text.substring(0, Math.min(MOST_CHARACTERS, text.length())))
        .findFirst();
  }

  /** Megabytes of main memory; empty where the system does not tell. */
  Optional<Integer> memoryMb() {
    return read("proc/meminfo")
        .map(MEMORY::matcher)
        .filter(Matcher::find)
        .map(found -> (int) Math.min(Integer.MAX_VALUE, Long.parseLong(found.group(1)) / 1024));
  }

  /** These files need not exist, and not everybody may read them: then nothing is known. */
  private Optional<String> read(String file) {
    try {
      return Optional.of(Files.readString(system.resolve(file), StandardCharsets.ISO_8859_1));
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }
}
