"""The judge's end of a room, in which passes over one submission run."""

import contextlib
import os
import select
import shutil
import socket
import time
from collections.abc import Iterable
from typing import Any

from .room import frames
from .room.limits import Limits


class NoRoom(Exception):
    """Submissions cannot be confined this way here; the text says why."""


class Room:
    """One confined first process, for one submission: for one quick pass, or for careful ones.

    Args:
        warm: the ``Warm`` that forks it.
        tasks: whose inputs it keeps.
        limits: what a submission may use.
    """

    def __init__(self, warm: Any, tasks: Iterable[str], limits: Limits) -> None:
        self.warm, self.tasks, self.limits = warm, list(tasks), limits
        self.sock, theirs = socket.socketpair()
        with theirs:
            warm.ask(b"fork", theirs.fileno())
        self._verify()

    def _verify(self) -> None:
        """The first process says who it is, before it gets any line of a submission."""
        try:
            hello, _ = frames.receive(self.sock.fileno(), time.monotonic() + 20)
        except (EOFError, TimeoutError, OSError, frames.BadFrame) as error:
            raise NoRoom(f"the first process of a room did not start ({type(error).__name__})") from error
        alone = self.warm.tier == "none" or hello["pid"] == 1
        if hello["uid"] == 0 or not alone:
            raise NoRoom(f"the first process of a room is not confined: {hello}")

    def quick(self, cells: list[dict[str, Any]]) -> bytes:
        """What one quick pass over these cells says; no other pass can follow in this room."""
        if self.warm.tier == "none":  # there a pass could end its parent: that had better be a keeper
            return self.careful(cells)
        self._send(cells, careful=False)
        parts, size = [], 0
        deadline = time.monotonic() + self.limits.task
        while size <= self.limits.output:
            if not select.select([self.sock], [], [], max(0.0, deadline - time.monotonic()))[0]:
                break
            try:
                part = self.sock.recv(1 << 16)
            except OSError:
                break
            if not part:
                break
            parts.append(part)
            size += len(part)
        return b"".join(parts)

    def careful(self, cells: list[dict[str, Any]]) -> bytes:
        """What one careful pass over these cells says; others can follow."""
        try:
            self._send(cells, careful=True)
            _, arrays = frames.receive(self.sock.fileno(), time.monotonic() + self.limits.run + 20)
        except (EOFError, TimeoutError, OSError, frames.BadFrame):
            return b""
        return arrays[0].tobytes()

    def _send(self, cells: list[dict[str, Any]], *, careful: bool) -> None:
        asked = {"cells": cells, "careful": careful, "tasks": self.tasks, "limits": self.limits.as_json()}
        with contextlib.suppress(OSError):  # a room that is gone is silent
            self.sock.sendall(frames.pack(asked))

    def close(self) -> None:
        """End the first process, and with it every other of the room."""
        self.sock.close()
        self.warm.ask(b"end")
        self._sweep()

    def _sweep(self) -> None:
        if self.warm.tier == "none":
            root = self.warm.folder / "root"
            for path in root.iterdir():
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() and not path.is_symlink() else os.unlink(path)
