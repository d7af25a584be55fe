"""Lets a Python program take part in updates: the component kit, for threads and for asyncio.

    class Chat(Component):
        def on_prepare(self, request): ...      # None: ready; not_before(seconds, owner, reason): later
        def on_drain(self, request): ...        # bytes that the next process goes on from
        def on_restored(self, state): ...       # raises: is given again
        def on_notice(self, notice): ...        # RestartScheduled, or None when nothing is planned
        def on_postponable(self, notice): ...   # seconds of more time before that restart, or None
        def on_store(self, release): ...        # a newer version in a store, or None when there is none
        def healthy(self): ...                  # or: def trouble(self), with words

    Chat.from_environment().run()               # or: await AsyncChat.from_environment().run()

An AsyncComponent has the same methods; each may be a coroutine. One thread (or task) owns the
sockets and calls the methods one at a time. postpone(seconds) asks for more time at any moment, from
any thread. docs/integrate.md says what each promises; the rules
are those of dev.lockstep.component.
"""

import asyncio
import base64
import inspect
import logging
import os
import platform
import time

import zmq.asyncio
from lockstep.v1 import check_pb2, install_pb2, policy_pb2, restart_pb2, state_pb2

import lockstep_bus
import lockstep_notices
from lockstep_kept import Kept

LOG = logging.getLogger("lockstep")
MOST_STATE = 64 * 1024
MOST_ANSWERS = 100
MOST_NEIGHBOURS = 10_000
SILENCE_LIMIT = 3600.0
RESTORE_AGAIN = 0.5


def not_before(seconds, owner, reason):
    """The answer to prepare that asks an install to wait."""
    inhibit = restart_pb2.Inhibit(owner=owner, reason=reason)
    inhibit.until.FromNanoseconds(time.time_ns() + int(seconds * 1e9))
    return inhibit


