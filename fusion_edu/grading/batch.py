"""Mark many submissions: here, in several processes, or on a Dask cluster, with the same results."""

import atexit
import hashlib
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from fusion_edu.checks import TASKS

from .marking import VERSION, Marker
from .room.limits import Limits
from .submissions import Submission
from .warm import NoRoom, open_room

BATCH = 20


@dataclass(frozen=True)
class Settings:
    """What marks depend on (``secret``, ``lesson``, ``own_cases``, ``limits``), and where submissions may run."""

    secret: str
    lesson: str = ""
    own_cases: bool = False
    trust: bool = False
    hidden: tuple[str, ...] = ()
    limits: Limits = Limits()

    def key(self, submission: Submission) -> str:
        """A name for the result of a submission: changes with whatever could change its marks."""
        tasks = [(task.id, task.points, len(task.mistakes)) for task in TASKS.values()]
        parts = VERSION, self.secret, self.lesson, self.own_cases, asdict(self.limits), tasks
        content = repr((*parts, submission.learner, submission.name, submission.note)).encode() + submission.data
        return hashlib.sha256(content).hexdigest()


_markers: dict[Settings, Marker] = {}  # one of this process, made at its first submission


def mark_all(batch: list[Submission], settings: Settings) -> list[dict[str, Any]]:
    """Results of some submissions, in their order; runs in any process."""
    return [_mark(each, settings) for each in batch]


def _mark(each: Submission, settings: Settings) -> dict[str, Any]:
    for last in (False, True):
        try:
            result = _marker(settings).mark(each.data, each.name, each.learner, note=each.note)
            return result | {"tier": _marker(settings).warm.tier}
        except (NoRoom, OSError):  # the warm process is gone: once more with a fresh one
            close(settings)
            if last:
                raise
    raise AssertionError


def _marker(settings: Settings) -> Marker:
    if settings not in _markers:
        warm = open_room(settings.trust, tuple(Path(path) for path in settings.hidden))
        marker = Marker(warm, settings.secret, settings.limits, lesson=settings.lesson, own_cases=settings.own_cases)
        atexit.register(marker.close)
        Finalize(None, marker.close, exitpriority=1)  # a worker of a pool knows no atexit
        _markers[settings] = marker
    return _markers[settings]


def close(settings: Settings) -> None:
    """End the warm process of this process, if there is one."""
    if settings in _markers:
        _markers.pop(settings).close()


Done = Iterator[tuple[list[Submission], list[dict[str, Any]]]]


def run(submissions: list[Submission], settings: Settings, *, workers: int = 1, scheduler: str = "") -> Done:
    """Results as they come, in any order.

    Args:
        workers: processes on this machine; 1 works in this one.
        scheduler: address of a Dask scheduler, whose workers are used instead.

    Raises:
        NoRoom: submissions cannot be confined here.
    """
    if scheduler:
        yield from _on_dask(_batches(submissions, max(1, min(BATCH, len(submissions) // 8))), settings, scheduler)
    elif workers > 1:
        yield from _in_processes(
            _batches(submissions, max(1, min(BATCH, len(submissions) // workers))), settings, workers
        )
    else:
        try:
            for each in submissions:
                yield [each], mark_all([each], settings)
        finally:
            close(settings)


def _batches(submissions: list[Submission], size: int) -> list[list[Submission]]:
    return [submissions[i : i + size] for i in range(0, len(submissions), size)]


def _in_processes(batches: list, settings: Settings, workers: int) -> Done:
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures: dict[Future, list] = {pool.submit(mark_all, batch, settings): batch for batch in batches}
        for future in as_completed(futures):
            yield futures[future], future.result()


def _on_dask(batches: list, settings: Settings, scheduler: str) -> Done:
    distributed: Any = _distributed()
    with distributed.Client(scheduler) as client:
        futures = {client.submit(mark_all, batch, settings, pure=False): batch for batch in batches}
        for future in distributed.as_completed(futures):
            yield futures[future], future.result()


def _distributed() -> Callable:
    try:
        import distributed
    except ImportError as error:
        raise NoRoom("--scheduler needs Dask: pip install distributed") from error
    return distributed
