"""The same marks as nbgrader's: ``python benchmarks/honest.py [--submissions N] [--workers W] [--folder DIR]``.

N submissions of an honest class (tests/marking/honest.py) are marked by the unmodified nbgrader, whose check cells run in a
kernel of each notebook's own (forked from a warm process, see parts/warm_kernel.py), and by our marker. Prints how often they
agree and each answer on which they do not, and fails where there is one. ``--folder`` keeps nbgrader's work, so that a
second run need not repeat it.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "marking"))

import honest  # noqa: E402

from fusion_edu.autograder.marking.batch import Settings, run  # noqa: E402
from fusion_edu.autograder.marking.submissions import Submission  # noqa: E402

Handed = dict[str, tuple[str, honest.Choice]]  # learner -> lesson and answers
Marks = dict[tuple[str, str], float]  # (learner, task) -> points


def environment(folder: Path) -> dict[str, str]:
    """Of all that runs here: nbgrader's programs are found, no progress of a learner is touched, the warm kernel is known."""
    path = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
    own = {"FUSION_EDU_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT), "JUPYTER_PATH": str(folder / "jupyter")}
    return {**os.environ, **own, "PATH": path}


@contextlib.contextmanager
def warm_kernel(folder: Path) -> Iterator[None]:
    """A kernelspec "warm", and the process behind it."""
    program, address = str(ROOT / "benchmarks/parts/warm_kernel.py"), str(folder / "kernel.sock")
    spec = folder / "jupyter" / "kernels" / "warm" / "kernel.json"
    spec.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-I", program, "start", address, "{connection_file}"]
    spec.write_text(json.dumps({"argv": command, "display_name": "warm", "language": "python"}))
    Path(address).unlink(missing_ok=True)
    process = subprocess.Popen(
        [sys.executable, program, "serve", address],
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not Path(address).exists():
            if process.poll() is not None:
                raise RuntimeError("the warm kernel's process did not start")
            time.sleep(0.1)
        yield
    finally:
        process.kill()
        process.wait()


def nbgrader(course: Path, *command: str) -> None:
    """One command of nbgrader, as a teacher would call it."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=course,
        env=environment(course.parent),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"nbgrader {' '.join(command)}: {done.stderr[-3000:]}")


def courses(folder: Path, handed: Handed, workers: int) -> list[Path]:
    """A course for each worker, released, with its share of the submissions; those that are there already are kept."""
    spec = importlib.util.spec_from_file_location("classroom", ROOT / "tools" / "classroom.py")
    classroom = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(classroom)
    found = [folder / f"course{number}" for number in range(workers)]
    for course in found:
        if not (course / "gradebook.db").exists():
            classroom.lay_out(course, confined=False)
    for name in sorted({honest.EXERCISES[lesson].stem for lesson, _ in handed.values()}):
        if not (found[0] / "release" / name).exists():
            nbgrader(found[0], "generate_assignment", name)
    for course in found[1:]:
        if not (course / "gradebook.db").exists():
            shutil.copy(found[0] / "gradebook.db", course)
    for number, (learner, (lesson, choice)) in enumerate(handed.items()):
        name = honest.EXERCISES[lesson].stem
        file = found[number % workers] / "submitted" / learner / name / f"{name}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(honest.notebook(lesson, choice))
    return found


def marked_by_nbgrader(folder: Path, handed: Handed, workers: int) -> Marks:
    """Points of each check cell, out of the gradebooks."""
    from nbgrader.api import Gradebook

    places = courses(folder, handed, workers)
    lessons = sorted({honest.EXERCISES[lesson].stem for lesson, _ in handed.values()})

    def autograde(course: Path) -> None:
        for name in lessons:
            nbgrader(course, "autograde", name, "--ExecutePreprocessor.kernel_name=warm")  # what is marked is skipped

    with warm_kernel(folder.resolve()), ThreadPoolExecutor(workers) as pool:
        list(pool.map(autograde, places))
    marks = {}
    for course in places:
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
            for name in lessons:
                for submission in book.assignment_submissions(name):
                    for grade in submission.notebooks[0].grades:
                        task = grade.name.removeprefix("check-").replace("-", ".")
                        marks[submission.student_id, task] = grade.score
    return marks


def marked_by_us(handed: Handed, workers: int) -> Marks:
    """Points of each task, from our marker."""
    files = [
        Submission(who, f"{lesson}.ipynb", honest.notebook(lesson, choice)) for who, (lesson, choice) in handed.items()
    ]
    return {
        (submission.learner, mark["task"]): mark["points"]
        for batch, results in run(files, Settings("fusion_edu.tasks:COURSE", "honest"), workers=workers)
        for submission, result in zip(batch, results, strict=True)
        for mark in result["marks"]
    }


def main() -> int:
    """Mark twice and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=540)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="keeps what nbgrader did, and uses it again")
    options = parser.parse_args()
    handed = {f"learner{i:04}": each for i, each in enumerate(honest.plan(options.submissions))}
    lenient = {f"kinder{i:04}": each for i, each in enumerate(honest.kinder())}
    with tempfile.TemporaryDirectory() as own:
        begin = time.perf_counter()
        theirs = marked_by_nbgrader((options.folder or Path(own)).resolve(), handed | lenient, options.workers)
        half = time.perf_counter()
        ours = marked_by_us(handed | lenient, options.workers)
        seconds = half - begin, time.perf_counter() - half
    return report(handed, lenient, theirs, ours, seconds)


def report(handed: Handed, lenient: Handed, theirs: Marks, ours: Marks, seconds: tuple[float, float]) -> int:
    """Print what was compared and where they differ."""
    assert theirs.keys() == ours.keys()
    unlike = [key for key in theirs if key[0] in handed and theirs[key] != ours[key]]
    less = [key for key in theirs if key[0] in lenient and not theirs[key] <= ours[key]]
    kinds = Counter(kind.partition(":")[0] for _, choice in handed.values() for kind, _ in choice.values())
    print(f"{len(handed)} submissions, {sum(key[0] in handed for key in theirs)} marks; the answers by kind:")
    print("".join(f"  {count:5}  {kind}\n" for kind, count in kinds.most_common()))
    alike = len(handed) - len({learner for learner, _ in unlike})
    print(f"Same marks in every task: {alike} of {len(handed)} submissions.")
    for learner, task in unlike + less:
        lesson, choice = (handed | lenient)[learner]
        kind, source = choice.get(task, ("as handed out", ""))
        print(f"\n{learner} {task} ({kind}): nbgrader {theirs[learner, task]:g}, we {ours[learner, task]:g}\n{source}")
    more = sum(theirs[key] < ours[key] for key in theirs if key[0] in lenient)
    total = sum(key[0] in lenient for key in theirs)
    print(
        f"Kinder on purpose ({'; '.join(honest.KINDER)}): {more} of {total} answers get marks from us and none from nbgrader."
    )
    print(f"nbgrader {seconds[0]:.0f} s (less where its work was kept), our marker {seconds[1]:.0f} s.")
    return 1 if unlike or less else 0


if __name__ == "__main__":
    sys.exit(main())
