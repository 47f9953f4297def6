"""The result of a check: one type, one form as JSON, one set of words for its outcomes."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

__all__ = ["OUTCOMES", "WORDS", "Evidence", "Verdict"]


class Words(NamedTuple):
    """How an outcome is shown."""

    sign: str
    title: str
    colour: str


GREEN, RED, GREY = "#009E73", "#D55E00", "#888888"
WORDS = {
    "correct": Words("✓", "Correct", GREEN),
    "incorrect": Words("✗", "Not yet", RED),
    "not_attempted": Words("…", "Not attempted", GREY),
    "raised": Words("!", "It raised an error", RED),
    "forbidden": Words("✗", "Not allowed here", RED),
    "timed_out": Words("⏱", "Too slow", RED),
}
OUTCOMES = tuple(WORDS)
PLAIN = ("task", "title", "outcome", "message", "points", "max_points", "printed", "seed")


@dataclass(frozen=True)
class Evidence:
    """The smallest failing input that was found, what was expected ("" where it is kept back) and what came, as text."""

    case: str
    call: str
    expected: str
    got: str


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Args:
        task, title: id and title of the task.
        outcome: one of OUTCOMES.
        message: what to read; ``mistakes`` holds the ids of those that were named.
        points, max_points: for a correct answer all, where every value is right and something else is not 60 %, else 0.
        looks_like: ids of a mistake that the answer resembles, though not everything fits.
        seen: what else was measured on every case: "in general" (how it differs), "where" (in which few cases alone).
        evidence: the smallest failing input; ``advice`` costs nothing; ``seed`` repeats the same random cases.
        picture: right and wrong as curves, where the task has some.
    """

    task: str
    title: str
    outcome: str
    message: str
    points: int = 0
    max_points: int = 0
    mistakes: tuple[str, ...] = ()
    looks_like: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    evidence: Evidence | None = None
    advice: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    printed: str = ""
    seed: int = 0
    picture: Any = None
    _given: list[int] = field(default_factory=lambda: [0], repr=False, compare=False)

    @property
    def score(self) -> str:
        """ "20 of 20 points"; nothing for an open task, which has none."""
        return f"{self.points} of {self.max_points} points" if self.max_points else ""

    @property
    def correct(self) -> bool:
        """Whether the answer passed."""
        return self.outcome == "correct"

    def hint(self) -> str:
        """The next hint; after the last one, the last one again."""
        if not self.hints:
            return "There is no hint for this task."
        number = min(self._given[0], len(self.hints) - 1)
        self._given[0] += 1
        return f"Hint {number + 1} of {len(self.hints)}: {self.hints[number]}"

    def with_advice(self, sentence: str) -> "Verdict":
        """The same verdict with one more remark."""
        return replace(self, advice=(*self.advice, sentence))

    def without_expected(self) -> "Verdict":
        """The same verdict for a page that must not give the right value away."""
        return replace(self, evidence=replace(self.evidence, expected="")) if self.evidence else self

    def as_json(self) -> dict[str, Any]:
        """The one form of a verdict outside Python: of the command line, the store and the pages."""
        return {name: getattr(self, name) for name in PLAIN} | {
            "mistakes": list(self.mistakes),
            "looks_like": list(self.looks_like),
            "seen": list(self.seen),
            "advice": list(self.advice),
            "evidence": asdict(self.evidence) if self.evidence else None,
        }

    def __str__(self) -> str:
        from fusion_edu.autograder import render

        return render.text(self)

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from fusion_edu.autograder import render

        return {"text/html": render.card(self), "text/plain": str(self.points)}  # nbgrader reads the points
