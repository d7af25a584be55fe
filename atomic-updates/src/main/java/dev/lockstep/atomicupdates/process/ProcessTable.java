package dev.lockstep.atomicupdates.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the system says about processes: from {@code /proc} where there is one, else from Java.
 *
 * <p>A process is known by its number and its birth (start ticks and boot id), so that another one
 * with the same number is not taken for it. A zombie does not live.
 */
final class ProcessTable {
  private static final Path PROC = Path.of("/proc");
  private static final int STATE = 0;
  private static final int SESSION = 3;
  private static final int START = 19;

  private ProcessTable() {}

  /** A process. */
  record Identity(long pid, String birth) {}

  private static boolean linux() {
    return Files.isReadable(PROC.resolve("self/stat"));
  }

  /** When and in which boot it was born; empty where it does not live. */
  static Optional<String> birth(long pid) {
    if (linux()) {
      return stat(pid).filter(fields -> alive(fields)).map(fields -> fields[START] + "@" + boot());
    }
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .map(process -> process.info().startInstant().map(Object::toString).orElse("unknown"));
  }

  /** Whether that very process lives. */
  static boolean lives(Identity process) {
    return birth(process.pid()).filter(process.birth()::equals).isPresent();
  }

  /** Everything that lives in a session, which its leader gave its number. */
  static List<Long> session(long leader) {
    List<Long> members = new ArrayList<>();
    if (!linux()) {
      ProcessHandle.of(leader)
          .ifPresent(
              process -> {
                process.descendants().map(ProcessHandle::pid).forEach(members::add);
                members.add(leader);
              });
      return members;
    }
    String session = Long.toString(leader);
    for (long pid : numbers()) {
      stat(pid)
          .filter(fields -> alive(fields) && fields[SESSION].equals(session))
          .ifPresent(fields -> members.add(pid));
    }
    return members;
  }

  /** Everything that lives and has this very variable in its environment; Linux only. */
  static List<Long> withVariable(String variable) {
    List<Long> found = new ArrayList<>();
    byte[] wanted = ("\0" + variable + "\0").getBytes(StandardCharsets.UTF_8);
    for (long pid : numbers()) {
      if (pid != ProcessHandle.current().pid()
          && contains(environment(pid), wanted)
          && birth(pid).isPresent()) {
        found.add(pid);
      }
    }
    return found;
  }

  private static List<Long> numbers() {
    List<Long> numbers = new ArrayList<>();
    if (linux()) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
        entries.forEach(entry -> numbers.add(Long.parseLong(entry.getFileName().toString())));
      } catch (IOException unreadable) {
        throw new java.io.UncheckedIOException("cannot list " + PROC, unreadable);
      }
    }
    return numbers;
  }

  private static byte[] environment(long pid) {
    try {
      byte[] bytes = Files.readAllBytes(PROC.resolve(pid + "/environ"));
      byte[] framed = new byte[bytes.length + 2];
      System.arraycopy(bytes, 0, framed, 1, bytes.length);
      return framed;
    } catch (IOException goneOrNotOurs) {
      return new byte[0];
    }
  }

  private static boolean contains(byte[] text, byte[] wanted) {
    for (int i = 0; i + wanted.length <= text.length; i++) {
      int j = 0;
      while (j < wanted.length && text[i + j] == wanted[j]) {
        j++;
      }
      if (j == wanted.length) {
        return true;
      }
    }
    return false;
  }

  private static boolean alive(String[] fields) {
    return !fields[STATE].equals("Z") && !fields[STATE].equals("X");
  }

  /** The fields after the name in parentheses, which may hold anything; empty where it is gone. */
  private static Optional<String[]> stat(long pid) {
    try {
      String line = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
      String[] fields = line.substring(line.lastIndexOf(')') + 2).trim().split(" ");
      return fields.length > START ? Optional.of(fields) : Optional.empty();
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  private static String boot() {
    try {
      return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    } catch (IOException none) {
      return "";
    }
  }
}
