package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.bus.BusException;
import dev.lockstep.bus.pairing.PairingCodes;
import dev.lockstep.bus.pairing.PairingRequests;
import dev.lockstep.bus.pairing.PairingRequests.Request;
import dev.lockstep.protocol.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** A device and a hub, with a person, and sometimes somebody else, between them. */
@Tag("R151")
class PairingTest {
  @TempDir Path folder;
  private final Certificate hub = Certificate.generate("broker", Role.HUB);
  private PairingDesk desk;
  private PairingRequests requests;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  @BeforeEach
  void open() {
    desk = desk(hub, "waiting");
    requests = new PairingRequests(folder.resolve("waiting"), Clock.systemUTC());
  }

  private PairingDesk desk(Certificate key, String name) {
    return PairingDesk.open("tcp://127.0.0.1:*", key, folder.resolve(name), failure::set);
  }

  @AfterEach
  void close() {
    desk.close();
    assertThat(failure).as("no thread of the desk died").hasValue(null);
  }

  @Test
  @Tag("R15")
  void packets_thatKillAnIoThread_doNoHarm() throws Exception {
    for (byte[] packet : HostilePackets.killers()) {
      HostilePackets.throwAt(desk.address(), packet);
    }
    try (PairingTalk talk = new PairingTalk(desk.address(), "kiosk-9")) {
      assertThat(requests.find(talk.codes().device()).device()).isEqualTo("kiosk-9");
    }
  }

  @Test
  void pair_withNobodyBetween_bothSidesHaveTheOthersKeyAndTheSameCodes() throws Exception {
    try (PairingTalk talk = new PairingTalk(desk.address(), "kiosk-9")) {
      assertThat(talk.hub().publicKey()).isEqualTo(hub.publicKey());
      assertThat(talk.isAccepted()).isFalse();
      Request request = requests.find(talk.codes().device().toLowerCase().replace("-", " "));
      assertThat(request.device()).isEqualTo("kiosk-9");
      assertThat(request.publicKey()).isEqualTo(talk.own().publicKey());
      assertThat(PairingCodes.isTyped(request.codes().hub(), talk.codes().hub())).isTrue();
      assertThat(talk.codes().device()).matches("[0-9A-Z]{4}-[0-9A-Z]{4}");
      for (Path file : Files.list(folder.resolve("waiting")).toList()) {
        assertThat(Files.getPosixFilePermissions(file))
            .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      }

      requests.accepted(request);

      assertThat(talk.isAccepted()).isTrue();
      assertThat(requests.waiting()).isEmpty();
    }
  }

  @Test
  void pair_withSomebodyBetween_givesOtherCodes() {
    Certificate attacker = Certificate.generate("broker", Role.HUB);
    try (PairingDesk middle = desk(attacker, "middle");
        PairingTalk victim = new PairingTalk(middle.address(), "kiosk-9");
        PairingTalk posing = new PairingTalk(desk.address(), "kiosk-9")) {
      assertThat(requests.waiting()).hasSize(1);
      assertThat(posing.codes()).isNotEqualTo(victim.codes());
      assertThatThrownBy(() -> requests.find(victim.codes().device()))
          .isInstanceOf(BusException.PairingRefused.class)
          .hasMessageContaining("somebody is between");
      assertThat(victim.isAccepted()).isFalse();
      Request atHub = requests.waiting().get(0);
      assertThat(PairingCodes.isTyped(atHub.codes().hub(), victim.codes().hub())).isFalse();
    }
  }

  @Test
  void reveal_ofAnotherKeyThanCommittedTo_isRefusedAndEndsTheTalk() {
    byte[] key = hub.publicKeyBytes();
    byte[] nonce = new byte[PairingCodes.BYTES];
    byte[] other = nonce.clone();
    other[0] = 1;
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket socket = dealer(context);
    try {
      PairingWire.send(
          socket,
          null,
          PairingWire.HELLO,
          PairingWire.bytes("kiosk-9"),
          PairingCodes.commitment("kiosk-9", key, nonce));
      List<byte[]> offer = receive(context, socket);
      assertThat(PairingWire.text(offer.get(0))).isEqualTo(PairingWire.OFFER);
      for (byte[] tried : List.of(other, nonce)) {
        PairingWire.send(socket, null, PairingWire.REVEAL, offer.get(1), key, tried);
        assertThat(PairingWire.text(receive(context, socket).get(0)))
            .as("one try only")
            .isEqualTo(PairingWire.REFUSED);
      }
      assertThat(requests.waiting()).isEmpty();
    } finally {
      socket.close();
      context.term();
    }
  }

