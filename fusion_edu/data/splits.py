"""Train and test rows that share nothing."""

import torch
from torch import Tensor

from fusion_edu.shapes import expect


def split(n: int, test_fraction: float, seed: int, *, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Shuffle n row numbers and cut them in two.

    Args:
        n: rows.
        seed: of the shuffling.
        test_fraction: share of the rows that go to the test side, 0 < share < 1; rounded, at least one row a side.
        labels: (n,) class numbers; then each class is cut on its own, so that both sides have the same mixture.

    Returns:
        train, test: long tensors of row numbers, disjoint, together all n.

    Raises:
        ValueError: test_fraction out of range, or too few rows (of a class) to leave one on each side.
    """
    check_fraction(test_fraction)
    generator = torch.Generator().manual_seed(seed)
    if labels is None:
        return cut(torch.randperm(n, generator=generator), test_fraction, "n")
    expect(labels=(labels, str(n)))
    parts = []
    for label in labels.unique():
        rows = (labels == label).nonzero().squeeze(1)
        shuffled = rows[torch.randperm(len(rows), generator=generator)]
        parts.append(cut(shuffled, test_fraction, f"the number of rows with label {label.item()}"))
    train, test = (torch.cat(side) for side in zip(*parts, strict=True))
    return train[torch.randperm(len(train), generator=generator)], test[torch.randperm(len(test), generator=generator)]


def split_groups(groups: Tensor, test_fraction: float, seed: int) -> tuple[Tensor, Tensor]:
    """Like ``split``, but whole groups go to one side: no person (text, series) is in both.

    Args:
        groups: (B,) long, equal numbers stay together.
        test_fraction: share of the *groups* that go to the test side.
        seed: of the shuffling of the groups.

    Returns:
        train, test: long tensors of row numbers in their old order.
    """
    expect(groups=(groups, "B"))
    check_fraction(test_fraction)
    names = groups.unique()
    order = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed))
    _, test_names = cut(order, test_fraction, "the number of groups")
    in_test = torch.isin(groups, names[test_names])
    return (~in_test).nonzero().squeeze(1), in_test.nonzero().squeeze(1)


def check_fraction(test_fraction: float) -> None:
    if not 0 < test_fraction < 1:
        raise ValueError(f"test_fraction is {test_fraction}, needs 0 < test_fraction < 1")


def cut(order: Tensor, test_fraction: float, name: str) -> tuple[Tensor, Tensor]:
    """The first share of ``order`` as the second result, the rest as the first; both hold a row at least."""
    n = len(order)
    if n < 2:
        raise ValueError(f"{name} is {n}, needs >= 2: one row for each side")
    test = min(max(round(n * test_fraction), 1), n - 1)
    return order[test:], order[:test]
