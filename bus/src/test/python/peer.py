"""A peer written against libzmq and the shipped .proto files only.

peer.py participant PUB SUB [OWN.key_secret BROKER.key]
    Subscribes to the prefix "update/", prints every message as one JSON line. Prints {"ready": true}
    once its own messages come back, then asks for a check. Ends when its standard input ends.
peer.py broker [OWN.key_secret AUTHORIZED_FOLDER]
    An XSUB/XPUB proxy as libzmq brings it; prints {"publish": ..., "subscribe": ...}.
peer.py create FOLDER NAME
    Writes certificates with pyzmq.
peer.py load FILE
    Reads a certificate with pyzmq and prints it.
"""

import json
import sys
import threading
import time
import uuid

import zmq
import zmq.auth


def say(**values):
    print(json.dumps(values), flush=True)


def end_with_standard_input(stop):
    def wait():
        sys.stdin.read()
        stop.set()

    threading.Thread(target=wait, daemon=True).start()


def envelope(topic, message, **attributes):
    from lockstep.v1 import envelope_pb2

    result = envelope_pb2.Envelope()
    result.metadata.message_id = str(uuid.uuid4())
    result.metadata.timestamp.GetCurrentTime()
    result.metadata.source = "python"
    result.metadata.message_type = topic
    result.metadata.version = "1"
    for key, value in attributes.items():
        result.metadata.attributes[key] = value
    result.any_payload.Pack(message)
    return [topic.encode(), result.SerializeToString()]


def connect(context, kind, address, keys):
    socket = context.socket(kind)
    socket.linger = 1000
    if keys:
        public, secret = zmq.auth.load_certificate(keys[0])
        server, _ = zmq.auth.load_certificate(keys[1])
        socket.curve_publickey = public
        socket.curve_secretkey = secret
        socket.curve_serverkey = server
    socket.connect(address)
    return socket


def participant(publish, subscribe, *keys):
    from lockstep.v1 import check_pb2, envelope_pb2, state_pb2

    context = zmq.Context()
    subscriber = connect(context, zmq.SUB, subscribe, keys)
    subscriber.setsockopt(zmq.SUBSCRIBE, b"update/")
    publisher = connect(context, zmq.PUB, publish, keys)
    stop = threading.Event()
    end_with_standard_input(stop)
    ready = False
    next_try = 0.0
    while not stop.is_set():
        if not ready and time.monotonic() > next_try:
            publisher.send_multipart(envelope("update/state/request", state_pb2.StateRequest()))
            next_try = time.monotonic() + 0.1
        if not subscriber.poll(50):
            continue
        frames = subscriber.recv_multipart()
        read = envelope_pb2.Envelope.FromString(frames[1])
        if read.metadata.source == "python":
            if not ready:
                ready = True
                say(ready=True)
                publisher.send_multipart(
                    envelope(
                        "update/check/request",
                        check_pb2.CheckRequest(reason="asked by Python"),
                        correlation_id="python-1",
                        reply_to="somewhere",
                    )
                )
            continue
        say(
            topic=frames[0].decode(),
            frames=len(frames),
            source=read.metadata.source,
            type=read.any_payload.TypeName(),
            attributes=dict(read.metadata.attributes),
        )
    publisher.close()
    subscriber.close()
    context.term()


def broker(*keys):
    context = zmq.Context()
    authenticator = None
    if keys:
        from zmq.auth.thread import ThreadAuthenticator

        authenticator = ThreadAuthenticator(context)
        authenticator.start()
        authenticator.configure_curve(domain="*", location=keys[1])
    ends = []
    for kind in (zmq.XSUB, zmq.XPUB):
        socket = context.socket(kind)
        if keys:
            public, secret = zmq.auth.load_certificate(keys[0])
            socket.curve_server = True
            socket.curve_publickey = public
            socket.curve_secretkey = secret
        socket.bind("tcp://127.0.0.1:*")
        ends.append(socket)
    say(
        publish=ends[0].last_endpoint.decode().rstrip("\0"),
        subscribe=ends[1].last_endpoint.decode().rstrip("\0"),
    )
    stop = threading.Event()
    end_with_standard_input(stop)
    poller = zmq.Poller()
    for socket in ends:
        poller.register(socket, zmq.POLLIN)
    while not stop.is_set():
        for socket, _ in poller.poll(50):
            other = ends[1] if socket is ends[0] else ends[0]
            other.send_multipart(socket.recv_multipart())
    if authenticator:
        authenticator.stop()
    for socket in ends:
        socket.close(0)
    context.term()


def create(folder, name):
    public, secret = zmq.auth.create_certificates(
        folder, name, metadata={"name": name, "role": "component"}
    )
    say(public=public, secret=secret)


def load(file):
    public, secret = zmq.auth.load_certificate(file)
    say(public=public.decode(), secret=secret.decode() if secret else None)


if __name__ == "__main__":
    {"participant": participant, "broker": broker, "create": create, "load": load}[sys.argv[1]](
        *sys.argv[2:]
    )
