"""Inputs of the three Keras losses, and their numbers by plain NumPy loops in float64; imports no Keras and no torch."""

import numpy as np

SEED, B, C = 5, 6, 4
KERAS_TRUE = [[0, 1, 0], [0, 0, 1]]
KERAS_PROBS = [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]


def _rows(*shape):
    return np.random.default_rng(SEED).normal(size=shape).astype("float32").astype("float64").tolist()


def _softmax(row):
    powers = [np.exp(z - max(row)) for z in row]
    return [p / sum(powers) for p in powers]


CLASSES = [0, 3, 1, 1, 2, 0]
SIMILAR = [1, 0, 1, 0, 0, 1]
DISTANCE = [0.0, 0.0, 0.5, 0.25, 1.0, 3.0]
PROBS = [[0.7, 0.1, 0.1, 0.1], [0.5, 0.5, 0, 0], [0, 1, 0, 0], [0.25, 1e-30, 0.5, 0.25], [0, 0, 1e-9, 1], [1, 0, 0, 0]]

# name: (class, options, y_true, y_pred)
CASES = {
    "mse": ("MeanSquaredError", {}, _rows(2, B, 3)[0], _rows(2, B, 3)[1]),
    "mse of rows": ("MeanSquaredError", {}, _rows(2, B)[0], _rows(2, B)[1]),
    "logits, indices": ("CrossEntropy", {}, CLASSES, _rows(B, C)),
    "logits, soft": ("CrossEntropy", {}, [_softmax(r) for r in _rows(B, C)[::-1]], _rows(B, C)),
    "logits, smoothed": ("CrossEntropy", {"label_smoothing": 0.1}, CLASSES, _rows(B, C)),
    "huge logits": ("CrossEntropy", {}, [0, 1], [[1e4, -1e4], [1e4, -1e4]]),
    "probabilities": ("CrossEntropy", {"from_logits": False}, CLASSES, PROBS),
    "Keras's own vector": ("CrossEntropy", {"from_logits": False}, KERAS_TRUE, KERAS_PROBS),
    "contrastive": ("Contrastive", {"margin": 1.0}, SIMILAR, DISTANCE),
    "contrastive, columns": ("Contrastive", {"margin": 2.0}, [[y] for y in SIMILAR], [[d] for d in DISTANCE]),
}

# of Keras's own tests
LOGITS = np.array([[8.0, 1, 1], [0, 9, 1], [2, 3, 5]], dtype="float32")
STEPS = (
    np.array([[[1.0], [9], [2]], [[-5], [-2], [6]]], dtype="float32"),
    np.array([[[4.0], [8], [12]], [[8], [1], [3]]], dtype="float32"),
    np.array([[3.0, 6, 5], [0, 4, 2]], dtype="float32"),
)
LAYERS = [
    ("Concat", {"dim": np.int64(5), "indicate": True}),
    ("WeightedSum", {"dim": 5}),
    ("WeightedSum", {"dim": 5, "weights": [1e-12, 3e-12]}),
    ("Gated", {"dim": 5}),
    ("TensorFusion", {"dim": 5}),
    ("LowRankFusion", {"dim": 5, "rank": 3}),
]


def expected(case):
    """One loss a sample, and the gradient of their mean with respect to y_pred."""
    kind, options, y_true, y_pred = CASES[case]
    loop = {"MeanSquaredError": _mse, "CrossEntropy": _cross_entropy, "Contrastive": _contrastive}[kind]
    pairs = [loop(y, p, **options) for y, p in zip(y_true, y_pred, strict=True)]
    return [v for v, _ in pairs], (np.array([g for _, g in pairs]) / len(pairs)).tolist()


def _mse(y, p):
    y, p = np.atleast_1d(y), np.atleast_1d(p)
    value = sum((b - a) ** 2 for a, b in zip(y, p, strict=True)) / len(y)
    grad = [2 * (b - a) / len(y) for a, b in zip(y, p, strict=True)]
    return value, grad if len(grad) > 1 else grad[0]


def _cross_entropy(y, row, from_logits=True, label_smoothing=0.0):
    tiny = 2.0**-126
    y = [float(c == y) for c in range(len(row))] if np.ndim(y) == 0 else y
    y = [(1 - label_smoothing) * t + label_smoothing / len(row) for t in y]
    if from_logits:
        top = max(row)
        log_p = [z - top - np.log(sum(np.exp(x - top) for x in row)) for z in row]
        grad = [np.exp(lp) - t for lp, t in zip(log_p, y, strict=True)]
    else:
        log_p = [np.log(max(p, tiny)) for p in row]
        grad = [-t / p if p >= tiny else 0.0 for p, t in zip(row, y, strict=True)]
    return -sum(t * lp for t, lp in zip(y, log_p, strict=True)), grad


def _contrastive(y, d, margin):
    if np.ndim(y):
        value, grad = _contrastive(y[0], d[0], margin)
        return value, [grad]
    return (d**2 / 2, d) if y else (max(margin - d, 0) ** 2 / 2, -max(margin - d, 0))
