"""One input of a task, and a seeded source of fresh ones."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

__all__ = ["Case", "Draw", "mapped", "tensors"]


@dataclass(frozen=True)
class Case:
    """One call of an answer, and what is looked at besides its value.

    Args:
        name: a few words, shown to the learner.
        args: positional arguments; tensors, numbers, text, or lists or dictionaries of them.
        gradient: positions in ``args`` whose gradient is compared; each holds a tensor or a list of them.
        also: further calls of the same answer, whose values are compared too.
        randomness: whether global random generators must be left as they were.

    Raises: ValueError: ``gradient`` beside ``also`` or ``randomness``, which are looked at in calls without a gradient.
    """

    name: str
    args: tuple[Any, ...]
    gradient: tuple[int, ...] = ()
    also: tuple[tuple[Any, ...], ...] = ()
    randomness: bool = False

    def __post_init__(self) -> None:
        if self.gradient and (self.also or self.randomness):
            raise ValueError(
                f"case {self.name!r} has gradient and also or randomness, needs one kind: make two cases of it"
            )

    @property
    def size(self) -> int:
        """How many numbers the arguments hold: the report shows the smallest failing case."""
        return sum(t.numel() for t in tensors(self.args)) + len(self.args) + 100 * len(self.also)


def tensors(content: Any) -> list[Tensor]:
    """All tensors in nested lists, tuples and dictionaries, in order."""
    if isinstance(content, Tensor):
        return [content]
    if isinstance(content, (list, tuple)):
        return [tensor for item in content for tensor in tensors(item)]
    if isinstance(content, dict):
        return [tensor for item in content.values() for tensor in tensors(item)]
    return []


def mapped(content: Any, change: Callable[[Tensor], Any]) -> Any:
    """``content`` with ``change`` applied to every tensor."""
    if isinstance(content, Tensor):
        return change(content)
    if isinstance(content, (list, tuple)):
        return type(content)(mapped(item, change) for item in content)
    if isinstance(content, dict):
        return {key: mapped(item, change) for key, item in content.items()}
    return content


class Draw:
    """Fresh inputs from a private generator: the same seed gives the same ones, and the learner's generators stay as they are."""

    def __init__(self, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
        """Standard normal draws."""
        return torch.randn(*shape, generator=self.generator, dtype=torch.float64).to(dtype)

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0, dtype: torch.dtype = torch.float32) -> Tensor:
        """Uniform draws between ``low`` and ``high``."""
        unit = torch.rand(*shape, generator=self.generator, dtype=torch.float64)
        return (low + (high - low) * unit).to(dtype)

    def labels(self, classes: int, *shape: int) -> Tensor:
        """Integers 0 .. classes-1."""
        return torch.randint(0, classes, shape, generator=self.generator)

    def whole(self, low: int, high: int) -> int:
        """One integer, ``low`` and ``high`` included."""
        return int(torch.randint(low, high + 1, (), generator=self.generator))

    def order(self, n: int) -> Tensor:
        """A random order of 0 .. n-1."""
        return torch.randperm(n, generator=self.generator)
