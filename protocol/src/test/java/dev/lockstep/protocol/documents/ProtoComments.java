package dev.lockstep.protocol.documents;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The comments of the .proto files, by full name of message, field, enum or value. */
final class ProtoComments {
  private final Map<String, String> comments = new HashMap<>();

  /** Reads the descriptors that the build puts beside the tests. */
  static ProtoComments load() {
    try (InputStream stream = ProtoComments.class.getResourceAsStream("/lockstep.protobin")) {
      ProtoComments all = new ProtoComments();
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(stream).getFileList()) {
        all.add(file);
      }
      return all;
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  /** The comment as it is written, line by line; empty where there is none. */
  List<String> lines(String fullName) {
    return comments.getOrDefault(fullName, "").lines().map(String::strip).toList();
  }

  /** The comment on one line, fit for a table. */
  String line(String fullName) {
    return String.join(" ", lines(fullName)).replace("|", "\\|");
  }

  private void add(FileDescriptorProto file) {
    Map<List<Integer>, String> byPath = new HashMap<>();
    for (SourceCodeInfo.Location location : file.getSourceCodeInfo().getLocationList()) {
      byPath.put(location.getPathList(), location.getLeadingComments().strip());
    }
    for (int i = 0; i < file.getMessageTypeCount(); i++) {
      add(byPath, List.of(4, i), file.getPackage(), file.getMessageType(i));
    }
    for (int i = 0; i < file.getEnumTypeCount(); i++) {
      add(byPath, List.of(5, i), file.getPackage(), file.getEnumType(i));
    }
  }

  private void add(
      Map<List<Integer>, String> byPath, List<Integer> path, String scope, DescriptorProto type) {
    String name = scope + '.' + type.getName();
    put(byPath, path, name);
    for (int i = 0; i < type.getFieldCount(); i++) {
      put(byPath, inside(path, 2, i), name + '.' + type.getField(i).getName());
    }
    for (int i = 0; i < type.getNestedTypeCount(); i++) {
      add(byPath, inside(path, 3, i), name, type.getNestedType(i));
    }
    for (int i = 0; i < type.getEnumTypeCount(); i++) {
      add(byPath, inside(path, 4, i), name, type.getEnumType(i));
    }
  }

  private void add(
      Map<List<Integer>, String> byPath,
      List<Integer> path,
      String scope,
      EnumDescriptorProto type) {
    String name = scope + '.' + type.getName();
    put(byPath, path, name);
    for (int i = 0; i < type.getValueCount(); i++) {
      // As Java's descriptors name them.
      put(byPath, inside(path, 2, i), name + '.' + type.getValue(i).getName());
    }
  }

  private void put(Map<List<Integer>, String> byPath, List<Integer> path, String name) {
    comments.put(name, byPath.getOrDefault(path, ""));
  }

  private static List<Integer> inside(List<Integer> path, int kind, int index) {
    List<Integer> longer = new java.util.ArrayList<>(path);
    longer.add(kind);
    longer.add(index);
    return List.copyOf(longer);
  }
}
