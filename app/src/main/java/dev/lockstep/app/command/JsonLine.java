package dev.lockstep.app.command;

import com.google.protobuf.Message;
import dev.lockstep.bus.Received;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.RawValue;

/** A message of the bus as one line of JSON: topic, ids, times, attributes, payload. */
public final class JsonLine {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private JsonLine() {}

  /** The message as one line. */
  public static String of(Received<? extends Message> message) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("topic", message.topic().name());
    line.put("message_id", message.messageId());
    line.put("source", message.source());
    line.put("sent_at", message.sentAt().toString());
    line.put("attributes", new TreeMap<>(message.attributes()));
    line.put("payload", new RawValue(OutputOptions.toJson(message.payload())));
    return MAPPER.writeValueAsString(line);
  }
}
