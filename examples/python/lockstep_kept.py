"""Keeps what a component drained with; see lockstep_component.py."""

import json
import logging
import os

LOG = logging.getLogger("lockstep")


class Kept:
    """What the component drained with, in a file that outlives the process."""

    def __init__(self, path):
        self.path = path
        self.drained = None
        try:
            with open(path, encoding="utf-8") as file:
                self.drained = json.load(file)
            # Nobody knows what the component has: it gets its state.
            self.drained.update(wanted=True, handed=False)
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as unreadable:
            LOG.warning("the state that was drained with is lost: %s", unreadable)

    def become(self, **changes):
        """Changes it, on the disk before this returns."""
        if not changes.get("job") and self.drained is None:
            return
        self.drained = {**(self.drained or {}), **changes}
        if self.drained["ended"] and self.drained["handed"]:
            self.drained = None
            os.remove(self.path)
        else:
            self._write()
        self._sync(os.path.dirname(self.path))

    def _write(self):
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        partial = self.path + ".partial"
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(self.drained, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, self.path)

    @staticmethod
    def _sync(folder):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
