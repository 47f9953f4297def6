"""Did fusion help? The fused model against the best single modality, chosen before the test set was seen."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from fusion_edu.evaluate.classification import accuracy
from fusion_edu.evaluate.paired import Bounds, paired_bootstrap
from fusion_edu.shapes import expect
from fusion_edu.values import comparable


@dataclass(frozen=True)
class ModalityGain:
    """``gain``: accuracy of the fused model minus that of ``best``, the modality that won on validation data."""

    best: str
    gain: Bounds

    def __str__(self) -> str:
        return f"{self.gain} over {self.best}"


def modality_gain(
    fused: Tensor,
    single: Mapping[str, Tensor],
    target: Tensor,
    *,
    valid_accuracy: Mapping[str, float],
    confidence: float = 0.95,
    seed: int = 0,
) -> ModalityGain:
    """Gain in accuracy over the best single modality, with the paired bootstrap's interval.

    The best one is chosen by ``valid_accuracy``. Chosen on the test set itself, the maximum of several noisy numbers, it
    would be too strong, and the gain too small; and the modality that a user would have picked is the validation's.

    Args:
        fused: (N,) class numbers, or (N, C) scores, of the fused model on the TEST items.
        single: modality -> the same of the model that has only this modality.
        target: (N,) class numbers.
        valid_accuracy: modality -> its accuracy on VALIDATION items; of equal ones the first wins.
        confidence, seed: as ``paired_bootstrap``.

    Raises: ValueError: no modality, other names in ``valid_accuracy``, shapes that do not fit.
    """
    if not single or set(single) != set(valid_accuracy):
        raise ValueError(f"valid_accuracy has {sorted(valid_accuracy)}, needs the names of single: {sorted(single)}")
    if len(target) < 2:
        raise ValueError(f"target has {len(target)} items, needs >= 2 to draw from")
    best = max(single, key=lambda name: valid_accuracy[name])
    return ModalityGain(
        best,
        paired_bootstrap(*(is_correct(p, target) for p in (fused, single[best])), confidence=confidence, seed=seed),
    )


def is_correct(pred: Tensor, target: Tensor) -> Tensor:
    """(N,) bool: whether each item's class is right; ``pred`` (N,) class numbers or (N, C) scores."""
    accuracy(pred, target)  # refuses what does not fit
    expect(target=(target, "N"))
    pred = comparable(pred)
    return (pred.argmax(1) if pred.ndim == 2 else pred) == comparable(target).to(pred.device)