class _Part:
    """The rules, without waiting: generators that yield calls and get their results sent."""

    def __init__(self, bus, device, component, folder, role="module", heartbeat=5.0):
        self.bus = bus
        self.device = device
        self.component = component
        self.folder = folder
        self.role = state_pb2.ComponentRole.Value("COMPONENT_ROLE_" + role.upper())
        self.heartbeat = heartbeat
        self.kept = Kept(os.path.join(folder, "data", "lockstep", component + ".json"))
        self._answers = {}
        self._roles = {}
        self._notices = lockstep_notices.Notices()
        self._postponing = lockstep_notices.Postponing(bus, device, component)
        self._in_store = self._store_told = None
        self._next_beat = self._next_restore = 0.0
        bus.subscribe("update/")

    @classmethod
    def from_environment(cls, **more):
        """From the variables that docs/integrate.md lists."""
        env = os.environ
        bus = lockstep_bus.Bus(
            env["LOCKSTEP_DEVICE"] + "/" + env["LOCKSTEP_COMPONENT"],
            env["LOCKSTEP_PUBLISH_ADDRESS"],
            env["LOCKSTEP_SUBSCRIBE_ADDRESS"],
            env.get("LOCKSTEP_KEY_FILE"),
            env.get("LOCKSTEP_BROKER_KEY_FILE"),
        )
        more.setdefault("role", env.get("LOCKSTEP_ROLE", "module"))
        return cls(bus, env["LOCKSTEP_DEVICE"], env["LOCKSTEP_COMPONENT"], env["LOCKSTEP_FOLDER"], **more)

    # What a component overrides.

    def on_prepare(self, request):
        """Whether an install may start."""

    def on_drain(self, request):
        """Finishes, and returns what the next process goes on from."""
        return b""

    def on_restored(self, state):
        """Goes on from that state."""

    def on_notice(self, notice):
        """A restart is planned, or (None) no longer."""

    def on_postponable(self, notice):
        """How many seconds later that restart should be; None or 0 where it suits."""

    def on_store(self, release):
        """A newer version is in a store, or (None) no longer. Raises: is told again."""

    def healthy(self):
        """Whether the component works."""
        return True

    def trouble(self):
        """What is wrong, in words for people; "" where it works."""
        return ""

    def postpone(self, seconds):
        """Asks for more time before the next restart; False where none may be put off. Any thread."""
        possible = self._notices.postponable(self._concerns)
        if possible:
            self._postponing.ask(seconds)
        return possible

    # The rules.

    def _received(self, topic, envelope):
        handler = {
            "update/prepare/request": (restart_pb2.PrepareRequest, self._prepare),
            "update/drain/request": (restart_pb2.DrainRequest, self._drain),
            "update/component/announce": (state_pb2.ComponentAnnounce, self._announced),
            "update/restart/scheduled": (restart_pb2.RestartScheduled, self._noticed),
            "update/schedule/response": (policy_pb2.ScheduleResponse, self._scheduled),
            "update/available": (check_pb2.UpdateAvailable, self._available),
            "update/install/progress": (install_pb2.InstallProgress, self._progress),
            "update/install/complete": (install_pb2.InstallComplete, self._complete),
        }.get(topic)
        if handler is None:
            return
        message = handler[0]()
        if not envelope.any_payload.Unpack(message):
            LOG.warning("a message on %s is dropped: it holds something else", topic)
            return
        self._notices.clocks.observe(envelope.metadata.source, envelope.metadata.timestamp)
        yield from handler[1](message, envelope.metadata)

    def _tick(self, now):
        if now >= self._next_beat:
            self._next_beat = now + self.heartbeat
            self._announce(*(yield from self._health()))
            yield from self._tell_store()
        self._postponing.tick(now)
        yield from self._tell()
        state = self.kept.drained
        if state and not state["ended"] and time.time() > state["at"] + SILENCE_LIMIT:
            LOG.warning("waited for the end of install %s too long", state["job"])
            self._ended()
        if state and self.kept.drained and self.kept.drained["wanted"] and now >= self._next_restore:
            self._next_restore = now + RESTORE_AGAIN
            try:
                yield self.on_restored, (base64.b64decode(state["token"]),)
            except Exception as not_yet:  # The component's own: it is given again.
                LOG.info("the state is not taken yet: %s", not_yet)
                return
            self.kept.become(wanted=False, handed=True)

    def _health(self):
        """Whether it works and why not; a check that fails is an answer too."""
        try:
            running = yield self.healthy, ()
            trouble = (yield self.trouble, ()) or ""
            return bool(running) and not trouble, trouble
        except Exception as failed:  # The component's own.
            LOG.exception("its own check failed")
            return False, f"its own check failed: {failed}"

    def _announce(self, running, problem="", leaving=False):
        message = state_pb2.ComponentAnnounce(
            device=self.device,
            component=self.component,
            role=self.role,
            version=self._version("current"),
            previous_version=self._version("previous"),
            capabilities=["prepare", "drain", "notice"],
            running=running and not leaving,
            problem=problem[:500],
            start_id=os.environ.get("LOCKSTEP_START") or os.environ.get("INVOCATION_ID", ""),
            platform=platform.system().lower()
            + "/"
            + {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine()),
            heartbeat_seconds=max(1, round(self.heartbeat * 3)),
            leaving=leaving,
        )
        self.bus.publish("update/component/announce", message, key=f"{self.device}/{self.component}")

    def _version(self, link):
        try:
            with open(os.path.join(self.folder, link, "VERSION"), encoding="utf-8") as file:
                return file.read(100).strip()
        except OSError:
            return ""

    def _prepare(self, request, metadata):
        attributes = metadata.attributes
        if self._repeated("update/prepare/response", attributes):
            return
        answer = restart_pb2.PrepareResponse(
            job_id=request.job_id, device=self.device, component=self.component
        )
        try:
            inhibit = yield self.on_prepare, (request,)
        except Exception:  # Whoever asks has a setting for what silence means.
            LOG.exception("no answer to prepare")
            return
        if inhibit is not None:
            answer.inhibit.CopyFrom(inhibit)
        self._answer("update/prepare/response", answer, attributes)

    def _drain(self, request, metadata):
        attributes = metadata.attributes
        if self._repeated("update/drain/response", attributes) or not self._concerns(request):
            return
        answer = restart_pb2.DrainResponse(
            job_id=request.job_id, device=self.device, component=self.component
        )
        try:
            state = (yield self.on_drain, (request,)) or b""
            if len(state) > MOST_STATE:
                raise ValueError(f"its state of {len(state)} bytes is larger than 64 KiB")
            self.kept.become(
                job=request.job_id,
                device=request.device,
                component=request.component,
                own=self._is_self(request),
                token=base64.b64encode(state).decode(),
                at=time.time(),
                wanted=False,
                handed=False,
                ended=False,
            )
            answer.drained = True
            answer.state_token = state
        except Exception as failed:  # The component's own, or the disk's: an answer too.
            LOG.exception("not drained")
            answer.error.message = f"cannot drain: {failed}; look at its log"
        self._answer("update/drain/response", answer, attributes)

    def _announced(self, message, _):
        if len(self._roles) < MOST_NEIGHBOURS:
            self._roles[message.device, message.component] = message.role
        return
        yield

    def _noticed(self, notice, metadata):
        self._notices.take(notice, metadata.source)
        yield from self._tell()

    def _tell(self):
        news = self._notices.news(self._concerns)
        if news is None:
            return
        try:
            yield self.on_notice, news
            if news[0] and self._notices.postponable(self._concerns):
                seconds = yield self.on_postponable, news
                if seconds and seconds > 0:
                    self._postponing.ask(seconds)
        except Exception:  # It is not shown; the restart happens all the same.
            LOG.exception("a notice is not shown")

    def _scheduled(self, answer, metadata):
        self._postponing.answered(answer, metadata.attributes)
        return
        yield

    def _available(self, message, _):
        self._in_store = lockstep_notices.in_store(message.offer, self.device, self.component)
        yield from self._tell_store()

    def _tell_store(self):
        if self._in_store == self._store_told:
            return
        try:
            yield self.on_store, (self._in_store,)
            self._store_told = self._in_store
        except Exception as untold:  # With the next heartbeat again.
            LOG.info("what is in the store is not shown: %s", untold)

    def _progress(self, message, _):
        state = self.kept.drained
        if state and self._is_of(message, state):
            phase = install_pb2.InstallPhase.Name(message.phase)
            if phase == "INSTALL_PHASE_VERIFY" and state["own"] or phase == "INSTALL_PHASE_COMMIT":
                self.kept.become(wanted=not state["handed"])
            elif phase == "INSTALL_PHASE_REVERT":
                # Whoever has the state is stopped; the next process gets it.
                self.kept.become(wanted=False, handed=False)
        return
        yield

    def _complete(self, message, _):
        state = self.kept.drained
        if state and self._is_of(message, state) and not state["ended"]:
            self._ended()
        return
        yield

    def _ended(self):
        self.kept.become(wanted=not self.kept.drained["handed"], ended=True)

    def _is_self(self, place):
        return (place.device, place.component) == (self.device, self.component)

    @staticmethod
    def _is_of(message, state):
        return message.job_id == state["job"] and (
            not message.component
            or (message.device, message.component) == (state["device"], state["component"])
        )

    def _concerns(self, place):
        """A restart of itself does, and that of a backend or module; another frontend's does not."""
        if not place.component or self._is_self(place):
            return True
        role = self._roles.get((place.device, place.component))
        if role is None:
            return place.component != self.component
        return role != state_pb2.COMPONENT_ROLE_FRONTEND

    def _answer(self, topic, answer, attributes):
        correlation_id = attributes["correlation_id"]
        if len(self._answers) >= MOST_ANSWERS:
            self._answers.pop(next(iter(self._answers)))
        self._answers[topic, correlation_id] = answer
        self._send(topic, answer, attributes)

    def _repeated(self, topic, attributes):
        """A request that is asked again gets the same answer again, without asking the component."""
        answer = self._answers.get((topic, attributes["correlation_id"]))
        if answer is not None:
            self._send(topic, answer, attributes)
        return answer is not None

    def _send(self, topic, answer, attributes):
        more = {"reply_to": attributes["reply_to"]} if "reply_to" in attributes else {}
        self.bus.publish(topic, answer, attributes["correlation_id"], **more)


