"""Prints what can be installed: first what is known already, then whenever it changes.

usage: subscriber.py OWN.key_secret BROKER.key SUBSCRIBE_ADDRESS
"""

import sys

import zmq
import zmq.auth
from lockstep.v1 import check_pb2, envelope_pb2

own, broker, address = sys.argv[1:]
socket = zmq.Context().socket(zmq.SUB)
socket.curve_publickey, socket.curve_secretkey = zmq.auth.load_certificate(own)
socket.curve_serverkey, _ = zmq.auth.load_certificate(broker)
socket.setsockopt(zmq.MAXMSGSIZE, 1024 * 1024)
socket.subscribe("update/available")
socket.connect(address)
while True:
    topic, frame = socket.recv_multipart()
    envelope = envelope_pb2.Envelope.FromString(frame)
    available = check_pb2.UpdateAvailable()
    if envelope.any_payload.Unpack(available):
        for release in available.offer.releases:
            print(release.component, release.to_version, flush=True)
