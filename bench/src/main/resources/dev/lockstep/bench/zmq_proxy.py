"""A proxy between XSUB and XPUB with CURVE, over libzmq; the counterpart of the brokers in Java.

Arguments: public key, secret key (Z85). Prints the two addresses. Each line on standard input is answered with the
nanoseconds of CPU that this process has used.
"""
import sys
import threading
import time

import zmq

context = zmq.Context()
addresses = []
sockets = []
for kind in (zmq.XSUB, zmq.XPUB):
    socket = context.socket(kind)
    socket.curve_server = True
    socket.curve_publickey = sys.argv[1].encode()
    socket.curve_secretkey = sys.argv[2].encode()
    socket.set_hwm(0)
    socket.bind("tcp://127.0.0.1:*")
    addresses.append(socket.getsockopt_string(zmq.LAST_ENDPOINT))
    sockets.append(socket)
threading.Thread(target=zmq.proxy, args=sockets, daemon=True).start()
print(*addresses, flush=True)
for _ in sys.stdin:
    print(time.process_time_ns(), flush=True)
