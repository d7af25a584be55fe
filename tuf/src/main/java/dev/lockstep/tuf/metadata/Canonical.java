package dev.lockstep.tuf.metadata;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Writes a JSON value in OLPC canonical form: the one byte sequence that is signed (specification
 * section 4.2.1).
 *
 * <p>Keys are sorted by code point, there is no white space, strings escape only {@code \} and
 * {@code "} and carry everything else as it is. This is not RFC 8785. Numbers with a fraction or an
 * exponent, and strings that are not valid Unicode, have no canonical form and are refused.
 */
public final class Canonical {
  /**
   * Code point order. {@link String#compareTo} orders by UTF-16 unit, which differs above U+FFFF
   * from what every other implementation signs.
   */
  static final Comparator<String> BY_CODE_POINT = Canonical::compareCodePoints;

  private Canonical() {}

  /**
   * Gives the canonical UTF-8 bytes of a value.
   *
   * @throws MalformedMetadataException if the value holds something without canonical form
   */
  public static byte[] encode(JsonNode value) {
    StringBuilder text = new StringBuilder(1024);
    write(value, text);
    try {
      ByteBuffer bytes =
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .encode(CharBuffer.wrap(text));
      return Arrays.copyOfRange(
          bytes.array(), bytes.arrayOffset(), bytes.arrayOffset() + bytes.limit());
    } catch (CharacterCodingException e) {
      throw new MalformedMetadataException(
          "a string holds half of a surrogate pair, which has no canonical form", e);
    }
  }

  private static void write(JsonNode value, StringBuilder out) {
    if (value.isObject()) {
      writeObject(value, out);
    } else if (value.isArray()) {
      out.append('[');
      for (int i = 0; i < value.size(); i++) {
        if (i > 0) {
          out.append(',');
        }
        write(value.get(i), out);
      }
      out.append(']');
    } else if (value.isString()) {
      writeString(value.stringValue(), out);
    } else if (value.isIntegralNumber()) {
      out.append(value.bigIntegerValue());
    } else if (value.isBoolean()) {
      out.append(value.booleanValue());
    } else if (value.isNull()) {
      out.append("null");
    } else {
      throw new MalformedMetadataException(
          "the value " + value + " has no canonical form; use integers, text, true, false or null");
    }
  }

  private static void writeObject(JsonNode object, StringBuilder out) {
    List<String> names = new ArrayList<>(object.propertyNames());
    names.sort(BY_CODE_POINT);
    out.append('{');
    for (int i = 0; i < names.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      writeString(names.get(i), out);
      out.append(':');
      write(object.get(names.get(i)), out);
    }
    out.append('}');
  }

  private static void writeString(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      out.append(c);
    }
    out.append('"');
  }

  private static int compareCodePoints(String left, String right) {
    int shorter = Math.min(left.length(), right.length());
    for (int i = 0; i < shorter; i++) {
      char l = left.charAt(i);
      char r = right.charAt(i);
      if (l != r) {
        // At the first difference only a surrogate against a non-surrogate is out of order.
        boolean leftHigh = Character.isSurrogate(l);
        boolean rightHigh = Character.isSurrogate(r);
        return leftHigh == rightHigh ? Character.compare(l, r) : (leftHigh ? 1 : -1);
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
