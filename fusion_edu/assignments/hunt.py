"""The marks of a bug hunt: what was mended, what was broken, and whether place, cause and evidence fit what was planted."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from fusion_edu.assignments import sheet
from fusion_edu.assignments.evidence import shows
from fusion_edu.assignments.planting import Planted, of_learner
from fusion_edu.assignments.programs import PROGRAMS
from fusion_edu.assignments.sheet import Line
from fusion_edu.autograder.marking.learners import right_answers
from fusion_edu.autograder.marking.submissions import Files
from fusion_edu.autograder.marking.variant import secret_of

MENDED, LINE, CAUSE, INPUT = 10, 2, 2, 2  # points
BUGS = len(PROGRAMS) - 1  # of a learner: one program is right
PARTS = {"mended": BUGS * MENDED, "found": BUGS * (LINE + CAUSE + INPUT)}


def grade_folder(files: Files, out: Path, results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write ``assignment.csv``; called by ``grade`` after the programs were marked in the sandbox.

    Args:
        files: not asked for: all of it stands in the notebook.
        out: folder of the marks, which keeps the secret from which the bugs were planted.
        results: of the notebooks.
    """
    try:
        secret = secret_of(out)
    except ValueError as error:
        return [f"no {sheet.NAME}: {error}"]
    rows = {}
    for learner in dict.fromkeys(each["learner"] for each in results):
        planted = of_learner(PROGRAMS, secret, learner)
        right = right_answers(results, learner)
        found = sheet.literal(results, learner, "FOUND")
        rows[learner] = [mended(planted, right), claims(planted, found)]
    return sheet.write(out, PARTS, rows)


def mended(planted: Sequence[Planted], right: Collection[str]) -> Line:
    """Ten points for each program that was mended, less ten for each right one that is no longer right."""
    wrong = [each for each in planted if each.mistake]
    good = [each.program.task.name for each in wrong if each.program.task.id in right]
    broken = [each.program.task.name for each in planted if not each.mistake and each.program.task.id not in right]
    said = f"{len(good)} of {len(wrong)} mended ({', '.join(good) or 'none'})"
    said += f"; {', '.join(broken)} was right and is not right now" if broken else ""
    return Line("mended", MENDED * max(0, len(good) - len(broken)), MENDED * len(wrong), said)


def claims(planted: Sequence[Planted], found: Mapping[str, Any]) -> Line:
    """Six points for each bug: its line, its cause, an input that shows it; less six for a right program that is accused."""
    got, said = 0, []
    for each in planted:
        name = each.program.task.name
        claim = found.get(name)
        points, text = _claim(each, claim if isinstance(claim, Mapping) else {})
        got += points
        said.append(f"{name} {points}: {text}")
    most = (LINE + CAUSE + INPUT) * sum(each.mistake is not None for each in planted)
    return Line("found", max(0, got), most, "; ".join(said))


def _claim(planted: Planted, claim: Mapping[str, Any]) -> tuple[int, str]:
    cause = str(claim.get("cause", "")).strip().lower()
    if planted.mistake is None:
        accused = cause not in ("", "none")
        return -(LINE + CAUSE + INPUT) * accused, "it was right" if accused else "right"
    missing = shows(planted, claim.get("input"))
    line = claim.get("line")
    points = {
        "line": LINE * (isinstance(line, int) and not isinstance(line, bool) and line in planted.lines),
        "cause": CAUSE * (cause == planted.cause),
        "input": INPUT * (not missing),
    }
    wrong = [name for name, value in points.items() if not value]
    text = f"not {', '.join(wrong)}" if wrong else "all"
    return sum(points.values()), f"{text} ({missing})" if missing else text
