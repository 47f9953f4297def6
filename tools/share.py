"""A share of what is many: "3/8" is the fourth of eight. Which share is due, the commit decides."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

Thing = TypeVar("Thing")


def share(text: str) -> tuple[int, int]:
    """K and N of "K/N", K from 0.

    Raises:
        ValueError: there is no such share.
    """
    k, _, n = text.partition("/")
    if not (k.isdecimal() and n.isdecimal() and int(k) < int(n)):
        raise ValueError(f"share is {text!r}, needs K/N with K from 0 to N - 1, as 3/8")
    return int(k), int(n)


def due(things: Sequence[Thing], n: int) -> Sequence[Thing]:
    """Of ``things`` the n-th part whose turn it is."""
    return things[turn() % n :: n]


def turn() -> int:
    """A number that each commit has for itself; 0 outside a repository."""
    root = Path(__file__).resolve().parents[1]
    try:
        told = subprocess.run(["git", "rev-parse", "--short=7", "HEAD"], cwd=root, capture_output=True, text=True)
    except OSError:
        return 0
    return int(told.stdout.strip() or "0", 16)
