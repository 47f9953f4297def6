"""What a training run leaves behind besides the weights."""

import math
from dataclasses import dataclass, field


@dataclass
class History:
    """One entry an epoch; losses are means over samples, in the unit of the loss.

    Attributes:
        train_loss: measured while the epoch trains, so each batch saw slightly older weights.
        valid_loss: measured after the epoch, without dropout; empty where no ``valid`` was given.
        best_epoch: index of the lowest ``valid_loss`` (of ``train_loss`` without ``valid``); NaN is above every number.
        seconds: wall-clock time; not part of ``==``, so that two equal runs compare equal.
    """

    train_loss: list[float] = field(default_factory=list)
    valid_loss: list[float] = field(default_factory=list)
    best_epoch: int = 0
    seconds: float = field(default=0.0, compare=False)

    def __len__(self) -> int:
        return len(self.train_loss)

    def add(self, train: float, valid: float | None) -> bool:
        """Append one epoch; True where it is the best so far (the first of equals stays the best)."""
        self.train_loss.append(train)
        if valid is not None:
            self.valid_loss.append(valid)
        watched = self.valid_loss or self.train_loss
        least = watched[self.best_epoch]
        best = len(self) == 1 or watched[-1] < least or (math.isnan(least) and not math.isnan(watched[-1]))
        if best:
            self.best_epoch = len(self) - 1
        return best
