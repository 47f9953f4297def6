"""The judge's end of a room: one confined keeper for one submission."""

import contextlib
import os
import shutil
import socket
import time
from typing import Any

import numpy as np

from .room import frames


class NoRoom(Exception):
    """Submissions cannot be confined this way here; the text says why."""


class Room:
    """One confined keeper, for one submission.

    Args:
        warm: the ``Warm`` that forks it.
        tasks, arrays: the cases, packed; limits: what a submission may use.
    """

    def __init__(self, warm: Any, tasks: dict[str, Any], arrays: list[np.ndarray], limits: dict[str, Any]) -> None:
        self.warm, self.limit = warm, limits["run"]
        self.sock, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(warm.control, [b"fork"], [theirs.fileno()])
            if warm.control.recv(64) != b"ready":
                raise NoRoom("the warm process has ended")
        self._verify()
        self._send(frames.pack({"tasks": tasks, "limits": limits}, arrays))

    def _verify(self) -> None:
        """The keeper says who it is, before it gets any case."""
        try:
            hello, _ = frames.receive(self.sock.fileno(), time.monotonic() + 20)
        except (EOFError, TimeoutError, OSError, frames.BadFrame) as error:
            raise NoRoom(f"the keeper of a room did not start ({type(error).__name__})") from error
        alone = self.warm.tier == "none" or hello["pid"] == 1
        if hello["uid"] == 0 or not alone:
            raise NoRoom(f"the keeper of a room is not confined: {hello}")

    def run(self, cells: list[dict[str, Any]], *, careful: bool) -> tuple[str, bytes]:
        """One pass over these cells: how it ended ("done", "silent", "flooded", "timed_out"), and the bytes it said."""
        try:
            self._send(frames.pack({"cells": cells, "careful": careful}))
            header, arrays = frames.receive(self.sock.fileno(), time.monotonic() + self.limit + 20)
        except (EOFError, TimeoutError, OSError, frames.BadFrame):
            return "silent", b""
        return header["ended"], arrays[0].tobytes()

    def _send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # a keeper that is gone is silent in ``run``
            self.sock.sendall(data)

    def close(self) -> None:
        """End the keeper, and with it every process of the room."""
        self.sock.close()
        self.warm.control.send(b"end")
        if self.warm.control.recv(64) != b"ended":
            raise NoRoom("the warm process has ended")
        self._sweep()

    def _sweep(self) -> None:
        if self.warm.tier == "none":
            root = self.warm.folder / "root"
            for path in root.iterdir():
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() and not path.is_symlink() else os.unlink(path)
