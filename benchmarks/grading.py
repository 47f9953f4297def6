"""Marking a class: ``python benchmarks/grading.py [--submissions N] [--workers W] [--hostile SHARE] [--peers N] [--otter PYTHON]``.

A notebook of three tasks. A share of the submissions is hostile, a fifth of the others makes a mistake that has a name; fails
where one mark is not the expected one. With ``--peers`` the unmodified nbgrader marks N copies of the same notebook in the
same run, and otter-grader those that PYTHON, an environment of its own, has (left out where there is none).
Processor seconds hardly depend on what else the machine does; wall clock does.
"""

import argparse
import csv
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "marking"))

import attacks  # noqa: E402
import classroom  # noqa: E402
from parts import peers  # noqa: E402

from fusion_edu.autograder.marking import grade as grading  # noqa: E402
from fusion_edu.autograder.marking import learners  # noqa: E402
from fusion_edu.autograder.marking.batch import Settings  # noqa: E402
from fusion_edu.autograder.marking.store import Store  # noqa: E402
from fusion_edu.autograder.marking.submissions import find  # noqa: E402
from fusion_edu.tasks import COURSE  # noqa: E402

NAMED = attacks.RIGHT.replace(".mean()", ".sum()")


def lay_out(folder: Path, submissions: int, hostile: float) -> dict[str, int]:
    """Write the submissions; returns the expected points by learner."""
    every = max(2, round(1 / hostile)) if hostile else submissions + 1
    sources, expected = list(attacks.ATTACKS.values()), {}
    for number in range(submissions):
        bad = number % every == every - 1
        source = sources[number // every % len(sources)] if bad else NAMED if number % 5 == 0 else attacks.RIGHT
        for word, text in (("SECRETS", "['/etc/passwd']"), ("PORT", "9"), ("3171", "60")):
            source = source.replace(word, text)
        name = f"learner{number:05}"
        text = f"{source}\n# {number}\n"  # no two files are the same
        (folder / f"{name}.ipynb").write_bytes(classroom.notebook(classroom.cells(text)))
        expected[name] = 40 if source is attacks.RIGHT else 30
    return expected


class Memory:
    """Resident memory of the marker while it runs, in MiB: main process, judges and warm processes, not the short-lived sandboxes."""

    def __init__(self) -> None:
        self.samples: list[float] = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> "Memory":
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.thread.join()

    def _sample(self) -> None:
        while not self.over.wait(2):
            self.samples.append(sum(map(_resident, _family())) / 2**20)

    def quarters(self) -> list[int]:
        """Median of each quarter of the run, the start left out: equal numbers are flat memory."""
        steady = self.samples[len(self.samples) // 10 :] or [0.0]
        size = -(-len(steady) // 4)
        return [round(median(steady[i : i + size])) for i in range(0, len(steady), size)]


def _family() -> list[int]:
    found, place = [os.getpid()], 0
    while place < len(found):
        pid = found[place]
        place += 1
        try:
            warm = b"zygote" in Path(f"/proc/{pid}/cmdline").read_bytes()  # its children are sandboxes
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            continue
        found += [] if warm else map(int, children)
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def ours(folder: Path, options: argparse.Namespace) -> tuple[float, float, list[str]]:
    """Mark the class and print what was measured: (seconds, processor seconds) a submission, and wrong marks."""
    submissions, out = folder / "in", folder / "out"
    submissions.mkdir()
    expected = lay_out(submissions, options.submissions, options.hostile)
    settings = Settings("fusion_edu.tasks:COURSE", "benchmark", lesson="04")
    start, used = time.perf_counter(), _processor()
    with Memory() as memory:
        grading.grade(submissions, out, settings, workers=options.workers)
    seconds, used = time.perf_counter() - start, _processor() - used
    store = Store(out / "results.sqlite")
    start = time.perf_counter()
    grading.write(COURSE, store.results(store.known()), folder / "again", learners.people(find(submissions), None))
    summary = time.perf_counter() - start
    store.close()
    with (out / "grades.csv").open(encoding="utf-8-sig") as file:
        wrong = [row["learner"] for row in csv.DictReader(file) if int(row["points"]) != expected[row["learner"]]]
    n = options.submissions
    print(f"{n} submissions, {100 * options.hostile:g} % hostile, {options.workers} workers, {os.cpu_count()} cores")
    print(f"  {seconds:.1f} s in all, {n / seconds:.1f} a second; {1000 * used / n:.1f} ms of processor time each")
    print(f"  load of the machine at the end {os.getloadavg()[0]:.1f} (with {options.workers} workers alone: about 2)")
    print(f"  resident memory by quarter of the run, MiB: {memory.quarters()}")
    print(f"  all results summarised in {summary:.1f} s")
    print(f"  wrong marks: {wrong or 'none'}")
    return seconds / n, used / n, wrong


def _processor() -> float:
    return sum(os.times()[:4])


def compare(folder: Path, options: argparse.Namespace, own: tuple[float, float]) -> None:
    """The others on the same notebook, and how many times as long they take."""
    told = {"nbgrader 0.9.6": lambda: peers.nbgrader(_new(folder / "n"), attacks.RIGHT, options.peers)}
    if options.otter and Path(options.otter).exists():
        told["otter-grader 7.0.0"] = lambda: peers.otter(
            options.otter, _new(folder / "o"), attacks.RIGHT, options.peers
        )
    else:
        print(f"otter-grader is left out: there is no {options.otter or '--otter'}")
    for name, measure in told.items():
        seconds, used = measure()
        print(
            f"{name}: {seconds:.2f} s each ({used:.2f} s of processor time), on one core as it comes; "
            f"ours is {seconds / own[0]:.0f} times as fast, with 1/{used / own[1]:.0f} of the processor time"
        )


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--hostile", type=float, default=0.0, help="share of hostile submissions, e.g. 0.05")
    parser.add_argument("--peers", type=int, default=0, help="how many copies the others mark")
    parser.add_argument("--otter", default="", help="a Python that has otter-grader and torch")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seconds, used, wrong = ours(Path(folder), options)
        if options.peers:
            compare(Path(folder), options, (seconds, used))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
