package dev.lockstep.repository.server;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Appends one line of JSON per request to a file; each line is there when the next one begins. */
public final class AccessLog implements AccessListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  private final Path file;
  private final Writer writer;

  /**
   * Opens the file, which is made where it is missing.
   *
   * @throws IOException if it cannot be written
   */
  public AccessLog(Path file) throws IOException {
    this.file = file;
    this.writer =
        Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Override
  public synchronized void accessed(Access access) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("time", access.time().toString());
    json.put("method", access.method());
    json.put("path", access.path());
    json.put("range", access.range());
    json.put("status", access.status());
    json.put("bytes", access.bytes());
    try {
      writer.write(json + "\n");
      writer.flush();
    } catch (IOException full) {
      // The request was answered; a log that cannot be written must not stop the service.
      LOG.warn("cannot write {}: {}; check the disk", file, full.toString());
    }
  }

  @Override
  public synchronized void close() throws IOException {
    writer.close();
  }
}
