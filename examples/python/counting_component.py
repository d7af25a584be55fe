#!/usr/bin/env python3
"""A component that counts, and goes on counting after a restart.

usage: counting_component.py threads|asyncio

Reads the variables LOCKSTEP_… of docs/integrate.md. Prints a JSON line for all that it is told.
A line "busy" on standard input makes it ask installs to wait, and restarts to come later; a line
"later" asks for five minutes more before a restart; a line "sick" makes it say that it is not
healthy; the end of the input ends it.
"""

import asyncio
import json
import sys
import threading

from lockstep_component import AsyncComponent, Component, not_before


def say(**fields):
    print(json.dumps(fields), flush=True)


class Counting:
    """What both kinds do."""

    count, busy, sick = 0, False, False

    def trouble(self):
        return "it has lost count" if self.sick else ""

    def on_prepare(self, request):
        say(event="prepare", job=request.job_id)
        return not_before(60, "counting", "in the middle of a number") if self.busy else None

    def on_drain(self, request):
        say(event="drain", component=request.component, count=self.count)
        return str(self.count).encode()

    def on_restored(self, state):
        self.count = int(state)
        say(event="restored", count=self.count)

    def on_notice(self, notice):
        say(event="notice", reason=notice.reason if notice else None)

    def on_postponable(self, notice):
        return 600 if self.busy else None

    def on_store(self, release):
        say(event="store", link=release.store_link if release else None)

    def listen(self, line):
        if line.strip() == "later":
            say(event="later", possible=self.postpone(300))
            return
        self.busy = line.strip() == "busy"
        self.sick = line.strip() == "sick"
        self.count += 1
        say(event="counted", count=self.count)


class CountingThread(Counting, Component):
    pass


class CountingTask(Counting, AsyncComponent):
    async def on_drain(self, request):
        await asyncio.sleep(0.05)
        return super().on_drain(request)


def with_threads():
    component = CountingThread.from_environment(heartbeat=0.5)
    thread = threading.Thread(target=component.run)
    thread.start()
    for line in sys.stdin:
        component.listen(line)
    component.stop()
    thread.join()


async def with_asyncio():
    component = CountingTask.from_environment(heartbeat=0.5)
    running = asyncio.create_task(component.run())
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        component.listen(line.decode())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


if __name__ == "__main__":
    if sys.argv[1] == "asyncio":
        asyncio.run(with_asyncio())
    else:
        with_threads()
