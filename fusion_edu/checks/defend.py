"""An open task: the learner chooses an experiment, runs it, and says what it shows. Checked is whether it shows that."""

import math
from collections.abc import Mapping, Sequence

from fusion_edu.autograder.verdict import Verdict
from fusion_edu.evaluate import Interval, gain

CONCLUSIONS = ("better", "worse", "the same", "not shown")
TITLE = "Defend a claim"
FEWEST = 3


def defend(
    task: str,
    runs: Mapping[str, Sequence[float]],
    conclusion: str | None,
    *,
    margin: float | None = None,
    unit: str = "seeds",
    test_to_train: float | None = None,
) -> Verdict:
    """Hold a conclusion against the runs that it was drawn from.

    Args:
        task: names the open task, e.g. "05.open".
        runs: two methods, ``{"gate": [...], "concatenation": [...]}``: one score a run, greater is better, both methods in
            the same order of runs.
        conclusion: about the first against the second: "better", "worse", "the same" (within ``margin``) or "not shown".
        margin: for "the same": the largest difference that would not matter to you, > 0, chosen before the runs.
        unit, test_to_train: what was drawn anew, as in :func:`fusion_edu.evaluate.interval`.

    Returns:
        A Verdict: correct where the 95 % interval of the paired gain bears the conclusion out; otherwise it says what is amiss.
    """
    if not runs or conclusion is None:
        return Verdict(
            task, TITLE, "not_attempted", "Put your two methods into `runs` and your conclusion beside them."
        )
    if problem := _unusable(runs, conclusion, margin):
        return Verdict(task, TITLE, "incorrect", problem)
    first, second = runs
    found = gain(runs[first], runs[second], unit=unit, test_to_train=test_to_train)
    told = f"{first} - {second}: {found:+.3f}"
    if problem := _amiss(found, conclusion, margin):
        return Verdict(task, TITLE, "incorrect", f"{told}.\n{problem}")
    return Verdict(task, TITLE, "correct", f"{told}, about {found.about}. Your conclusion, {conclusion!r}, follows.")


def _unusable(runs: Mapping[str, Sequence[float]], conclusion: str, margin: float | None) -> str:
    """Why nothing can be concluded from these runs; "" where it can."""
    if len(runs) != 2:
        return (
            f"`runs` holds {len(runs)} methods and needs two: the one you speak for, then the one it is held against."
        )
    first, second = (list(values) for values in runs.values())
    if len(first) != len(second):
        return f"The methods have {len(first)} and {len(second)} runs. Pairs share a run: give both the same seeds."
    if len(first) < FEWEST:
        return f"{len(first)} runs are too few to see how much a run differs from the next: take at least {FEWEST}."
    if not all(isinstance(v, int | float) and math.isfinite(v) for v in first + second):
        return "Every score must be a finite number: one of yours is none."
    if len(set(first)) == 1 and len(set(second)) == 1:
        return "Every run gave exactly the same score: does the seed reach what it should change?"
    if conclusion not in CONCLUSIONS:
        return f"The conclusion is {conclusion!r} and must be one of {', '.join(map(repr, CONCLUSIONS))}."
    if conclusion == "the same" and not (margin is not None and margin > 0):
        return '"The same" needs a margin: the largest difference that would not matter to you, chosen before the runs.'
    return ""


def _amiss(found: Interval, conclusion: str, margin: float | None) -> str:
    """Why the interval does not bear the conclusion out; "" where it does."""
    shown = "better" if found.low > 0 else "worse" if found.high < 0 else ""
    if conclusion == "the same":
        assert margin is not None  # asked for above
        if -margin < found.low and found.high < margin:
            return ""
        return (
            f"The interval is not inside ± {margin:g}, so differences that matter to you are still possible. "
            '"Not shown" is not "the same".'
        )
    if conclusion == "not shown":
        return f"0 lies outside the interval: here the first *is* shown to be {shown}." if shown else ""
    if conclusion == shown:
        return ""
    if shown:
        return f"It is the other way round: the interval says {shown}."
    on_average = "better" if found.mean > 0 else "worse"
    if conclusion == on_average:
        return f"{conclusion.capitalize()} on average only: 0 lies inside the interval, so a draw of luck explains it as well."
    return f"0 lies inside the interval, and on average the first is even {on_average}."
