"""Mark what one learner handed in, on the machine of a platform: Gradescope's container, or GitHub's.

python -m fusion_edu.autograder.marking.one FILE_OR_FOLDER ... --course MODULE:NAME --lesson 04 --gradescope results.json
python -m fusion_edu.autograder.marking.one FILE_OR_FOLDER ... --course MODULE:NAME --lesson 04 --github "$GITHUB_OUTPUT"

Where the machine offers no confinement, the submission runs without: the machine is its own and is thrown away.
"""

import argparse
import base64
import json
import secrets
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fusion_edu import storage
from fusion_edu.autograder.course import find
from fusion_edu.autograder.marking import batch, export
from fusion_edu.autograder.marking.archive import clean
from fusion_edu.autograder.marking.batch import Settings
from fusion_edu.autograder.marking.handed_in import Submission, noted
from fusion_edu.autograder.marking.submissions import of_one
from fusion_edu.autograder.sandbox.sandbox import NoSandbox

LEARNER = "you"


def best(paths: Sequence[Path], settings: Settings) -> dict[str, Any]:
    """The result of the best of all notebooks at ``paths``; where there is none, one that says so."""
    found = [each for path in paths if path.exists() for each in of_one(path, LEARNER)]
    if not found:
        found = [noted(Submission(LEARNER, ""), f"there is no notebook: {', '.join(path.name for path in paths)}")]
    books = [replace(each, together=len(found)) for each in found if each.path] or found[:1]
    done = [
        (each, result) for own, results in batch.run(books, settings) for each, result in zip(own, results, strict=True)
    ]
    each, result = max(done, key=lambda one: export.points(one[1])[0])
    note = f"{len(books)} notebooks: {each.name} counts" if len(books) > 1 else ""
    return {"learner": LEARNER, "name": each.name} | result | {"note": "; ".join(filter(None, [result["note"], note]))}


def github(result: dict[str, Any]) -> str:
    """What GitHub Classroom's reporter reads from the output ``result`` of a step: partial credit counts."""
    got, most = export.points(result)
    tests = [
        {
            "name": f"{mark['task']} {mark['title']}",
            "status": "pass" if mark["outcome"] == "correct" else "fail",
            "message": mark["message"],
            "test_code": f'check("{mark["task"]}")',
            "filename": result["name"],
            "line_no": 0,
            "score": mark["points"],
        }
        for mark in result["marks"]
    ]
    content = {"version": 1, "status": "pass" if got == most else "fail", "max_score": most, "tests": tests}
    return base64.b64encode(json.dumps(content).encode()).decode()


def said(result: dict[str, Any]) -> Iterator[str]:
    """Lines for the log of a platform: what begins one is ours, since GitHub takes "::" there for a command."""
    if result["note"]:
        yield f"Note: {clean(result['note'], 1000)}"
    for mark in result["marks"]:
        head = f"{mark['task']} {mark['title']}: {mark['points']} of {mark['max_points']} points. "
        yield head + " | ".join(clean(line, 1000) for line in mark["message"].splitlines())


def main(arguments: list[str] | None = None) -> int:
    """The command line; exit status 2 where the machine, not the learner, is the reason that there are no marks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--course", required=True, metavar="MODULE:NAME")
    parser.add_argument("--lesson", required=True)
    parser.add_argument("--seed-file", type=Path, help="holds what makes the hidden inputs; fresh ones by default")
    parser.add_argument("--gradescope", type=Path, metavar="FILE", help="results.json")
    parser.add_argument("--github", type=Path, metavar="FILE", help="of step outputs")
    options = parser.parse_args(arguments)
    try:
        seed = options.seed_file.read_text().strip() if options.seed_file else secrets.token_hex(16)
        hidden = (str(options.seed_file.resolve()),) if options.seed_file else ()
        find(options.course).asked(options.lesson)
        settings = Settings(options.course, seed, lesson=options.lesson, trust=True, hidden=hidden)
        result = best(options.paths, settings)
        if options.gradescope:
            storage.write(options.gradescope, export.gradescope(result).encode("utf-8", "replace"))
        if options.github:
            with options.github.open("a", encoding="utf-8") as file:
                file.write(f"result={github(result)}\n")
    except (NoSandbox, ValueError, OSError) as error:
        print(f"No marks were made, and it is not the learner's fault: {error}", file=sys.stderr)
        return 2
    for line in said(result):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
