"""How strong the checks are: ``python benchmarks/mutants.py [04 05 ...]`` prints how many small changes of each reference they notice.

Every change that two seeds did not notice is listed with the reason why it changes nothing, and is tried on forty more
seeds. Fails where a task notices less than 98 % of those that change something.
"""

import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "autograder"))

import torch  # noqa: E402
from agree import agrees  # noqa: E402
from survive import equivalents, survivors  # noqa: E402

from fusion_edu.autograder.variants import build  # noqa: E402
from fusion_edu.checks import TASKS  # noqa: E402

FURTHER = range(2, 42)
NEEDED = 0.98


def scored(task) -> tuple[int, int, int, list[str]]:
    """(mutants, noticed, equivalent, a line for each that was not noticed)."""
    number, unnoticed = survivors(task)
    known, lines = equivalents(task), []
    for change, mutant in unnoticed.items():
        function = build(task, mutant, "mutant")
        noticed_by = [seed for seed in FURTHER if not agrees(task, function, seed)]
        reason = known.get(change, "NOT LISTED") + (f", BUT NOTICED by seeds {noticed_by}" if noticed_by else "")
        lines.append(f"{task.id}  {change}\n      {reason}")
    equivalent = len(unnoticed.keys() & known.keys())
    return number, number - len(unnoticed), equivalent, lines


def main(lessons: list[str]) -> int:
    """Print the table."""
    torch.set_num_threads(1)
    rows, listed, weak = defaultdict(list), [], []
    for task in TASKS.values():
        if not lessons or task.id[:2] in lessons:
            number, noticed, equivalent, lines = scored(task)
            rows[task.id[:2]].append((number, noticed, equivalent))
            listed += lines
            weak += [task.id] if noticed < NEEDED * (number - equivalent) else []
    print(f"{'lesson':8}{'tasks':>6}{'mutants':>9}{'noticed':>9}{'equivalent':>12}{'score':>9}")
    for lesson, found in [*rows.items(), ("all", [each for every in rows.values() for each in every])]:
        number, noticed, equivalent = (sum(column) for column in zip(*found, strict=True))
        score = 100 * noticed / (number - equivalent)
        print(f"{lesson:8}{len(found):6}{number:9}{noticed:9}{equivalent:12}{score:8.1f}%")
    print(f"\nNot noticed, and why that is right (each on {2 + len(FURTHER)} seeds):\n")
    print("\n".join(listed))
    print(f"\nTasks that notice less than {NEEDED:.0%} of what changes something: {', '.join(weak) or 'none'}")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
