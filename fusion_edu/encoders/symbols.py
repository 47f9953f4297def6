"""Texts to be written, as numbers: characters or words, with a mark for the beginning and one for the end."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

PAD, BEGIN, END, UNKNOWN = range(4)


@dataclass(frozen=True)
class Symbols:
    """The symbols that have a number of their own, 4, 5, ... in this order.

    0 is padding, 1 begins a text, 2 ends it, 3 is any symbol not seen in training.

    Args:
        symbols: each once.
        between: what stands between two symbols of a text: "" for characters, " " for words.
    """

    symbols: tuple[str, ...]
    between: str = ""

    @classmethod
    def fit(cls, texts: Sequence[str], *, between: str = "") -> "Symbols":
        """The symbols of the TRAINING texts, the commonest first.

        Raises:
            ValueError: ``texts`` is one string, or there is no symbol in them.
        """
        counts = Counter(symbol for text in _several(texts) for symbol in _cut(text, between))
        if not counts:
            raise ValueError("texts has no symbol, needs at least one")
        return cls(tuple(sorted(counts, key=lambda symbol: (-counts[symbol], symbol))), between)

    def __len__(self) -> int:
        """Number of rows that an embedding needs, and of classes that a decoder chooses from."""
        return len(self.symbols) + 4

    @cached_property
    def number(self) -> dict[str, int]:
        return {symbol: i for i, symbol in enumerate(self.symbols, start=4)}

    def ids(self, texts: Sequence[str]) -> Tensor:
        """(B, T) long: the symbols of each text, the mark of its end, and padding; T fits the longest."""
        rows = [[self.number.get(s, UNKNOWN) for s in _cut(text, self.between)] + [END] for text in _several(texts)]
        size = max(map(len, rows), default=1)
        return torch.tensor([row + [PAD] * (size - len(row)) for row in rows], dtype=torch.long).view(-1, size)

    def texts(self, ids: Tensor) -> tuple[str, ...]:
        """What the rows of ``ids`` (B, T) say up to their first END; begin and padding are silent, unknown is "?"."""
        names = {UNKNOWN: "?"} | {i: symbol for symbol, i in self.number.items()}
        said = (row[: row.index(END)] if END in row else row for row in ids.tolist())
        return tuple(self.between.join(names[i] for i in row if i not in (PAD, BEGIN)) for row in said)


def _several(texts: Sequence[str]) -> Sequence[str]:
    if isinstance(texts, str):
        raise ValueError(f"texts is the one string {texts[:20]!r}, needs a sequence of strings")
    return texts


def _cut(text: str, between: str) -> list[str]:
    text = unicodedata.normalize("NFC", text)  # an accent is no symbol of its own
    return [part for part in text.split(between) if part] if between else list(text)
