package dev.lockstep.protocol.release;

import com.google.protobuf.ByteString;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The devices that an offered release is for. What is said to everybody is enciphered for each
 * reader anew, so that a thousand names in it cost a thousand times a thousand; many of them are
 * packed. See ADR 0017.
 */
public final class DeviceNames {
  /** As many as stay readable without unpacking. */
  static final int MOST_PLAIN = 50;

  private static final int MOST_BYTES = 1 << 20;

  private DeviceNames() {}

  /** An offer as it is said to everybody. */
  public static Offer packed(Offer offer) {
    Offer.Builder packed = offer.toBuilder();
    packed.getReleasesBuilderList().forEach(DeviceNames::pack);
    packed.getInStoreBuilderList().forEach(DeviceNames::pack);
    return packed.build();
  }

  private static void pack(OfferedRelease.Builder release) {
    if (release.getDevicesCount() > MOST_PLAIN) {
      byte[] lines = String.join("\n", release.getDevicesList()).getBytes(StandardCharsets.UTF_8);
      release.clearDevices().setPackedDevices(deflated(lines));
    }
  }

  private static ByteString deflated(byte[] lines) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try {
      deflater.setInput(lines);
      deflater.finish();
      ByteString.Output out = ByteString.newOutput();
      byte[] piece = new byte[1024];
      while (!deflater.finished()) {
        out.write(piece, 0, deflater.deflate(piece));
      }
      return out.toByteString();
    } finally {
      deflater.end();
    }
  }

  /**
   * The names, packed or not.
   *
   * @throws MalformedReleaseException if they cannot be unpacked, or are more than 1 MiB
   */
  public static List<String> of(OfferedRelease release) {
    if (release.getPackedDevices().isEmpty()) {
      return release.getDevicesList();
    }
    List<String> names = new ArrayList<>(release.getDevicesList());
    String lines = new String(inflated(release.getPackedDevices()), StandardCharsets.UTF_8);
    names.addAll(lines.lines().toList());
    return List.copyOf(names);
  }

  private static byte[] inflated(ByteString packed) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed.toByteArray());
      ByteArrayOutputStream lines = new ByteArrayOutputStream();
      byte[] piece = new byte[1024];
      while (!inflater.finished()) {
        int count = inflater.inflate(piece);
        if (count == 0 && !inflater.finished()) {
          throw malformed("they end early", null);
        }
        if (lines.size() + count > MOST_BYTES) {
          throw malformed("they are more than " + MOST_BYTES + " bytes", null);
        }
        lines.write(piece, 0, count);
      }
      return lines.toByteArray();
    } catch (DataFormatException broken) {
      throw malformed("they are not compressed by zlib", broken);
    } finally {
      inflater.end();
    }
  }

  private static MalformedReleaseException malformed(String why, Throwable cause) {
    return new MalformedReleaseException("the packed names of devices", why, cause);
  }
}
