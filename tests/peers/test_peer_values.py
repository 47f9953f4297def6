"""The test values of other libraries, each with its source: what they say a loss or a score is, this library says too.

Only numbers are taken over, no code. Where the two differ on purpose, ``OTHERWISE`` says why.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from fusion_edu import evaluate, keras_api, losses

T = torch.tensor


@dataclass(frozen=True)
class Value:
    """``call()`` is ``want`` in the tests of ``source``."""

    source: str
    name: str
    call: Callable[[], Any]
    want: Any
    tolerance: float = 1e-4


def numbers(value: Any) -> np.ndarray:
    return np.asarray(value.detach().double() if isinstance(value, Tensor) else value, dtype=float)


def check(value: Value) -> None:
    np.testing.assert_allclose(numbers(value.call()), value.want, rtol=0, atol=value.tolerance)


def two_classes(right: list[float]) -> Tensor:
    """Probabilities (N, 2) out of those of class 1."""
    p = T(right)
    return torch.stack([1 - p, p], 1)


def angles(*degrees: float) -> Tensor:
    radians = T(degrees, dtype=torch.float64).deg2rad()
    return torch.stack([radians.cos(), radians.sin()], 1)


def both_ways(loss: Callable[[Tensor, Any], Tensor], logits: Tensor, target: Any) -> Tensor:
    return (loss(logits, target) + loss(logits.T, target)) / 2


# Keras, keras/src/losses/losses_test.py and keras/src/metrics/f_score_metrics_test.py, 3.15
MSE_TRUE, MSE_PRED = T([[1.0, 9, 2], [-5, -2, 6]]), T([[4.0, 8, 12], [8, 1, 3]])
HUBER_TRUE, HUBER_PRED = T([[1.0, 0, 1], [1, 0, 0]]), T([[0.9, 0.2, 0.2], [0.8, 0.4, 0.6]])
LOGITS, CLASSES, ONE_HOT = T([[8.0, 1, 1], [0, 9, 1], [2, 3, 5]]), T([0, 1, 2]), torch.eye(3)
SURE, HALF_SURE = T([[100.0, -100, -100]]), T([[1.0, 0, 0]])
STEP_WEIGHT, ROW_WEIGHT, CLASS_WEIGHT = T([[3.0, 6, 5], [0, 4, 2]]), T([[1.2], [3.4]]), T([[1.2], [3.4], [5.6]])
SEGMENTS = [0.2, 0.4] + 14 * [1.0]  # probabilities of the true class in 16 pixels
F_TRUE, F_PRED = (
    T([0, 1, 2, 0, 0, 2]),
    T([[0.9, 0.1, 0], [0.2, 0.6, 0.2], [0, 0, 1], [0.4, 0.3, 0.3], [0, 0.9, 0.1], [0, 0, 1]]),
)
SQUARES, ENTROPY = keras_api.MeanSquaredError, keras_api.CrossEntropy
IGNORED = T([[[0.854, 0.698, 0.598], [0.088, 0.86, 0.018]]])
KERAS = [
    Value("keras", "mse", lambda: losses.mse(MSE_PRED, MSE_TRUE), 49.5),
    Value("keras", "mse, layer", lambda: SQUARES()(MSE_TRUE, MSE_PRED), 49.5),
    Value("keras", "mse, weight 2.3", lambda: SQUARES()(MSE_TRUE, MSE_PRED, 2.3), 113.85, 1e-3),
    Value("keras", "mse, weight 0", lambda: SQUARES()(MSE_TRUE, MSE_PRED, 0), 0),
    Value("keras", "mse, a weight a row", lambda: SQUARES()(MSE_TRUE, MSE_PRED, ROW_WEIGHT), 767.8 / 6, 1e-3),
    Value("keras", "mse, a weight a step", lambda: SQUARES()(MSE_TRUE[..., None], MSE_PRED[..., None], STEP_WEIGHT), 97.833336, 1e-3),
    Value("keras", "mse, none", lambda: SQUARES(reduction="none")(MSE_TRUE, MSE_PRED, 2.3), [84.3333, 143.3666], 1e-3),
    Value("keras", "mse, sum", lambda: SQUARES(reduction="sum")(MSE_TRUE, MSE_PRED, 2.3), 227.69998, 1e-3),
    Value("keras", "mse, divided by weights", lambda: losses.mse(MSE_PRED, MSE_TRUE, weight=T([1.2, 3.4])), (110 * 1.2 + 187 * 3.4) / 3 / 4.6, 1e-3),
    Value("keras", "huber", lambda: losses.huber(HUBER_PRED, HUBER_TRUE), 0.625 / 6),
    Value("keras", "huber, right", lambda: losses.huber(HUBER_TRUE, HUBER_TRUE), 0),
    Value("keras", "cross-entropy, classes", lambda: losses.cross_entropy(LOGITS, CLASSES), 0.0573),
    Value("keras", "cross-entropy, one-hot", lambda: losses.cross_entropy(LOGITS, ONE_HOT), 0.0573),
    Value("keras", "cross-entropy, each", lambda: losses.cross_entropy(LOGITS, CLASSES, reduction="none"), [0.001822, 0.000459, 0.169846], 1e-5),
    Value("keras", "cross-entropy, layer", lambda: ENTROPY()(CLASSES, LOGITS), 0.0573),
    Value("keras", "cross-entropy, labels (B, 1)", lambda: ENTROPY()(CLASSES[:, None], LOGITS), 0.0573),
    Value("keras", "cross-entropy, weight 2.3", lambda: ENTROPY()(ONE_HOT, LOGITS, 2.3), 0.1317, 1e-3),
    Value("keras", "cross-entropy, a weight a row", lambda: ENTROPY()(CLASSES, LOGITS, CLASS_WEIGHT), 0.31829),
    Value("keras", "cross-entropy, sure", lambda: ENTROPY()(CLASSES, 10 * ONE_HOT), 0, 1e-3),
    Value("keras", "cross-entropy of probabilities, sure", lambda: ENTROPY(from_logits=False)(CLASSES, ONE_HOT), 0),
    Value("keras", "cross-entropy, smoothed", lambda: losses.cross_entropy(SURE, T([0]), label_smoothing=0.1), 400 * 0.1 / 3, 1e-3),
    Value("keras", "cross-entropy, smoothed, layer", lambda: ENTROPY(label_smoothing=0.1)(HALF_SURE, SURE), 400 * 0.1 / 3, 1e-3),
    Value("keras", "cross-entropy, an ignored class", lambda: losses.sequence_cross_entropy(IGNORED, T([[1, 2]]), padding=1, reduction="none"), [1.480129]),
    Value("keras", "focal", lambda: 0.25 * losses.focal(LOGITS, CLASSES), 0.000345, 1e-6),
    Value("keras", "focal, each", lambda: 0.25e4 * losses.focal(LOGITS.double(), CLASSES, reduction="none"), [1.5096224e-05, 2.4136547e-07, 10.360638], 3e-2),
    Value("keras", "F1, each", lambda: evaluate.f1(F_PRED, F_TRUE, average=None), [0.8, 0.666667, 1]),
    Value("keras", "F1, macro", lambda: evaluate.f1(F_PRED, F_TRUE), 0.822222),
    Value("keras", "F1, micro", lambda: evaluate.f1(F_PRED, F_TRUE, average="micro"), 0.833334),
]  # fmt: skip

# torchmetrics, tests/unittests of classification, calibration, text and retrieval, and the examples of its docstrings
P1, T1 = T([[0.35, 0.4, 0.25], [0.1, 0.5, 0.4], [0.2, 0.1, 0.7]]), T([0, 1, 2])
P2, T2 = T([[0.1, 0.2, 0.7], [0.4, 0.4, 0.2], [0.3, 0.3, 0.4], [0.3, 0.3, 0.4]]), T([0, 1, 2, 0])
P3, T3 = T([[0.9, 0.1, 0]] * 3), T([0, 0, 2])
DOC, DOC_TRUE = T([[0.16, 0.26, 0.58], [0.22, 0.61, 0.17], [0.71, 0.09, 0.20], [0.05, 0.82, 0.13]]), T([2, 1, 0, 0])
SAID = T([[0.25, 0.20, 0.55], [0.55, 0.05, 0.40], [0.10, 0.30, 0.60], [0.90, 0.05, 0.05]])
TORCHMETRICS = [
    Value("torchmetrics", "F1 micro, one wrong", lambda: evaluate.f1(P1, T1, average="micro"), 2 / 3),
    Value("torchmetrics", "F1 micro, three wrong", lambda: evaluate.f1(P2, T2, average="micro"), 0.25),
    Value("torchmetrics", "F1 macro", lambda: evaluate.f1(P2, T2), 0.1667),
    Value("torchmetrics", "F1 of each class", lambda: evaluate.f1(P2, T2, average=None), [0, 0, 0.5]),
    Value("torchmetrics", "F1 of labels (issue 1664)", lambda: evaluate.f1(T([2, 1, 0, 1]), T([2, 1, 0, 0])), 0.77777779),
    Value("torchmetrics", "F1 of labels, each", lambda: evaluate.f1(T([2, 1, 0, 1]), T([2, 1, 0, 0]), average=None), [0.6667, 0.6667, 1]),
    Value("torchmetrics", "F1 micro of labels", lambda: evaluate.f1(T([0, 2, 1, 0, 0, 1]), T([0, 1, 2, 0, 1, 2]), average="micro"), 0.3333),
    Value("torchmetrics", "precision micro", lambda: evaluate.precision(P1, T1, average="micro"), 2 / 3),
    Value("torchmetrics", "precision macro", lambda: evaluate.precision(P2, T2), 0.1111),
    Value("torchmetrics", "precision of each class", lambda: evaluate.precision(P2, T2, average=None), [0, 0, 0.3333]),
    Value("torchmetrics", "precision, a class is absent", lambda: evaluate.precision(P3, T3), 1 / 3),
    Value("torchmetrics", "precision, example", lambda: evaluate.precision(DOC, DOC_TRUE), 0.8333),
    Value("torchmetrics", "recall macro", lambda: evaluate.recall(P2, T2), 0.3333),
    Value("torchmetrics", "recall of each class", lambda: evaluate.recall(P2, T2, average=None), [0, 0, 1]),
    Value("torchmetrics", "recall, a class is absent", lambda: evaluate.recall(P3, T3), 0.5),
    Value("torchmetrics", "recall, example", lambda: evaluate.recall(DOC, DOC_TRUE, average=None), [0.5, 1, 1]),
    Value("torchmetrics", "confusion, example", lambda: evaluate.confusion(DOC, DOC_TRUE), [[1, 1, 0], [0, 1, 0], [0, 0, 1]]),
    Value("torchmetrics", "ECE, three classes", lambda: evaluate.ece(SAID, T([0, 1, 2, 0]), bins=3), 0.2),
    Value("torchmetrics", "ECE, two classes", lambda: evaluate.ece(two_classes([0.25, 0.25, 0.55, 0.75, 0.75]), T([0, 0, 1, 1, 1]), bins=2), 0.29),
    Value("torchmetrics", "ECE, confidence 1 (issue 3510)", lambda: evaluate.ece(two_classes([0.95, 1.0]), T([1, 0])), 0.475),
    Value("torchmetrics", "pairwise distance", lambda: losses.safe_distance(T([[2.0, 3], [3, 5], [5, 8]]), T([[1.0, 0]] * 3)), [3.1623, 5.3852, 8.9443]),
    Value("torchmetrics", "BLEU, no four words", lambda: evaluate.bleu(["My full pytorch-lightning"], ["My full pytorch-lightning test"]), 0),
    Value("torchmetrics", "BLEU, empty", lambda: evaluate.bleu([""], ["a"]), 0),
    Value("torchmetrics", "hit rate", lambda: evaluate.recall_at_k(evaluate.ranks(T([[0.2, 0.3, 0.5]]), T([[True, False, True]])), 1).mean, 1),
]  # fmt: skip

# sacrebleu, test/test_chrf.py and test/test_bleu.py, with a single reference
WALL = ["Niemand hat die Absicht, eine Mauer zu errichten"]
SACREBLEU = [
    Value("sacrebleu", "chrF of a letter", lambda: evaluate.chrf(["a"], ["a"]), 100),
    Value("sacrebleu", "chrF without spaces", lambda: evaluate.chrf(["a b c"], ["abc"]), 100),
    Value("sacrebleu", "chrF, one of two", lambda: evaluate.chrf(["a", "b"], ["a", "c"]), 50),
    Value("sacrebleu", "chrF, half a word", lambda: evaluate.chrf(["aa"], ["ab"]), 25),
    Value("sacrebleu", "chrF, empty", lambda: evaluate.chrf([""], ["reference"]), 0),
    Value("sacrebleu", "chrF of a sentence", lambda: evaluate.chrf(WALL, WALL), 100),
    Value("sacrebleu", "BLEU of the same", lambda: evaluate.bleu(["this is a test"], ["this is a test"]), 100),
]

# pytorch-metric-learning, tests/losses/test_supcon_loss.py and tests/miners/test_batch_hard_miner.py
LINE, CIRCLE, LABELS = torch.arange(9.0)[:, None], angles(*range(0, 180, 20)), T([0, 0, 1, 1, 0, 2, 1, 1, 1])
WITH_POSITIVE = [0, 1, 2, 3, 4, 6, 7, 8]
HARDEST = [[4, 4, 8, 8, 0, 2, 2, 2], [2, 2, 1, 4, 3, 5, 5, 5]]  # of rows 3 and 4 two negatives are as near


def hardest_gaps(z: Tensor) -> list[list[float]]:
    """How far the chosen ones are from each anchor, less how far the miner's are: 0, whichever of two equals was chosen."""
    z = z.double()
    chosen = [rows[WITH_POSITIVE] for rows in losses.batch_hard(z, z, LABELS)]
    anchors = z[WITH_POSITIVE]
    return [
        ((anchors - z[mine]).norm(dim=1) - (anchors - z[theirs]).norm(dim=1)).tolist()
        for mine, theirs in zip(chosen, HARDEST, strict=True)
    ]