  @Test
  void codes_ofAnyChange_differ() {
    byte[] one = new byte[PairingCodes.BYTES];
    byte[] two = one.clone();
    two[31] = 1;
    Set<String> codes = new TreeSet<>();
    codes.add(PairingCodes.of("a", one, one, one, one).device());
    codes.add(PairingCodes.of("b", one, one, one, one).device());
    codes.add(PairingCodes.of("a", two, one, one, one).device());
    codes.add(PairingCodes.of("a", one, two, one, one).device());
    codes.add(PairingCodes.of("a", one, one, two, one).device());
    codes.add(PairingCodes.of("a", one, one, one, two).device());
    assertThat(codes).hasSize(6);
    assertThat(PairingCodes.of("a", one, one, one, one).toString()).doesNotContain("-");
    assertThat(PairingCodes.commitment("ab", one, one))
        .isNotEqualTo(PairingCodes.commitment("a", one, one));
  }

  @Test
  void wrongCodes_five_sendEverybodyAway() {
    try (PairingTalk talk = new PairingTalk(desk.address(), "kiosk-9")) {
      for (int wrong = 1; wrong <= 5; wrong++) {
        assertThatThrownBy(() -> requests.find("AAAA-AAAA"))
            .isInstanceOf(BusException.PairingRefused.class);
      }
      assertThat(requests.waiting()).isEmpty();
      assertThatThrownBy(() -> requests.find(talk.codes().device()))
          .isInstanceOf(BusException.PairingRefused.class);
      assertThatThrownBy(talk::isAccepted).isInstanceOf(BusException.PairingRefused.class);
    }
  }

  @Test
  void requests_tooManyOrTooOld_areNotKept() {
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(11));
    for (int number = 0; number <= PairingRequests.MOST; number++) {
      Request request =
          new Request(
              "id" + number, "d", "k", new PairingCodes("c", "h"), Clock.systemUTC().instant());
      assertThat(requests.add(request)).isEqualTo(number < PairingRequests.MOST);
    }
    assertThat(new PairingRequests(folder.resolve("waiting"), later).waiting()).isEmpty();
    assertThat(folder.resolve("waiting")).isEmptyDirectory();
  }

  @Test
  void hello_tooOften_isRefusedAndTheDeskLives() {
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket socket = dealer(context);
    try {
      int refused = 0;
      for (int count = 0; count < 40; count++) {
        PairingWire.send(socket, null, PairingWire.HELLO, PairingWire.bytes("kiosk"), new byte[32]);
        String word = PairingWire.text(receive(context, socket).get(0));
        refused += word.equals(PairingWire.REFUSED) ? 1 : 0;
      }
      assertThat(refused).isBetween(5, 20);
      PairingWire.send(socket, null, "rubbish", new byte[3]);
      assertThat(PairingWire.text(receive(context, socket).get(0))).isEqualTo(PairingWire.REFUSED);
    } finally {
      socket.close();
      context.term();
    }
  }

  private ZMQ.Socket dealer(ZMQ.Context context) {
    ZMQ.Socket socket = context.socket(SocketType.DEALER);
    ZMQ.Curve.KeyPair own = ZMQ.Curve.generateKeyPair();
    socket.setLinger(0);
    socket.setReceiveTimeOut(200);
    socket.setCurvePublicKey(ZMQ.Curve.z85Decode(own.publicKey));
    socket.setCurveSecretKey(ZMQ.Curve.z85Decode(own.secretKey));
    socket.setCurveServerKey(ZMQ.Curve.z85Decode(PairingWire.EVERYBODYS_PUBLIC_KEY));
    socket.connect(desk.address());
    return socket;
  }

  private static List<byte[]> receive(ZMQ.Context context, ZMQ.Socket socket) {
    for (int count = 0; count < 100; count++) {
      List<byte[]> frames = PairingWire.receive(socket, 0);
      if (!frames.isEmpty()) {
        return frames;
      }
    }
    throw new AssertionError("no answer");
  }
}
