"""Mark many submissions: here, in several processes, or on a Dask cluster, with the same results."""

import atexit
import hashlib
import itertools
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from fusion_edu.autograder.course import find
from fusion_edu.autograder.marking.fingerprint import decides
from fusion_edu.autograder.marking.handed_in import Submission
from fusion_edu.autograder.marking.marker import Marker
from fusion_edu.autograder.sandbox.host import open_host
from fusion_edu.autograder.sandbox.inside import linux
from fusion_edu.autograder.sandbox.inside.limits import Limits
from fusion_edu.autograder.sandbox.sandbox import NoSandbox

BATCH = 20
ATTEMPTS = 3


@dataclass(frozen=True)
class Settings:
    """What marks depend on (``course``, ``secret``, ``lesson``, ``own_cases``, ``limits``), and where submissions may run.

    ``course`` is the "module:NAME" of a Course.
    """

    course: str
    secret: str
    lesson: str = ""
    own_cases: bool = False
    trust: bool = False
    hidden: tuple[str, ...] = ()
    limits: Limits = Limits()

    def key(self, submission: Submission) -> str:
        """A name for the result of a submission: changes with whatever could change its marks, and with nothing else."""
        submission = submission.load()
        parts = (
            decides(find(self.course), submission.data),
            self.secret,
            self.lesson,
            self.own_cases,
            asdict(self.limits),
            *([submission.share] if submission.share < 1 else []),
            *([submission.named] if submission.named is not None else []),
        )
        content = repr((*parts, submission.learner, submission.name, submission.note)).encode() + submission.data
        return hashlib.sha256(content).hexdigest()


_markers: dict[Settings, Marker] = {}  # one of this process, made at its first submission


def mark_all(batch: list[Submission], settings: Settings) -> list[dict[str, Any]]:
    """Results of some submissions, in their order, each with the "key" of the bytes that were marked; runs in any process."""
    return [_mark(each, settings) for each in batch]


def _mark(each: Submission, settings: Settings) -> dict[str, Any]:
    each = each.load()
    for last in (False, True):
        try:
            marker = _marker(settings)
            result = marker.mark(each.data, each.name, each.learner, note=each.note, share=each.share, named=each.named)
            return result | {"tier": marker.host.tier, "key": settings.key(each)}
        except (NoSandbox, OSError):  # the warm process is gone: once more with a fresh one
            close(settings)
            if last:
                raise
    raise AssertionError


def _marker(settings: Settings) -> Marker:
    if settings not in _markers:
        course = find(settings.course)
        host = open_host(course, settings.trust, tuple(Path(path) for path in settings.hidden))
        marker = Marker(
            course, host, settings.secret, settings.limits, lesson=settings.lesson, own_cases=settings.own_cases
        )
        if not _markers:
            atexit.register(_close_all)
            Finalize(None, _close_all, exitpriority=1)  # a worker of a pool knows no atexit
        _markers[settings] = marker
    return _markers[settings]


def close(settings: Settings) -> None:
    """End the warm process of this process, if there is one."""
    if settings in _markers:
        _markers.pop(settings).close()


def _close_all() -> None:
    for settings in list(_markers):
        close(settings)


Done = Iterator[tuple[list[Submission], list[dict[str, Any]]]]


def run(submissions: list[Submission], settings: Settings, *, workers: int = 1, scheduler: str = "") -> Done:
    """Results as they come, in any order.

    Args:
        workers: processes on this machine; 1 works in this one.
        scheduler: address of a Dask scheduler, whose workers are used instead.

    Raises:
        NoSandbox: submissions cannot be confined here.
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


def _end_with(parent: int) -> None:
    """This worker ends with the process that started it, however that ends: a worker alone would wait for ever."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word: what there is to say, its parent says
    if sys.platform.startswith("linux"):
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _in_processes(batches: list[list[Submission]], settings: Settings, workers: int) -> Done:
    left = {id(batch): batch for batch in batches}
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _end_with, (os.getpid(),)) as pool:
                running = _as_done(
                    left.values(), lambda batch: pool.submit(mark_all, batch, settings), wait, 3 * workers
                )
                for batch, results in running:
                    del left[id(batch)]
                    yield batch, results
            return
        except BrokenProcessPool as error:  # the system has ended a worker: once more what it had in hand
            if attempt == ATTEMPTS:
                raise NoSandbox(
                    f"a worker was ended {ATTEMPTS} times: is there enough memory for {workers}?"
                ) from error


def _on_dask(batches: list[list[Submission]], settings: Settings, scheduler: str) -> Done:
    distributed = _distributed()
    try:
        connected = distributed.Client(scheduler)
    except (ValueError, OSError) as error:
        raise NoSandbox(
            f"--scheduler {scheduler} cannot be reached ({error}), needs an address like tcp://10.0.0.1:8786"
        ) from error
    with connected as client:

        def submit(batch: list[Submission]) -> Any:  # the workers may have other disks: the bytes go along
            return client.submit(mark_all, [each.load() for each in batch], settings, pure=False)

        most = 3 * max(1, len(client.nthreads()))
        yield from _as_done(batches, submit, lambda futures, **how: distributed.wait(list(futures), **how), most)


def _as_done(
    batches: Iterable[list[Submission]], submit: Callable[..., Any], wait: Callable[..., Any], most: int
) -> Done:
    """Batches as they are done; at most so many are under way, so that few are held in memory."""
    left, running = iter(list(batches)), dict[Any, list[Submission]]()
    while True:
        for batch in itertools.islice(left, most - len(running)):
            running[submit(batch)] = batch
        if not running:
            return
        for future in wait(running.keys(), return_when="FIRST_COMPLETED").done:
            yield running.pop(future), future.result()


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise NoSandbox("--scheduler needs Dask: pip install distributed") from error
    return distributed
