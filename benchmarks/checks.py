"""How long a check takes, diagnosis included: ``OMP_NUM_THREADS=1 python benchmarks/checks.py`` prints a table in milliseconds.

Rows are tasks; columns a correct answer, one mistake, two mistakes at once, and a mistake that the catalogue does not know;
each as median and maximum. The first check of a task also compiles its wrong versions, shown under "first".
"""

import statistics
import time

import torch

from fusion_edu.autograder.variants import build, pairs, single, source_of
from fusion_edu.checks import TASKS, check


def milliseconds(task_id, answer, seed):
    """Time of one check, without the progress file."""
    begin = time.perf_counter()
    check(task_id, answer, seed=seed, record=False)
    return 1e3 * (time.perf_counter() - begin)


def unknown(reference):
    """A wrong answer that no combination of known mistakes gives."""

    def answer(*args):
        result = reference(*args)
        parts = result if isinstance(result, tuple) else (result,)
        shifted = tuple(
            part + 0.123 if not isinstance(part, torch.Tensor) or part.is_floating_point() else part + 3
            for part in parts
        )
        return shifted if isinstance(result, tuple) else shifted[0]

    return answer


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    print(
        f"{'task':6}{'first':>7}{'correct':>14}{'one mistake':>14}{'two mistakes':>14}{'unknown':>14}   (ms: median, max)"
    )
    everything = []
    for task in TASKS.values():
        copy = build(task, source_of(task.reference), "copy")
        first = milliseconds(task.id, unknown(copy), 0)
        answers = [
            [copy] * 5,
            [single(task, m) for m in task.mistakes],
            [f for *_, f in pairs(task)],
            [unknown(copy)] * 5,
        ]
        times = [[milliseconds(task.id, answer, seed) for seed, answer in enumerate(group)] for group in answers]
        everything += [t for group in times for t in group]
        print(f"{task.id:6}{first:7.0f}" + "".join(f"{statistics.median(t):8.0f}{max(t):6.0f}" for t in times))
    slow = sum(t > 200 for t in everything)
    print(
        f"{len(everything)} checks: median {statistics.median(everything):.0f} ms, max {max(everything):.0f} ms, {slow} above 200 ms"
    )


if __name__ == "__main__":
    main()
