"""A claim in a lesson: the sentence with its interval, and what to think where it comes out otherwise."""

import json
import os
from functools import cache
from importlib.resources import files
from typing import Any

from fusion_edu import evaluate
from fusion_edu.evaluate.claims import Effect
from fusion_edu.viz.display import bundle
from fusion_edu.widgets.form import card, inline, plain

RECORD = "application/vnd.fusion-edu.claim+json"
STRICT = "FUSION_EDU_STRICT"


def claim(
    key: str,
    effect: Effect,
    *,
    says: str,
    above: float | None = None,
    below: float | None = None,
    between: tuple[float, float] | None = None,
    digits: int = 3,
) -> None:
    """State a claim under an experiment; arguments as in :func:`fusion_edu.evaluate.claim`.

    On a learner's machine a claim that comes out otherwise is told in one line, with how often it held when the course was
    run with other seeds and on other processors; the lesson goes on. With ``FUSION_EDU_STRICT=1`` (the builder, the tests)
    it is an error.

    Raises:
        AssertionError: it does not hold and ``FUSION_EDU_STRICT`` is set.
    """
    found = evaluate.claim(key, effect, says=says, above=above, below=below, between=between, digits=digits)
    if not found.holds and os.environ.get(STRICT):
        raise AssertionError(f"{key} does not hold: {says} ({found.shown or 'no'})")
    record = {"key": key, "says": says, "low": found.low, "high": found.high, "holds": found.holds}
    numbers = f": {found.shown}" if found.shown else ""
    if found.holds:
        text, page = f"✓ {plain(says)}{numbers}", card(f"✓ {inline(says)}{numbers}", edge="right")
    else:
        text = f"≈ It came out otherwise here{numbers}. Expected: {plain(says)}. {record_of(key)}"
        page = card(
            f"≈ <b>It came out otherwise here</b>{numbers}. Expected: {inline(says)}. {record_of(key)}", edge="wrong"
        )
    bundle({"text/plain": text, "text/html": page, RECORD: record})


def record_of(key: str) -> str:
    """How often a claim held in the re-draws of the course, in a sentence; "" where it was never drawn again."""
    row = redraws().get(key)
    if row is None:
        return ""
    return f"In {row['held']} of {row['draws']} runs with other seeds, as other processors, it held."


@cache
def redraws() -> dict[str, dict[str, Any]]:
    """The table that `start.py redraw` writes: key -> draws, held and the sentence."""
    return json.loads(files("fusion_edu").joinpath("redraws.json").read_text(encoding="utf-8"))["claims"]
