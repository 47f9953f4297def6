"""A task, the mistakes that learners make in it, and how a mistake is written: as an edit of the reference."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.outcome import Outcome

__all__ = ["Curve", "Edit", "Mistake", "Task", "edit"]


@dataclass(frozen=True)
class Edit:
    """Replacements in the source of the reference, each of which must apply."""

    steps: tuple[tuple[str, str], ...]

    def apply(self, source: str) -> str | None:
        """The edited source, or None where a fragment is not there."""
        for old, new in self.steps:
            if old not in source:
                return None
            source = source.replace(old, new)
        return source


def edit(*fragments: str) -> Edit:
    """``edit(old, new)``, or ``edit(old, new, old, new)`` where one mistake needs two places."""
    return Edit(tuple(zip(fragments[::2], fragments[1::2], strict=True)))


@dataclass(frozen=True)
class Mistake:
    """A wrong version that learners write.

    Args:
        id: two or three words.
        change: an edit of the reference or, where no edit fits, a small wrong function.
        message: what to tell the learner: what is seen, why, where to look.
        symptom: what it does to a model or a number, in a few words.
    """

    id: str
    change: Edit | Callable[..., Any]
    message: str
    symptom: str = ""


@dataclass(frozen=True)
class Curve:
    """A picture of an answer: its value (by ``pick``) while one number of its input moves over ``at``."""

    title: str
    x: str
    y: str
    at: tuple[float, ...]
    args: Callable[[float], tuple[Any, ...]]
    pick: Callable[[Any], Any] = float


@dataclass(frozen=True, eq=False)
class Task:
    """One exercise.

    Args:
        id, title: e.g. "04.2"; the name is that of the reference.
        promise: everything that the check demands, for the learner to read.
        reference: a plain right answer; shares no code with the library.
        named: fixed corner cases; ``draws`` makes fresh ones at each check.
        mistakes, hints: what goes wrong, and what helps, least help first.
        difficulty: 1 .. 5; points; minutes it takes.
        forbidden: dotted names of functions that would be the answer itself.
        atol: absolute tolerance of values and gradients.
        view: turns an outcome into what is compared, where many answers are right.
        curves: pictures of right and wrong.
    """

    id: str
    title: str
    promise: str
    reference: Callable[..., Any]
    named: tuple[Case, ...]
    draws: Callable[[Draw], list[Case]]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...]
    difficulty: int
    points: int
    minutes: int
    forbidden: tuple[str, ...] = ()
    atol: float = 1e-6
    view: Callable[[Case, Outcome], Outcome] | None = None
    curves: tuple[Curve, ...] = ()

    @property
    def lesson(self) -> str:
        """Number of its lesson: "04" for "04.2"."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """Name of the function that the learner writes."""
        return self.reference.__name__

    @property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """The arguments of the function, by name."""
        return inspect.signature(self.reference).parameters

    @property
    def signature(self) -> str:
        """How the function is called, e.g. ``contrastive_loss(d, y, margin=1.0)``."""
        signature = inspect.signature(self.reference)
        bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()]
        return self.name + str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))

    @property
    def statement(self) -> str:
        """The whole promise: all that a check demands, and what may not be called."""
        text = inspect.cleandoc(self.promise)
        if self.forbidden:
            names = ", ".join(f"`{name}`" for name in dict.fromkeys(map(_short, self.forbidden)))
            text += f"\n\nNot allowed here, because writing it is the point: {names}."
        return text

    def cases(self, seed: int) -> list[Case]:
        """The named corners, then random inputs of this seed."""
        return [*self.named, *self.draws(Draw(seed))]

    def mistake(self, mistake_id: str) -> Mistake:
        """The mistake of that id; hyphens count as spaces.

        Raises:
            ValueError: there is none; names those that there are.
        """
        wanted = mistake_id.replace("-", " ").strip().lower()
        for mistake in self.mistakes:
            if mistake.id.replace("-", " ").lower() == wanted:
                return mistake
        known = ", ".join(repr(mistake.id) for mistake in self.mistakes)
        raise ValueError(f"task {self.id} has no mistake {mistake_id!r}, needs one of {known}")


def _short(name: str) -> str:
    return (
        name.replace("torch.nn.functional.", "F.").replace("torch.Tensor.", "Tensor.").replace("keras.src.", "keras.")
    )