class Component(_Part):
    """A component of a program without asyncio; run() takes the thread until stop()."""

    stopped = False

    def stop(self):
        """Lets run() end; any thread."""
        self.stopped = True

    def run(self):
        """Takes part until stop()."""
        try:
            while not self.stopped:
                self._drive(self._tick(time.monotonic()))
                received = self.bus.receive(0.2)
                if received:
                    self._drive(self._received(*received))
        finally:
            self._announce(False, leaving=True)
            self.bus.close()

    @staticmethod
    def _drive(rule):
        try:
            function, arguments = next(rule)
            while True:
                try:
                    result = function(*arguments)
                except Exception as failed:
                    function, arguments = rule.throw(failed)
                else:
                    function, arguments = rule.send(result)
        except StopIteration:
            pass


class AsyncComponent(_Part):
    """A component of a program with asyncio; run() is a coroutine that ends when it is cancelled."""

    async def run(self):
        """Takes part until it is cancelled."""
        subscriber = zmq.asyncio.Socket.from_socket(self.bus.subscriber)
        try:
            while True:
                await self._drive(self._tick(time.monotonic()))
                if await subscriber.poll(200):
                    received = lockstep_bus.read(await subscriber.recv_multipart())
                    if received:
                        await self._drive(self._received(*received))
        finally:
            self._announce(False, leaving=True)
            self.bus.close()

    @staticmethod
    async def _drive(rule):
        try:
            function, arguments = next(rule)
            while True:
                try:
                    result = function(*arguments)
                    if inspect.isawaitable(result):
                        result = await result
                except asyncio.CancelledError:
                    raise
                except Exception as failed:
                    function, arguments = rule.throw(failed)
                else:
                    function, arguments = rule.send(result)
        except StopIteration:
            pass
