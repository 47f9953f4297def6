"""Words as numbers: 0 is padding, 1 any word not seen in training."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor


def words(text: str) -> list[str]:
    """Lower-case words: letters, digits and apostrophes; all else separates."""
    return re.findall(r"[\w']+", text.lower())


@dataclass(frozen=True)
class Vocabulary:
    """The words that have a number of their own, 2, 3, ... in this order.

    ``len(vocabulary)`` counts padding and "unknown" too: it is the number of rows an embedding needs.
    """

    words: tuple[str, ...]

    @classmethod
    def fit(cls, texts: Sequence[str], *, least: int = 1) -> "Vocabulary":
        """The words of the TRAINING texts that occur at least ``least`` times, the commonest first.

        Raises:
            ValueError: ``texts`` is one string, or no word is left.
        """
        if isinstance(texts, str):
            raise ValueError(f"texts is the one string {texts[:20]!r}, needs a sequence of strings")
        counts = Counter(word for text in texts for word in words(text))
        kept = sorted((word for word, n in counts.items() if n >= least), key=lambda word: (-counts[word], word))
        if not kept:
            raise ValueError(f"texts has no word that occurs {least} times or more, needs at least one")
        return cls(tuple(kept))

    def __len__(self) -> int:
        return len(self.words) + 2

    @cached_property
    def number(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words, start=2)}

    def ids(self, texts: Sequence[str], *, length: int | None = None) -> Tensor:
        """(B, T) long: each text's words as numbers, zeros behind its end.

        Args:
            length: T; of a longer text the first ``length`` words are kept. Default: the longest text's words, at least 1.
        """
        if isinstance(texts, str):
            raise ValueError(f"texts is the one string {texts[:20]!r}, needs a sequence of strings")
        if length is not None and length < 1:
            raise ValueError(f"length is {length}, needs >= 1")
        rows = [[self.number.get(word, 1) for word in words(text)] for text in texts]
        size = max([1, *map(len, rows)]) if length is None else length
        return torch.tensor([(row + [0] * size)[:size] for row in rows], dtype=torch.long).view(-1, size)