METRIC_LEARNING = [
    Value("pytorch-metric-learning", "SupCon, no positives", lambda: losses.supervised_contrastive(angles(0, 40, 60), T([1, 2, 3])), 0),
    *(
        Value("pytorch-metric-learning", f"batch-hard miner, {name}", partial(hardest_gaps, z), np.zeros((2, 8)), 1e-6)
        for name, z in (("line", LINE), ("float16", LINE.half()), ("circle", CIRCLE))
    ),
]  # fmt: skip


# TorchMultimodal, tests/modules/losses: the numbers belong to its seeds
def drawn(seed: int, *shapes: tuple[int, ...]) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(*shape, generator=generator) for shape in shapes]


def similarities() -> Tensor:
    a, b = drawn(1234, (3, 5), (3, 5))
    return a @ b.T / 0.07


def distilled() -> Tensor:
    image, text, image_teacher, text_teacher = drawn(0, *[(2, 3)] * 4)
    pairs = ((image, image_teacher), (text, text_teacher))
    return sum(losses.cross_entropy(z, 0.4 * t.softmax(1) + 0.6 * ONE_HOT[:2]) for z, t in pairs) / 2


def alike() -> Tensor:
    return sum(losses.cross_entropy(z, ONE_HOT[:2]) for z in drawn(0, (2, 3), (2, 3))) / 2


