"""What the learner has done: best points, tries and named mistakes of each task, in one file of the user's data folder."""

from pathlib import Path
from typing import Any

from fusion_edu import storage
from fusion_edu.autograder.verdict import Verdict


def path() -> Path:
    """The progress file of the checks."""
    return storage.home() / "checks.json"


def read() -> dict[str, dict[str, Any]]:
    """Entries by task id: best, max_points, tries, outcome, mistakes {id: times}. A corrupt file is set aside."""
    entries = storage.read_json(path(), {})
    return {task: _entry(entry) for task, entry in entries.items() if isinstance(entry, dict)}


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {"best": 0, "max_points": 0, "tries": 0, "outcome": "not_attempted", "mistakes": {}}
    known = whole | {key: entry[key] for key in whole if isinstance(entry.get(key), type(whole[key]))}
    return known | {"mistakes": {name: n for name, n in known["mistakes"].items() if isinstance(n, int)}}


def record(task: str, *, outcome: str, points: int, max_points: int, mistakes: tuple[str, ...] = ()) -> None:
    """Count one check. A stub that was left as it is counts as no try.

    Raises:
        OSError: the folder cannot be written; one sentence says what to do.
    """
    with storage.locked(path()):  # two checks at once lose nothing
        entries = read()
        entry = entries.get(task, _entry({}))
        named = dict(entry["mistakes"])
        for mistake in mistakes:
            named[mistake] = named.get(mistake, 0) + 1
        entries[task] = {
            "best": max(entry["best"], points),
            "max_points": max_points,
            "tries": entry["tries"] + (outcome != "not_attempted"),
            "outcome": "correct" if entry["outcome"] == "correct" else outcome,
            "mistakes": named,
        }
        storage.write_json(path(), entries)


def noted(verdict: Verdict) -> Verdict:
    """Record a verdict; where the file cannot be written, the verdict says so and nothing of it is lost."""
    try:
        record(
            verdict.task,
            outcome=verdict.outcome,
            points=verdict.points,
            max_points=verdict.max_points,
            mistakes=verdict.mistakes,
        )
    except OSError as error:
        return verdict.with_advice(f"Your progress was not saved: {error}.")
    return verdict


def reset() -> None:
    """Forget everything."""
    path().unlink(missing_ok=True)
