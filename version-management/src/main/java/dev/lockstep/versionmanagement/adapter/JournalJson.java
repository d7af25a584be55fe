package dev.lockstep.versionmanagement.adapter;

import dev.lockstep.protocol.version.ReleaseVersion;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** The documents of the journal as JSON. Fields of a newer version are overlooked. */
final class JournalJson {
  private final JsonMapper mapper =
      JsonMapper.builder()
          .addModule(
              new SimpleModule()
                  .addSerializer(ReleaseVersion.class, ToStringSerializer.instance)
                  .addDeserializer(ReleaseVersion.class, new VersionDeserializer()))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  String write(Object document) {
    return mapper.writeValueAsString(document);
  }

  /**
   * Reads a document.
   *
   * @throws JacksonException if it is damaged
   */
  <T> T read(String json, Class<T> type) {
    return mapper.readValue(json, type);
  }

  private static final class VersionDeserializer extends StdDeserializer<ReleaseVersion> {
    VersionDeserializer() {
      super(ReleaseVersion.class);
    }

    @Override
    public ReleaseVersion deserialize(JsonParser parser, DeserializationContext context) {
      return ReleaseVersion.parse(parser.getString());
    }
  }
}
