"""What a check says: as text, as an HTML card, and as the points alone for nbgrader."""

import html
from dataclasses import dataclass, field, replace
from typing import Any

from .picture import Drawn, image

OUTCOMES = ("correct", "incorrect", "not_attempted", "raised", "forbidden", "timed_out")
TITLES = {
    "correct": ("✓", "Correct", "#009E73"),
    "incorrect": ("✗", "Not yet", "#D55E00"),
    "not_attempted": ("…", "Not attempted", "#888888"),
    "raised": ("!", "It raised an error", "#D55E00"),
    "forbidden": ("✗", "Not allowed here", "#D55E00"),
    "timed_out": ("⏱", "Too slow", "#D55E00"),
}


@dataclass(frozen=True)
class Evidence:
    """The smallest failing input that was found, what was expected and what came back, as text."""

    case: str
    call: str
    expected: str
    got: str


@dataclass(frozen=True)
class Report:
    """The result of a check.

    Args:
        task, title: id and title of the task.
        outcome: one of OUTCOMES.
        message: what to read; ``mistakes`` holds the ids of those that were named.
        points, max_points: for a correct answer all, for a named mistake that leaves every value right 60 %, else 0.
        evidence: the smallest failing input; ``advice`` costs nothing; ``seed`` repeats the same random cases.
    """

    task: str
    title: str
    outcome: str
    message: str
    points: int = 0
    max_points: int = 0
    mistakes: tuple[str, ...] = ()
    looks_like: tuple[str, ...] = ()
    evidence: Evidence | None = None
    advice: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    printed: str = ""
    seed: int = 0
    picture: Drawn | None = None
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

    def with_advice(self, sentence: str) -> "Report":
        """The same report with one more remark."""
        return replace(self, advice=(*self.advice, sentence))

    def as_json(self) -> dict[str, Any]:
        """The form of the command line."""
        return {
            "task": self.task,
            "outcome": self.outcome,
            "mistakes": list(self.mistakes),
            "message": self.message,
            "points": self.points,
        }

    def __str__(self) -> str:
        sign, title, _ = TITLES[self.outcome]
        score = f" ({self.score})" if self.score else ""
        lines = [f"{sign} {self.task} {self.title}: {title}{score}", self.message]
        if self.evidence:
            lines += [
                f"  smallest failing input ({self.evidence.case}): {self.evidence.call}",
                f"  expected: {self.evidence.expected}",
                f"  yours:    {self.evidence.got}",
            ]
        lines += [f"  Advice: {sentence}" for sentence in self.advice]
        if self.printed.strip():
            lines.append("  Your code printed: " + self.printed.strip()[:200].replace("\n", " | "))
        return "\n".join(line for line in lines if line)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        sign, title, colour = TITLES[self.outcome]
        parts = [
            f"<div><strong>{sign} {html.escape(title)}</strong> · {html.escape(self.task)} {html.escape(self.title)}"
            f"{' · ' + self.score if self.score else ''}</div>",
            *(f'<p style="margin:.4em 0">{html.escape(text)}</p>' for text in self.message.split("\n") if text),
        ]
        if self.evidence:
            parts.append(_evidence(self.evidence))
        if self.picture:
            parts.append(image(self.picture))
        parts += [
            f'<p style="margin:.4em 0"><em>Advice, costs no points:</em> {html.escape(text)}</p>'
            for text in self.advice
        ]
        if self.printed.strip():
            parts.append(
                f"<details><summary style='display:list-item'>What your code printed</summary><pre>{html.escape(self.printed[:500])}</pre></details>"
            )
        if self.hints and not self.correct:
            parts += [
                f"<details><summary style='display:list-item'>Hint {number} of {len(self.hints)}</summary>{html.escape(text)}</details>"
                for number, text in enumerate(self.hints, 1)
            ]
        return (
            f'<div role="status" style="border-left:5px solid {colour};padding:.5em 1em;margin:.3em 0;max-width:52em;'
            f'background:rgba(128,128,128,.08);color:inherit">{"".join(parts)}</div>'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": str(self.points)}


def _evidence(evidence: Evidence) -> str:
    rows = (("input", evidence.call), ("expected", evidence.expected), ("yours", evidence.got))
    cells = "".join(
        f'<tr><th scope="row" style="text-align:left;padding:.1em .8em .1em 0">{name}</th>'
        f'<td style="text-align:left"><code>{html.escape(text)}</code></td></tr>'
        for name, text in rows
    )
    return f'<table style="margin:.4em 0"><caption style="text-align:left">Smallest failing input found ({html.escape(evidence.case)})</caption>{cells}</table>'
