package dev.lockstep.app.command;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import java.io.PrintStream;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** How a verb prints its result: for people, or as one line of JSON. */
final class OutputOptions {
  @Option(names = "--json", description = "Print JSON, one document a line.")
  private boolean json;

  private final PrintStream out = System.out;

  boolean json() {
    return json;
  }

  /** Prints the message as JSON, or the text that is made for people. */
  void print(MessageOrBuilder message, Supplier<String> text) {
    out.println(json ? toJson(message) : text.get());
    out.flush();
  }

  /** One line, field names as in the .proto files, enums by name. */
  static String toJson(MessageOrBuilder message) {
    try {
      return JsonFormat.printer()
          .preservingProtoFieldNames()
          .omittingInsignificantWhitespace()
          .print(message);
    } catch (InvalidProtocolBufferException unprintable) {
      throw new IllegalStateException("a message of ours holds an unknown Any", unprintable);
    }
  }
}
