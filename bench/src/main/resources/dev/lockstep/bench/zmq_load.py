"""Sends messages through a broker and back over libzmq; the counterpart of Load in Java.

Arguments: publish address, subscribe address, broker's public key, own public key, own secret key, topic, size.
Each line on standard input, COUNT WINDOW, is answered with nanoseconds of time and of CPU until all are back.
"""
import sys
import time

import zmq

publish, subscribe, server, public, secret, topic, size = sys.argv[1:8]
context = zmq.Context()


def connect(kind, address):
    socket = context.socket(kind)
    socket.curve_serverkey = server.encode()
    socket.curve_publickey = public.encode()
    socket.curve_secretkey = secret.encode()
    socket.set_hwm(0)
    socket.linger = 0
    socket.rcvtimeo = 10000
    if kind == zmq.SUB:
        socket.subscribe(topic)
    socket.connect(address)
    return socket


sub = connect(zmq.SUB, subscribe)
pub = connect(zmq.PUB, publish)
frames = [topic.encode(), bytes(int(size))]
deadline = time.monotonic() + 30
while not sub.poll(50):
    if time.monotonic() > deadline:
        sys.exit("no message came through the broker")
    pub.send_multipart(frames)
while sub.poll(500):
    sub.recv_multipart()
print("ready", flush=True)
for line in sys.stdin:
    count, window = map(int, line.split())
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    sent = received = 0
    while received < count:
        while sent < count and sent - received < window:
            pub.send_multipart(frames)
            sent += 1
        sub.recv_multipart()
        received += 1
    print(time.perf_counter_ns() - wall, time.process_time_ns() - cpu, flush=True)
