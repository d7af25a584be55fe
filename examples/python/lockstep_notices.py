"""What a component is told of restarts and stores, and how it asks for more time.

The rules of lockstep_component.py for this; like all of them without waiting: generators that yield
calls and get their results sent.
"""

import logging
import time
import zlib

from google.protobuf.duration_pb2 import Duration
from lockstep.v1 import policy_pb2

LOG = logging.getLogger("lockstep")
MOST_NOTICES = 100
REMINDERS = (600.0, 60.0)
SMALLEST_NEWS = 1.0
CLOCK_WINDOW = 600.0
LONGEST_DELAY = 900.0
ASK_AGAIN = 2.0
ASK_FOR = 20.0
MOST_PACKED = 1 << 20


class Clocks:
    """How far others' clocks are from ours: the least difference seen, since messages take time."""

    def __init__(self):
        self._seen = {}

    def observe(self, source, timestamp):
        now = time.time()
        difference = now - timestamp.ToNanoseconds() / 1e9
        least, since = self._seen.get(source, (difference, now))
        if not 0 <= now - since < CLOCK_WINDOW or difference - least > LONGEST_DELAY:
            least, since = difference, now
        if len(self._seen) < MOST_NOTICES or source in self._seen:
            self._seen[source] = min(least, difference), since

    def own(self, source, timestamp):
        """A time of theirs by our clock."""
        return timestamp.ToNanoseconds() / 1e9 + self._seen.get(source, (0.0, 0.0))[0]


class Notices:
    """The restarts that are planned: of one id, and for one place, the newest counts."""

    def __init__(self):
        self.clocks = Clocks()
        self._newest = {}
        self._shown = None
        self._told_at = 0.0

    def take(self, notice, source):
        known = self._newest.get(notice.notice_id)
        if known and known[0].server_time.ToNanoseconds() >= notice.server_time.ToNanoseconds():
            # What was sent in the future was sent before the sender's clock was set back.
            if self.clocks.own(source, known[0].server_time) <= time.time() + 60:
                return
        if len(self._newest) >= MOST_NOTICES:
            self._newest.pop(next(iter(self._newest)))
        self._newest[notice.notice_id] = notice, source

    def next(self, concerns):
        """The next restart that concerns the component, and when it is by our clock."""
        latest, planned = {}, []
        for notice, source in list(self._newest.values()):
            place = notice.device, notice.component
            sent = notice.server_time.ToNanoseconds()
            if place not in latest or latest[place][0].server_time.ToNanoseconds() <= sent:
                latest[place] = notice, source
        for notice, source in latest.values():
            at = self.clocks.own(source, notice.planned_at)
            over = at + notice.expected_downtime.ToNanoseconds() / 1e9 + 120 < time.time()
            if not notice.cancelled and not over and concerns(notice):
                planned.append((at, notice))
        return min(planned, key=lambda one: one[0], default=None)

    def news(self, concerns):
        """(notice or None,) where the component is to be told, now or once more; else None."""
        found = self.next(concerns)
        if not self._is_news(found) and not self._reminds(found):
            return None
        self._shown, self._told_at = found, time.time()
        return (found[1] if found else None,)

    def _is_news(self, found):
        if found is None or self._shown is None:
            return (found is None) != (self._shown is None)
        (at, notice), (before, shown) = found, self._shown
        return (
            abs(at - before) >= SMALLEST_NEWS
            or notice.notice_id != shown.notice_id
            or notice.reason != shown.reason
        )

    def _reminds(self, found):
        if found is None:
            return False
        return any(self._told_at < found[0] - left <= time.time() for left in REMINDERS)

    def postponable(self, concerns):
        """Whether the next restart may be put off still."""
        found = self.next(concerns)
        if found is None or not found[1].HasField("postponable_until"):
            return False
        source = self._newest[found[1].notice_id][1]
        return time.time() < self.clocks.own(source, found[1].postponable_until)


class Postponing:
    """One wish for more time, asked again until it is answered."""

    def __init__(self, bus, device, component):
        self.bus = bus
        self._place = {"device": device, "component": component}
        self._request = self._id = None
        self._next = self._until = 0.0

    def ask(self, seconds):
        """Any thread; it is sent with the next tick."""
        request = policy_pb2.ScheduleRequest(
            action=policy_pb2.ScheduleRequest.ACTION_POSTPONE,
            postpone_by=Duration(seconds=int(seconds)),
            requested_by="/".join(self._place.values()),
            **self._place,
        )
        self._id, self._next, self._until = None, 0.0, time.monotonic() + ASK_FOR
        self._request = request

    def tick(self, now):
        if self._request is None or now < self._next:
            return
        if now > self._until:
            LOG.warning("no answer to the wish to postpone")
            self._request = None
            return
        self._id = self.bus.publish("update/schedule/request", self._request, message_id=self._id)
        self._next = now + ASK_AGAIN

    def answered(self, answer, attributes):
        if self._request is not None and attributes["correlation_id"] == self._id:
            self._request = None
            if not answer.accepted:
                LOG.info("not postponed: %s", answer.error.message)


def devices_of(release):
    """The devices that an offered release is for; many of them are packed."""
    if not release.packed_devices:
        return list(release.devices)
    unpacking = zlib.decompressobj()
    try:
        lines = unpacking.decompress(release.packed_devices, MOST_PACKED).decode()
    except (zlib.error, UnicodeDecodeError) as rubbish:
        LOG.warning("the names of devices cannot be unpacked: %s", rubbish)
        return []
    if not unpacking.eof:
        LOG.warning("the names of devices end early, or are too many")
        return []
    return lines.splitlines()


def in_store(offer, device, component):
    """What people of the device should get from a store; None where there is nothing."""
    for release in offer.in_store:
        mine = release.component == component and device in devices_of(release)
        if mine and release.store_link.startswith("https://"):
            return release
    return None
