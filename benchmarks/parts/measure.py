"""Time and peak memory of ways to do the same work, side by side in one process."""

import ctypes
import os
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # the profiler is talkative

import torch  # noqa: E402
from torch import Tensor  # noqa: E402

Step = Callable[[], Tensor]  # what is measured, forward and, where leaves are given, backward


def run(step: Step, leaves: list[Tensor]) -> Tensor:
    """One forward and backward pass; the gradients of before are dropped first."""
    for leaf in leaves:
        leaf.grad = None
    out = step()
    if leaves:
        out.sum().backward()
    return out.detach()


def seconds(step: Step, leaves: list[Tensor]) -> float:
    """With one thread on a CPU the time of the process, which other processes lengthen little; else wall time."""
    cuda = torch.cuda.is_initialized()
    clock = time.perf_counter if cuda or torch.get_num_threads() > 1 else time.process_time
    if cuda:
        torch.cuda.synchronize()
    start = clock()
    run(step, leaves)
    if cuda:
        torch.cuda.synchronize()
    return clock() - start


def peak_mib(step: Step, leaves: list[Tensor]) -> float:
    """Largest sum of what one step has allocated at a time, gradients included."""
    for leaf in leaves:
        leaf.grad = None
    if leaves and leaves[0].is_cuda:
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        run(step, leaves)
        return (torch.cuda.max_memory_allocated() - before) / 2**20
    with torch.profiler.profile(profile_memory=True, activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
        run(step, leaves)
    events = [e for e in profile.profiler.kineto_results.events() if e.name() == "[memory]"]
    held = peak = 0
    for event in sorted(events, key=lambda e: e.start_ns()):
        held += event.nbytes()
        peak = max(peak, held)
    return peak / 2**20


def once(step: Step, leaves: list[Tensor]) -> tuple[float, float]:
    """Seconds and MiB of a single pass that takes minutes: the process's resident memory at its highest, as Linux counts it.

    A profile of every allocation would itself take gigabytes here.
    """
    for leaf in leaves:
        leaf.grad = None
    ctypes.CDLL(None).malloc_trim(0)  # what was freed is handed back, so that it counts when it is taken again
    Path("/proc/self/clear_refs").write_text("5")  # the highest is what it is now
    before = _resident_mib()
    took = seconds(step, leaves)
    return took, _resident_mib() - before


def _resident_mib() -> float:
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def interleaved(steps: dict[str, tuple[Step, list[Tensor]]], repetitions: int, budget: float = 0.0) -> dict[str, float]:
    """Median seconds of each; a round of all is repeated, at least ``budget`` seconds, and the first one warms up."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    end = time.perf_counter() + budget
    while len(next(iter(times.values()))) <= repetitions or time.perf_counter() < end:
        for name, step in steps.items():
            times[name].append(seconds(*step))
    return {name: statistics.median(values[1:]) for name, values in times.items()}
