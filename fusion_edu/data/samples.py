"""What every loader and generator of the course returns."""

from dataclasses import dataclass

import torch
from torch import Tensor

Modality = Tensor | tuple[str, ...]


@dataclass(frozen=True)
class Samples:
    """B samples of some modalities, row by row.

    Args:
        x: modality -> tensor with B rows, or tuple of B strings.
        y: (B,) targets: class numbers (long), or real values for regression.
        classes: name of each class number; empty for regression.
        groups: (B,) long, rows that must stay together in a split (one person, one text); None where rows are independent.

    Raises:
        ValueError: a modality or ``groups`` has another number of rows than ``y``.
    """

    x: dict[str, Modality]
    y: Tensor
    classes: tuple[str, ...] = ()
    groups: Tensor | None = None

    def __post_init__(self) -> None:
        rows = self.x if self.groups is None else self.x | {"groups": self.groups}
        for name, values in rows.items():
            if len(values) != len(self.y):
                raise ValueError(f"{name} has {len(values)} rows, needs {len(self.y)}, as y has")

    def __len__(self) -> int:
        return len(self.y)

    def take(self, index: Tensor) -> "Samples":
        """The rows of ``index``: (N,) long row numbers or (B,) bool; a copy."""
        index = torch.as_tensor(index)
        if index.dtype == torch.bool:
            if index.shape != (len(self),):
                raise ValueError(f"index is a mask of shape {tuple(index.shape)}, needs ({len(self)},)")
            index = index.nonzero().squeeze(1)
        elif index.dtype in (torch.float16, torch.float32, torch.float64) and len(index):
            raise ValueError(f"index has dtype {index.dtype}, needs whole numbers or bool")
        index = index.long()

        def rows(values: Modality) -> Modality:
            return values[index] if isinstance(values, Tensor) else tuple(values[i] for i in index.tolist())

        groups = None if self.groups is None else self.groups[index]
        return Samples({name: rows(values) for name, values in self.x.items()}, self.y[index], self.classes, groups)
