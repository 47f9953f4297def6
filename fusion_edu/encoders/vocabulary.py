"""Words as numbers: 0 is padding, 1 any word not seen in training."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import torch
from torch import Tensor

from fusion_edu.values import whole

APOSTROPHES = str.maketrans("\u2018\u2019\u02bc\uff07", "''''")  # of printing, of linguists, full width


def words(text: str) -> list[str]:
    """Words without upper case: letters, digits, accents and apostrophes inside a word; all else separates.

    Letters are composed (Unicode NFC) and folded, so that "STRASSE" is "Straße" is "strasse", and "İ" an i; a typographic
    apostrophe is one, and a quotation mark before or behind a word is none.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold().replace("i\u0307", "i"))
    runs = groupby(folded.translate(APOSTROPHES), _in_a_word)
    found = ("".join(letters).strip("'") for inside, letters in runs if inside)
    return [word for word in found if any(letter.isalnum() or letter == "_" for letter in word)]


def _in_a_word(letter: str) -> bool:
    """Also a mark that has no composed form, as the vowel signs of Hindi."""
    return letter.isalnum() or letter in "_'" or unicodedata.category(letter).startswith("M")


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
        if length is not None:
            length = whole("length", length)
        rows = [[self.number.get(word, 1) for word in words(text)] for text in texts]
        size = max([1, *map(len, rows)]) if length is None else length
        return torch.tensor([(row + [0] * size)[:size] for row in rows], dtype=torch.long).view(-1, size)
