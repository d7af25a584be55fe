"""Polls a TUF repository with the reference implementation; the other side of TufPollClient.

Arguments: metadata URL, content URL, root file, metadata folder.
Each line on standard input, a number, is answered with nanoseconds of CPU and of time for so many polls.
"""
import os
import sys
import time

from tuf.ngclient import Updater
from tuf.ngclient.config import UpdaterConfig

metadata_url, content_url, root_file, folder = sys.argv[1:5]
config = UpdaterConfig(snapshot_max_length=1 << 28, targets_max_length=1 << 28)


def poll(bootstrap=None):
    Updater(folder, metadata_url, folder, content_url, config=config, bootstrap=bootstrap).refresh()


os.makedirs(folder, exist_ok=True)
if not os.path.exists(os.path.join(folder, "root.json")):
    with open(root_file, "rb") as root:
        poll(root.read())
else:
    poll()
# The CPU of a whole process: start, imports, one poll.
print(time.process_time_ns(), flush=True)
for line in sys.stdin:
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    for _ in range(int(line)):
        poll()
    print(time.process_time_ns() - cpu, time.perf_counter_ns() - wall, flush=True)
