package dev.lockstep.systemtests;

import com.tngtech.archunit.core.domain.JavaAccess;
import java.util.Map;
import java.util.regex.Pattern;

/** The calls by which a Java program changes files. */
final class FileChanges {
  private static final Pattern ALL = Pattern.compile(".*");
  private static final Map<String, Pattern> CHANGES =
      Map.of(
          "java.nio.file.Files",
          Pattern.compile(
              "delete.*|move|copy|create.*|write.*|set.*|newOutputStream|newBufferedWriter"
                  + "|newByteChannel"),
          "java.nio.channels.FileChannel",
          Pattern.compile("open"),
          "java.nio.channels.AsynchronousFileChannel",
          Pattern.compile("open"),
          "java.nio.file.attribute.PosixFileAttributeView",
          Pattern.compile("set.*"),
          "java.io.File",
          Pattern.compile("delete.*|mkdir.*|renameTo|createNewFile|createTempFile|set.*"),
          "java.io.FileOutputStream",
          ALL,
          "java.io.FileWriter",
          ALL,
          "java.io.RandomAccessFile",
          ALL,
          "java.util.logging.FileHandler",
          ALL);

  private FileChanges() {}

  /** Whether an access is one of them. */
  static boolean isOne(JavaAccess<?> access) {
    Pattern names = CHANGES.get(access.getTargetOwner().getName());
    return names != null && names.matcher(access.getTarget().getName()).matches();
  }
}
