"""How many mistakes does a check name? ``python benchmarks/naming.py [TASK ...] [--folder F] [--json FILE]``

Runs the check on answers that were written from the statements alone (tests/autograder/independent) and counts, by kind:
right ones accepted, wrong ones rejected, mistakes named, by a general sentence or not at all.
"""

import argparse
import collections
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "autograder")]

from independent import answers  # noqa: E402
from tqdm import tqdm  # noqa: E402

from fusion_edu.checks import check, task  # noqa: E402


def told(answer, seed: int) -> dict:
    """What the check says of one answer."""
    try:
        function = answer.function(task(answer.task).name)
    except Exception as error:
        return {"outcome": "broken", "message": f"{type(error).__name__}: {error}"}
    return check(answer.task, function, seed=seed, record=False, seconds=60).as_json()


def how(result: dict) -> str:
    """In which way an answer was named."""
    if result["outcome"] != "incorrect":
        return result["outcome"]
    names = len(result["mistakes"])
    if names:
        return "named" if names == 1 else "named two"
    if result["looks_like"]:
        return "looks like"
    if "in general" in result["seen"]:
        return "in general"
    return "where" if {"where", "remembered"} & {*result["seen"]} else "unnamed"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*")
    parser.add_argument("--folder", type=Path, default=ROOT / "tests/autograder/independent")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chosen = [a for a in answers(options.folder) if not options.tasks or a.task in options.tasks]
    rows, counts = [], collections.defaultdict(collections.Counter)
    for answer in tqdm(chosen, file=sys.stderr):
        result = told(answer, options.seed)
        counts[answer.kind][how(result)] += 1
        rows.append({"number": answer.number, "kind": answer.kind, "says": answer.says, "how": how(result)} | result)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False))
    for kind, found in counts.items():
        print(f"{kind}: {sum(found.values())}; " + ", ".join(f"{name} {n}" for name, n in found.most_common()))


if __name__ == "__main__":
    main()
