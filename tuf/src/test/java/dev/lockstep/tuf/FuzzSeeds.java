package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Good inputs, from which the fuzzer makes bad ones; the same bytes each time. */
final class FuzzSeeds {
  /** Nobody has signed it. */
  static final byte[] UNSIGNED = text("nobody signs this");

  /** What the reference implementation wrote: each role, each kind of key and delegation. */
  private static final Path REFERENCE = Path.of("src/test/resources/reference-repository/metadata");

  /** X.509 puts this before the bytes of an Ed25519 key. */
  private static final String ED25519 = "302a300506032b6570032100";

  private static final Collection<Key> PUBLIC_KEYS = root().role().keys().values();

  private FuzzSeeds() {}

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static SignedMetadata<RootRole> root() {
    try {
      return SignedMetadata.parse(
          Files.readAllBytes(REFERENCE.resolve("1.root.json")), RoleType.ROOT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keys of each scheme. */
  static Collection<Key> publicKeys() {
    return PUBLIC_KEYS;
  }

  /** The seeds of a group of {@link FuzzTargets}. */
  static List<byte[]> of(String group) throws IOException {
    return switch (group) {
      case "metadata" -> metadata();
      case "keys" -> keys();
      case "texts" -> texts();
      case "answers" -> answers();
      default -> throw new IllegalArgumentException(group);
    };
  }

  private static List<byte[]> metadata() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    try (Stream<Path> files = Files.list(REFERENCE)) {
      for (Path file : files.sorted().toList()) {
        seeds.add(Files.readAllBytes(file));
      }
    }
    return seeds;
  }

  private static List<byte[]> keys() {
    List<byte[]> seeds = new ArrayList<>();
    for (Key key : PUBLIC_KEYS) {
      seeds.add(text(key.publicValue()));
      if (key.keytype().equals("ed25519")) {
        byte[] encoded = HexFormat.of().parseHex(ED25519 + key.publicValue());
        String body = Base64.getEncoder().encodeToString(encoded);
        seeds.add(text("-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n"));
      }
    }
    // The end of its first line is the beginning of its last one.
    seeds.add(text("-----BEGIN PUBLIC KEY-----END PUBLIC KEY-----"));
    root().signatures().forEach(each -> seeds.add(HexFormat.of().parseHex(each.value())));
    return seeds;
  }

  private static List<byte[]> texts() {
    return Stream.of(
            "stable/*/file-?.[a-z]xt\nstable/backend/file-1.txt",
            "[!a-c]*[]]\nde]",
            "bin\nbin-0a",
            "ab\nmany/file-0.txt",
            "../odd ?#\u00e4\n%2e%2e/x",
            "{\"a\":[1,-2,true,null,\"\\u00e4\\\\\\\"\"],\"b\":{\"\":99999999999999999999}}")
        .map(FuzzSeeds::text)
        .toList();
  }

  private static List<byte[]> answers() throws IOException {
    byte[] body = text("{\"signed\":{}}");
    byte[] record = record().toBytes();
    String lines = new String(record, StandardCharsets.UTF_8);
    return List.of(
        record,
        text(lines.substring(0, lines.lastIndexOf('\n', lines.length() - 2) + 1)),
        text("2026-11-21T20:00:00Z"),
        zip(body),
        text("\n"),
        text("200\nContent-Length: 3\n\nabc"),
        text("206\nContent-Length: 2\nContent-Range: bytes 3-4/5\n\nde"),
        text("301\nLocation: https://other:443/file?a=b"),
        text("302\nLocation: ../file"),
        text("403\nX-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1900000000"),
        text("429\nRetry-After: Wed, 21 Oct 2026 07:28:00 GMT"),
        text("429\nRetry-After: 120"),
        text("503\n\nlater"),
        concat(text("200\nContent-Encoding: gzip\n\n"), gzip(body)));
  }

  private static VerifiedRecord record() {
    VerifiedFacts facts =
        new VerifiedFacts(
            Hashes.hex("sha256", new byte[0]), 17, 3, Instant.parse("2030-01-01T00:00:00Z"));
    return new VerifiedRecord(facts, facts, facts, facts, Map.of("snapshot", "1/2/a"));
  }

  private static byte[] zip(byte[] body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : List.of("metadata/timestamp.json", "targets/a")) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(body);
      }
    }
    return out.toByteArray();
  }

  private static byte[] gzip(byte[] body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(body);
    }
    return out.toByteArray();
  }

  private static byte[] concat(byte[] head, byte[] tail) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head);
    out.writeBytes(tail);
    return out.toByteArray();
  }
}
