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


def cosine(u, v):
    return math.fsum(p * q for p, q in zip(u, v, strict=True)) / math.hypot(*u) / math.hypot(*v)


def cosines(a, b):
    return [[cosine(u, v) for v in b] for u in a]


def info_nce(a, b, scale):
    """The share that softmax gives to the right answer, written as a share."""
    values = []
    for i, row in enumerate(cosines(a, b)):
        powers = [math.exp(scale * c) for c in row]
        values.append(-math.log(powers[i] / math.fsum(powers)))
    return values


def clip(a, b, scale):
    return [(there + back) / 2 for there, back in zip(info_nce(a, b, scale), info_nce(b, a, scale), strict=True)]


def siglip(a, b, scale, bias):
    """Every pair on its own: the probability of the right answer to yes or no."""
    values = []
    for i, row in enumerate(cosines(a, b)):
        yes = [1 / (1 + math.exp(-(scale * c + bias))) for c in row]
        values.append(-math.fsum(math.log(p if j == i else 1 - p) for j, p in enumerate(yes)))
    return values


def supervised_contrastive(z, labels, temperature):
    """None for a sample that is alone in its class."""
    table, values = cosines(z, z), []
    for i, label in enumerate(labels):
        others = [j for j in range(len(z)) if j != i]
        total = math.fsum(math.exp(table[i][j] / temperature) for j in others)
        positives = [math.exp(table[i][p] / temperature) / total for p in others if labels[p] == label]
        values.append(-math.fsum(map(math.log, positives)) / len(positives) if positives else None)
    return values


def _columns(x):
    return [list(column) for column in zip(*x, strict=True)]


def barlow_twins(a, b, redundancy, eps):
    def standardised(column):
        mean = math.fsum(column) / len(column)
        spread = math.sqrt(math.fsum((x - mean) ** 2 for x in column) / len(column) + eps)
        return [(x - mean) / spread for x in column]

    left, right = [standardised(c) for c in _columns(a)], [standardised(c) for c in _columns(b)]
    loss = 0.0
    for i, u in enumerate(left):
        for j, v in enumerate(right):
            c = math.fsum(p * q for p, q in zip(u, v, strict=True)) / len(u)
            loss += (1 - c) ** 2 if i == j else redundancy * c**2
    return loss


def vicreg(a, b, invariance, variance, covariance, eps):
    n, d = len(a), len(a[0])
    loss = (
        invariance
        * math.fsum((p - q) ** 2 for u, v in zip(a, b, strict=True) for p, q in zip(u, v, strict=True))
        / (n * d)
    )
    for x in (a, b):
        columns = _columns(x)
        means = [math.fsum(c) / n for c in columns]
        for i in range(d):
            for j in range(d):
                pairs = zip(columns[i], columns[j], strict=True)
                c = math.fsum((p - means[i]) * (q - means[j]) for p, q in pairs) / (n - 1)
                loss += variance * max(0.0, 1 - math.sqrt(c + eps)) / d if i == j else covariance * c**2 / d
    return loss


def hardest(a, b, labels):
    pairs = []
    for u, label in zip(a, labels, strict=True):
        far = max((j for j in range(len(b)) if labels[j] == label), key=lambda j: math.dist(u, b[j]))
        near = min((j for j in range(len(b)) if labels[j] != label), key=lambda j: math.dist(u, b[j]))
        pairs.append((far, near))
    return pairs
