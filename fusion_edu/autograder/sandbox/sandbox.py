"""The judge's end of a sandbox, in which passes over one submission run."""

import contextlib
import os
import select
import shutil
import socket
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from fusion_edu.autograder.sandbox.inside import frames
from fusion_edu.autograder.sandbox.inside.limits import Limits


class Forks(Protocol):
    """What a sandbox needs of its host."""

    tier: str
    folder: Path

    def ask(self, message: bytes, *fds: int) -> None:
        """One request to the warm process, and its answer."""


class NoSandbox(Exception):
    """Submissions cannot be confined this way here; the text says why."""


class Sandbox:
    """One confined first process, for one submission: for one quick pass, or for careful ones.

    Args:
        host: forks it.
        tasks: whose inputs it keeps.
        limits: what a submission may use.
    """

    def __init__(self, host: "Forks", tasks: Iterable[str], limits: Limits) -> None:
        self.host, self.tasks, self.limits = host, list(tasks), limits
        self.sock, theirs = socket.socketpair()
        with theirs:
            host.ask(b"fork", theirs.fileno())
        try:
            self._verify()
        except NoSandbox:
            self.close()
            raise

    def _verify(self) -> None:
        """The first process says who it is, before it gets any line of a submission."""
        try:
            hello, _ = frames.receive(self.sock.fileno(), time.monotonic() + 20)
        except (EOFError, TimeoutError, OSError, frames.BadFrame) as error:
            raise NoSandbox(f"the first process of a sandbox did not start ({type(error).__name__})") from error
        alone = self.host.tier == "none" or hello["pid"] == 1
        if hello["uid"] == 0 or not alone:
            raise NoSandbox(f"the first process of a sandbox is not confined: {hello}")

    def quick(self, cells: list[dict[str, Any]]) -> bytes:
        """What one quick pass over these cells says; no other pass can follow in this sandbox."""
        if self.host.tier == "none":  # there a pass could end its parent: that had better be a keeper
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

    def careful(self, cells: list[dict[str, Any]], seconds: float = float("inf")) -> bytes:
        """What one careful pass over these cells says, in at most so many seconds; others can follow."""
        limits = replace(self.limits, run=min(seconds, self.limits.run))
        try:
            self._send(cells, careful=True, limits=limits)
            _, arrays = frames.receive(self.sock.fileno(), time.monotonic() + limits.run + 20)
        except (EOFError, TimeoutError, OSError, frames.BadFrame):
            return b""
        return arrays[0].tobytes()

    def _send(self, cells: list[dict[str, Any]], *, careful: bool, limits: Limits | None = None) -> None:
        limits = limits or self.limits
        asked = {"cells": cells, "careful": careful, "tasks": self.tasks, "limits": limits.as_json()}
        with contextlib.suppress(OSError):  # a sandbox that is gone is silent
            self.sock.sendall(frames.pack(asked))

    def close(self) -> None:
        """End the first process, and with it every other of the sandbox."""
        self.sock.close()
        self.host.ask(b"end")
        self._sweep()

    def _sweep(self) -> None:
        if self.host.tier == "none":
            root = self.host.folder / "root"
            for path in root.iterdir():
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() and not path.is_symlink() else os.unlink(path)