def next_words() -> Tensor:
    generator = torch.Generator().manual_seed(0)
    words = torch.randint(10, (2, 5), generator=generator)
    logits = torch.randn(2, 5, 20, generator=generator)
    return losses.sequence_cross_entropy(logits[:, :-1], words[:, 1:], padding=19, reduction="none")


MULTIMODAL = [
    Value("torchmultimodal", "contrastive loss with temperature", lambda: both_ways(losses.cross_entropy, similarities(), torch.arange(3)), 9.8753, 1e-3),
    Value("torchmultimodal", "contrastive loss, smoothed", lambda: both_ways(partial(losses.cross_entropy, label_smoothing=0.1), similarities(), torch.arange(3)), 10.2524, 1e-3),
    Value("torchmultimodal", "ALBEF, image and text", alike, 1.160506),
    Value("torchmultimodal", "ALBEF, with a teacher", distilled, 1.341230),
    Value("torchmultimodal", "causal language model", next_words, [14.552961, 14.930183]),
]  # fmt: skip

VALUES = [*KERAS, *TORCHMETRICS, *SACREBLEU, *METRIC_LEARNING, *MULTIMODAL]
OTHERWISE = {
    "keras, categorical cross-entropy of rows that sum to 1.99: .3239": (
        lambda: losses.cross_entropy_from_probabilities(T([[0.5, 0.89, 0.6]]), T([1])),
        "^probs summed over a row has the value 1.99, needs 1$",  # not renormalised: it is an error upstream
    ),
    "keras, ignore_class -1: 1.480": (
        lambda: losses.sequence_cross_entropy(IGNORED, T([[-1, 2]]), padding=-1),
        "^padding is -1, needs a token in 0..2, as target has$",
    ),
    "pytorch-metric-learning, SupCon of one sample: 0": (
        lambda: losses.supervised_contrastive(angles(0), T([0])),
        "^z has 1 row, needs >= 2",
    ),
}


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{value.source}: {value.name}")
def test_it_says_the_same(value):
    check(value)


