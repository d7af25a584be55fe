#!/usr/bin/env python3
"""Watches an update as a component in another language would, and asks for a check.

usage: watch_and_check.py KEYS PUBLISH_ADDRESS SUBSCRIBE_ADDRESS SECONDS

KEYS is a folder with operator.key_secret and broker.key. Prints one JSON document a line: each topic
as it is seen for the first time, the answer to the check, and at the end the topics with their
counts. Ends after SECONDS, or when standard input is closed.
"""

import collections
import json
import os
import select
import sys
import time

from lockstep.v1 import check_pb2

from lockstep_bus import Bus


def say(**fields):
    print(json.dumps(fields), flush=True)


def wait_for(path, deadline):
    while not os.path.exists(path):
        if time.monotonic() > deadline:
            sys.exit(f"cannot find {path}; is the folder right?")
        time.sleep(0.05)


def main():
    keys, publish_address, subscribe_address, seconds = sys.argv[1:5]
    deadline = time.monotonic() + float(seconds)
    key, broker_key = f"{keys}/operator.key_secret", f"{keys}/broker.key"
    wait_for(key, deadline)
    wait_for(broker_key, deadline)
    bus = Bus("python", publish_address, subscribe_address, key, broker_key)
    bus.subscribe("update/")
    seen = collections.Counter()
    request_id, answers, asked_at = None, set(), 0.0
    while time.monotonic() < deadline:
        if select.select([sys.stdin], [], [], 0)[0] and not sys.stdin.readline():
            break
        received = bus.receive(0.2)
        if received:
            topic, envelope = received
            seen[topic] += 1
            if seen[topic] == 1:
                say(event="topic", topic=topic, source=envelope.metadata.source)
            if topic == "update/check/response":
                answer = check_pb2.CheckResponse()
                if not envelope.any_payload.Unpack(answer):
                    sys.exit("an answer to a check holds another message")
                if envelope.metadata.attributes["correlation_id"] == request_id:
                    # The same answer again has the same message id.
                    answers.add(envelope.metadata.message_id)
                    result = check_pb2.CheckResult.Name(answer.result)
                    say(event="check", result=result, answers=len(answers))
        # Once the hub is heard of; again until it answers, with the same message id.
        if seen and not answers and time.monotonic() - asked_at > 2:
            request = check_pb2.CheckRequest(reason="asked from Python")
            request_id = bus.publish("update/check/request", request, message_id=request_id)
            asked_at = time.monotonic()
    bus.close()
    say(event="end", topics=dict(seen), answers=len(answers))


if __name__ == "__main__":
    main()
