package dev.lockstep.frontendagent.adapter.file;

import dev.lockstep.frontendagent.domain.Drained;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.DrainedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One file per component: {@code <state>/frontend-agent/<component>.drained.json}. */
public final class DrainedFiles implements DrainedStore {
  private static final Logger LOG = LoggerFactory.getLogger(DrainedFiles.class);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path folder;

  /** Uses a folder that is made when it is needed. */
  public DrainedFiles(Path folder) {
    this.folder = folder;
  }

  @Override
  public Optional<Drained> load(String component) {
    Path file = file(component);
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      return Optional.of(
          new Drained(
              text(json, "job_id"),
              new Place(text(json, "device"), text(json, "component")),
              json.path("own").asBoolean(),
              text(json, "token"),
              Instant.parse(text(json, "at")),
              json.path("wanted").asBoolean(),
              json.path("handed").asBoolean(),
              json.path("ended").asBoolean()));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException | JacksonException | DateTimeException unreadable) {
      LOG.warn("the state that {} drained with is lost: {}", component, unreadable.toString());
      return Optional.empty();
    }
  }

  private static String text(JsonNode json, String name) throws IOException {
    JsonNode value = json.path(name);
    if (!value.isString()) {
      throw new IOException("\"" + name + "\" is missing");
    }
    return value.stringValue();
  }

  @Override
  public void save(String component, Drained drained) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("job_id", drained.jobId());
    json.put("device", drained.restarting().device());
    json.put("component", drained.restarting().component());
    json.put("own", drained.own());
    json.put("token", drained.token());
    json.put("at", drained.at().toString());
    json.put("wanted", drained.wanted());
    json.put("handed", drained.handed());
    json.put("ended", drained.ended());
    try {
      replace(file(component), JSON.writeValueAsBytes(json));
    } catch (IOException refused) {
      throw new UncheckedIOException("cannot keep the state of " + component, refused);
    }
  }

  /** States may be private: nobody else reads them. */
  private void replace(Path file, byte[] content) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
      sync(folder.toAbsolutePath().getParent());
    }
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    sync(folder);
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void delete(String component) {
    try {
      Files.deleteIfExists(file(component));
    } catch (IOException refused) {
      LOG.warn("cannot remove {}: {}", file(component), refused.toString());
    }
  }

  private Path file(String component) {
    return folder.resolve(component + ".drained.json");
  }
}
