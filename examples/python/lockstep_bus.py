"""Takes part in Lockstep's bus with nothing but pyzmq and protobuf.

Needs the classes that protoc makes of protocol/src/main/proto:

    protoc -I protocol/src/main/proto --python_out=DIR protocol/src/main/proto/lockstep/v1/*.proto
"""

import time
import uuid

import zmq
import zmq.auth
from google.protobuf.message import DecodeError
from lockstep.v1 import envelope_pb2

MAX_MESSAGE = 1024 * 1024


class Bus:
    """One participant: a PUB and a SUB socket to the broker, with CURVE where keys are given.

    Not thread-safe: a thread owns its sockets.
    """

    def __init__(self, name, publish_address, subscribe_address, key_file=None, broker_key_file=None):
        self.name = name
        self.context = zmq.Context()
        self.publisher = self._socket(zmq.PUB, publish_address, key_file, broker_key_file)
        self.subscriber = self._socket(zmq.SUB, subscribe_address, key_file, broker_key_file)
        self._sequence = {}

    def _socket(self, kind, address, key_file, broker_key_file):
        socket = self.context.socket(kind)
        socket.linger = 1000
        socket.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE)
        if key_file:
            socket.curve_publickey, socket.curve_secretkey = zmq.auth.load_certificate(key_file)
            socket.curve_serverkey, _ = zmq.auth.load_certificate(broker_key_file)
        socket.connect(address)
        return socket

    def subscribe(self, prefix="update/"):
        """Everything that begins so; "update/" is everything."""
        self.subscriber.setsockopt_string(zmq.SUBSCRIBE, prefix)

    def publish(self, topic, message, correlation_id=None, message_id=None, **attributes):
        """Publishes a message in its envelope; returns the message id.

        A request is its own correlation. To ask again until it is answered, give its message id
        again: it is the same request then, and what it asks for is done once.
        """
        message_id = message_id or str(uuid.uuid4())
        correlation_id = correlation_id or message_id
        envelope = envelope_pb2.Envelope()
        metadata = envelope.metadata
        metadata.message_id = message_id
        metadata.timestamp.FromNanoseconds(time.time_ns())
        metadata.source = self.name
        metadata.message_type = topic
        metadata.version = "1"
        self._sequence[topic] = self._sequence.get(topic, 0) + 1
        metadata.attributes["seq"] = str(self._sequence[topic])
        metadata.attributes["correlation_id"] = correlation_id
        for name, value in attributes.items():
            metadata.attributes[name] = value
        envelope.any_payload.Pack(message)
        self.publisher.send_multipart([topic.encode(), envelope.SerializeToString()])
        return message_id

    def receive(self, timeout_seconds):
        """The next (topic, envelope), or None when nothing comes in time or it cannot be read."""
        if not self.subscriber.poll(int(timeout_seconds * 1000)):
            return None
        return read(self.subscriber.recv_multipart())

    def close(self):
        self.publisher.close()
        self.subscriber.close()
        self.context.term()


def read(frames):
    """The (topic, envelope) of two frames, or None where they are something else."""
    if len(frames) != 2:
        return None
    envelope = envelope_pb2.Envelope()
    try:
        envelope.ParseFromString(frames[1])
        return frames[0].decode(), envelope
    except (DecodeError, UnicodeDecodeError):
        return None
