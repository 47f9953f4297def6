"""Submissions marked per second: ``python benchmarks/grading.py [--submissions N] [--workers W] [--hostile SHARE]``.

A notebook of three tasks; a share of the submissions is wrong or hostile. Prints one line of JSON, and fails where a mark is not the expected one.
"""

import argparse
import csv
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "grading"))

import attacks  # noqa: E402
import classroom  # noqa: E402

from fusion_edu.grading.batch import Settings  # noqa: E402
from fusion_edu.grading.grade import grade  # noqa: E402


def lay_out(folder: Path, submissions: int, hostile: float) -> dict[str, int]:
    """Write the submissions; returns the expected points by learner."""
    every = max(2, round(1 / hostile)) if hostile else submissions + 1
    sources, expected = list(attacks.ATTACKS.values()), {}
    for number in range(submissions):
        bad = number % every == every - 1
        source = sources[number // every % len(sources)] if bad else attacks.RIGHT
        for word, text in (("SECRETS", "['/etc/passwd']"), ("PORT", "9"), ("3171", "60")):
            source = source.replace(word, text)
        name = f"learner{number:05}"
        text = f"{source}\n# {number}\n"  # no two files are the same
        (folder / f"{name}.ipynb").write_bytes(classroom.notebook(classroom.cells(text)))
        expected[name] = 30 if bad else 40
    return expected


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--hostile", type=float, default=0.0, help="share of hostile submissions, e.g. 0.05")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        submissions, out = Path(folder) / "in", Path(folder) / "out"
        submissions.mkdir()
        expected = lay_out(submissions, options.submissions, options.hostile)
        started = time.perf_counter()
        grade(submissions, out, Settings("benchmark", lesson="04"), workers=options.workers)
        seconds = time.perf_counter() - started
        rows = csv.DictReader((out / "grades.csv").open(encoding="utf-8"))
        wrong = [row["learner"] for row in rows if int(row["points"]) != expected[row["learner"]]]
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    numbers = {"submissions": options.submissions, "workers": options.workers, "hostile": options.hostile}
    numbers |= {"seconds": round(seconds, 1), "per_second": round(options.submissions / seconds, 1)}
    print(json.dumps(numbers | {"most_memory_MiB": round(memory), "wrong_marks": wrong}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
