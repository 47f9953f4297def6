"""A function in several processes that talk to each other, started from a notebook; none of them outlives the call."""

import contextlib
import inspect
import os
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from fusion_edu.values import whole

# Ends with its parent: the parent holds the other end of stdin, and whoever dies lets go of it.
SCRIPT = """\
import datetime, os, sys, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
import torch
import torch.distributed as dist
rank, world, folder, timeout = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
torch.set_num_threads(1)

{source}

if __name__ == "__main__":
    args = torch.load(os.path.join(folder, "arguments.pt"), weights_only=True)
    limit = datetime.timedelta(seconds=timeout)
    meet = "file:///" + os.path.join(folder, "meet").replace(os.sep, "/").lstrip("/")
    dist.init_process_group("gloo", init_method=meet, rank=rank, world_size=world, timeout=limit)
    result = {name}(*args)
    torch.save(result, os.path.join(folder, f"result-{{rank}}.pt"))
    dist.barrier()
    dist.destroy_process_group()
"""


def run_processes(function: Callable[..., Any], processes: int, *args: Any, timeout: float = 60.0) -> list[Any]:
    """``function(*args)`` in so many new processes of ``torch.distributed`` (gloo, CPU); what each returned, by rank.

    The function travels as its *source*, in a script file: it must bring along what it uses (imports inside it) except
    ``torch`` and ``dist``, which are there. Its rank is ``dist.get_rank()``. So it may stand in a notebook cell.

    Args:
        function: a plain function (no lambda, no method).
        processes: >= 1.
        args: tensors, numbers, strings, and lists, tuples or dicts of them; so are results.
        timeout: seconds after which all are ended, > 0.

    Raises:
        ValueError: the source of ``function`` cannot be had, ``processes`` < 1, ``timeout`` <= 0.
        RuntimeError: a process failed; ends with what it said. TimeoutError: not done in time. No process is left over, nor
            when the call is interrupted or this process dies.
    """
    processes = whole("processes", processes)
    if not timeout > 0:
        raise ValueError(f"timeout is {timeout}, needs > 0 seconds")
    source = _source(function)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        script = folder / "worker.py"
        script.write_text(SCRIPT.format(source=source, name=function.__name__), encoding="utf-8")
        torch.save(args, folder / "arguments.pt")
        running: list[subprocess.Popen[bytes]] = []
        try:
            running += [_started(script, rank, processes, folder, timeout) for rank in range(processes)]
            _wait(running, folder, timeout)
        finally:
            _end(running)
        return [torch.load(folder / f"result-{rank}.pt", weights_only=True) for rank in range(processes)]


def _source(function: Callable[..., Any]) -> str:
    if not inspect.isfunction(function):
        raise ValueError(f"function is {function!r}, needs a plain function, which is known by its source")
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError) as error:
        raise ValueError(f"function is {function!r}, needs one written in a file or a cell: {error}") from None
    if not source.startswith(f"def {function.__name__}("):
        raise ValueError(f"function is {function!r}, needs a plain 'def', without decorators")
    return source


def _started(script: Path, rank: int, world: int, folder: Path, timeout: float) -> subprocess.Popen[bytes]:
    where = {"linux": "lo", "darwin": "lo0"}.get(sys.platform)  # this machine alone, whatever its name resolves to
    settings = {"OMP_NUM_THREADS": "1"} | ({"GLOO_SOCKET_IFNAME": where} if where else {})
    paths = os.pathsep.join(path for path in (*sys.path, os.getcwd()) if path)  # imports as here, wherever that is
    command = [sys.executable, str(script), str(rank), str(world), str(folder), str(timeout)]
    with (folder / f"said-{rank}.txt").open("wb") as said:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=said, stderr=said, env=os.environ | settings | {"PYTHONPATH": paths}
        )


def _wait(running: list[subprocess.Popen[bytes]], folder: Path, timeout: float) -> None:
    """Until all are done, one has failed, or time is up."""
    ends = time.monotonic() + timeout
    while True:
        codes = [process.poll() for process in running]
        for rank, code in enumerate(codes):
            if code:
                said = (folder / f"said-{rank}.txt").read_text(encoding="utf-8", errors="replace").strip()
                raise RuntimeError(f"process {rank} of {len(running)} ended with {code}:\n{said[-2000:]}")
        if None not in codes:
            return
        if time.monotonic() > ends:
            late = [rank for rank, code in enumerate(codes) if code is None]
            raise TimeoutError(f"process {late} of {len(running)} not done after {timeout:g} s, all were ended")
        time.sleep(0.02)


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        if process.poll() is None:
            process.kill()
    for process in running:
        with contextlib.suppress(OSError):
            assert process.stdin is not None
            process.stdin.close()
        process.wait()
