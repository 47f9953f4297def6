"""Class predictions in a JSON file that a learner hands in, read with a sentence for what is wrong, and never run."""

import json
from typing import Any

import torch
from torch import Tensor

MOST_BYTES = 5_000_000


def content(data: bytes) -> dict[str, Any]:
    """The dictionary in a file.

    Raises:
        ValueError: it is too large, or none.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"the file has more than {MOST_BYTES // 10**6} MB")
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the file is no JSON: {str(error)[:80]}") from error
    if not isinstance(found, dict):
        raise ValueError(f"the file holds a {type(found).__name__}, needs a dictionary")
    return found


def part(found: Any, *names: str) -> Any:
    """What stands under these names, one within the other.

    Raises:
        ValueError: one is not there.
    """
    for at, name in enumerate(names):
        if not isinstance(found, dict) or name not in found:
            raise ValueError(f"{' / '.join(names[: at + 1])} is missing")
        found = found[name]
    return found


def classes(found: Any, name: str, n: int, count: int = 2) -> Tensor:
    """(n,) classes 0 .. count - 1.

    Raises:
        ValueError: it is something else.
    """
    if not isinstance(found, list) or len(found) != n or not all(type(v) is int and 0 <= v < count for v in found):
        raise ValueError(f"{name} needs {n} classes, each in 0 .. {count - 1}")
    return torch.tensor(found)


def sets(found: Any, name: str, n: int, count: int) -> Tensor:
    """(n, count) bool: which classes are in the set of each row, from rows of 0 and 1.

    Raises:
        ValueError: it is something else.
    """
    fine = (
        isinstance(found, list)
        and len(found) == n
        and all(isinstance(row, list) and len(row) == count for row in found)
    )
    if not fine or not all(type(v) is int and v in (0, 1) for row in found for v in row):
        raise ValueError(f"{name} needs {n} rows of {count} numbers, each 0 or 1")
    return torch.tensor(found).bool()


def agree(reported: Any, due: dict[str, float], tolerance: float = 1e-6) -> list[str]:
    """Names of the numbers that are not reported, or differ."""
    given: dict[str, Any] = reported if isinstance(reported, dict) else {}

    def fine(value: Any, want: float) -> bool:
        return type(value) in (int, float) and abs(value - want) <= tolerance

    return [name for name, want in due.items() if not fine(given.get(name), want)]
