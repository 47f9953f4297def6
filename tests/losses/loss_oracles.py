"""The definitions as plain Python loops over floats: no code in common with the library, nor with torch."""

import math


def reduce(values, reduction, weights=None):
    """Lists of floats; the weighted mean divides by the sum of the weights."""
    weights = [1.0] * len(values) if weights is None else weights
    weighted = [w * v for w, v in zip(weights, values, strict=True)]
    if reduction == "none":
        return weighted
    return math.fsum(weighted) / (math.fsum(weights) if reduction == "mean" else 1)


def mse(pred, target):
    return [(p - t) ** 2 for p, t in zip(pred, target, strict=True)]


def huber(pred, target, delta):
    values = []
    for p, t in zip(pred, target, strict=True):
        e = abs(p - t)
        values.append(0.5 * e * e if e <= delta else delta * (e - 0.5 * delta))
    return values


def gaussian_nll(mean, log_var, target):
    """Minus log of the normal density, written as the density."""
    values = []
    for m, s, t in zip(mean, log_var, target, strict=True):
        sigma = math.exp(s / 2)
        density = math.exp(-0.5 * ((t - m) / sigma) ** 2) / (sigma * math.sqrt(2 * math.pi))
        values.append(-math.log(density))
    return values


def softmax(row):
    powers = [math.exp(z) for z in row]
    return [p / math.fsum(powers) for p in powers]


def one_hot(target, classes):
    return [[1.0 if c == t else 0.0 for c in range(classes)] for t in target]


def cross_entropy(probs, target, weight=None, label_smoothing=0.0):
    """Rows of probabilities against rows of target probabilities."""
    classes = len(probs[0])
    weight = [1.0] * classes if weight is None else weight
    values = []
    for p, y in zip(probs, target, strict=True):
        loss = 0.0
        for c in range(classes):
            mass = (1 - label_smoothing) * y[c] + label_smoothing / classes
            if mass:
                loss -= weight[c] * mass * math.log(p[c])
        values.append(loss)
    return values


def focal(probs, target, gamma):
    return [-((1 - p[t]) ** gamma) * math.log(p[t]) for p, t in zip(probs, target, strict=True)]


def distance(a, b):
    return [math.dist(u, v) for u, v in zip(a, b, strict=True)]


def contrastive(distances, similar, margin):
    values = []
    for d, y in zip(distances, similar, strict=True):
        values.append(0.5 * (y * d**2 + (1 - y) * max(margin - d, 0) ** 2))
    return values


def triplet(anchor, positive, negative, margin):
    near, far = distance(anchor, positive), distance(anchor, negative)
    return [max(p - n + margin, 0.0) for p, n in zip(near, far, strict=True)]


def all_pairs(labels):
    return [(i, j, labels[i] == labels[j]) for i in range(len(labels)) for j in range(i + 1, len(labels))]