@pytest.mark.parametrize("name", OTHERWISE)
def test_it_refuses_what_the_other_answers(name):
    call, says = OTHERWISE[name]
    with pytest.raises(ValueError, match=says):
        call()


def test_it_answers_otherwise_on_purpose():
    """torchmetrics' accuracy is the mean over classes (.8333 there): that is ``recall``. Of one class alone, PML's SupCon is
    0, but equation 2 needs no negative. Of equal similarities open_clip takes argsort's order; here ties count against."""
    assert evaluate.accuracy(DOC, DOC_TRUE) == 0.75
    assert evaluate.recall(DOC, DOC_TRUE) == pytest.approx(0.8333, abs=1e-4)
    assert losses.supervised_contrastive(angles(0, 10, 20), T([0, 0, 0])).item() == pytest.approx(0.710, abs=1e-3)
    assert evaluate.ranks(torch.ones(7, 7)).tolist() == [7] * 7


def test_pixels_of_a_segmentation():
    """keras, binary segmentation: .2 and .4 for the true class in 2 of 16 pixels."""
    got = losses.cross_entropy_from_probabilities(two_classes(SEGMENTS), torch.ones(16, dtype=torch.long))
    assert got.item() == pytest.approx((-math.log(0.2) - math.log(0.4)) / 16, abs=1e-6)
