"""Each fusion of one sample as plain loops over Python numbers: shares no code with the library.

``by_hand(name, layer, rows)``: ``rows`` maps each modality, in the order of the layer, to its numbers, None if missing.
"""

import itertools
import math

import attention_oracles


def dot(u, v):
    return sum(a * b for a, b in zip(u, v, strict=True))


def linear(weight, bias, x):
    return [dot(row, x) + (0 if bias is None else bias[k]) for k, row in enumerate(weight)]


def softmax(scores):
    powers = [math.exp(s - max(scores)) for s in scores]
    return [p / sum(powers) for p in powers]


def add(vectors):
    return [sum(entries) for entries in zip(*vectors, strict=True)]


def by_hand(name, layer, rows):
    numbers = {key: value.tolist() for key, value in layer.state_dict().items()}
    return (globals().get(name) or getattr(attention_oracles, name))(numbers, rows, layer)


def _project(p, m, x):
    key = f"project.{m}.weight"
    return linear(p[key], p.get(f"project.{m}.bias"), x) if key in p else x


def concat(p, rows, layer):
    joined = []
    for m, x in rows.items():
        x = [0.0] * layer.dims[m] if x is None else x
        length = math.sqrt(dot(x, x)) if layer.normalise else 1
        joined += [v / (length or 1) for v in x]
    if layer.indicate:
        joined += [float(x is not None) for x in rows.values()]
    return linear(p["project.weight"], p["project.bias"], joined) if "project.weight" in p else joined


def weighted_sum(p, rows, layer):
    used = [(math.exp(s), m, x) for s, (m, x) in zip(p["scores"], rows.items(), strict=True) if x is not None]
    total = sum(w for w, _, _ in used)
    return add([[w / total * z for z in _project(p, m, x)] for w, m, x in used])


def gated(p, rows, layer):
    z = [_project(p, m, x) for m, x in rows.items() if x is not None]
    gate = softmax([dot(p["score.weight"][0], row) for row in z])
    return add([[g * v for v in row] for g, row in zip(gate, z, strict=True)])


def gmu(p, rows, layer):
    seen = [v for m, x in rows.items() for v in ([0.0] * layer.dims[m] if x is None else x)]
    scores = linear(p["gates.weight"], None, seen)
    out = []
    for unit in range(layer.dim):
        chosen = [(scores[k * layer.dim + unit], m, x) for k, (m, x) in enumerate(rows.items()) if x is not None]
        gate = softmax([s for s, _, _ in chosen])
        hidden = [math.tanh(dot(p[f"project.{m}.weight"][unit], x)) for _, m, x in chosen]
        out.append(dot(gate, hidden))
    return out


def film(p, rows, layer):
    c, dim = rows[layer.condition], layer.dim
    others = [_project(p, m, x) for m, x in rows.items() if m != layer.condition and x is not None]
    h = add([[0.0] * dim, *others])
    if c is None:
        return h
    knobs = linear(p["modulate.weight"], p["modulate.bias"], c)
    return [(1 + knobs[k]) * h[k] + knobs[dim + k] for k in range(dim)]


def bilinear(p, rows, layer):
    a, b = ([1.0] * layer.dims[m] if x is None else x for m, x in rows.items())
    w = p["weight"]
    pairs = list(itertools.product(range(len(a)), range(len(b))))
    return [p["bias"][k] + sum(a[i] * b[j] * w[i][j][k] for i, j in pairs) for k in range(layer.dim)]


def mlb(p, rows, layer):
    product = [1.0] * len(p["project.weight"][0])
    for m, x in rows.items():
        if x is not None:
            z = linear(p[f"factor.{m}.weight"], p[f"factor.{m}.bias"], x)
            product = [a * math.tanh(b) for a, b in zip(product, z, strict=True)]
    return linear(p["project.weight"], p["project.bias"], product)


def tensor_fusion(p, rows, layer):
    vectors = [[1.0, *([0.0] * layer.dims[m] if x is None else x)] for m, x in rows.items()]
    out = list(p["bias"])
    for index in itertools.product(*(range(len(v)) for v in vectors)):
        weight = p["weight"]
        for i in index:
            weight = weight[i]
        value = math.prod(v[i] for v, i in zip(vectors, index, strict=True))
        out = [o + value * w for o, w in zip(out, weight, strict=True)]
    return out


def low_rank(p, rows, layer):
    out = list(p["bias"])
    for r in range(layer.rank):
        for k in range(layer.dim):
            product = 1.0
            for m, x in rows.items():
                vector = [1.0, *([0.0] * layer.dims[m] if x is None else x)]
                product *= dot(vector, [row[k] for row in p[f"factors.{m}"][r]])
            out[k] += product
    return out


def mixture(p, rows, layer):
    seen = [v for m, x in rows.items() for v in ([0.0] * layer.dims[m] if x is None else x)]
    gate = softmax(linear(p["score.weight"], None, seen))
    said = []
    for e in range(len(gate)):
        hidden = [max(v, 0.0) for v in linear(p[f"experts.{e}.0.weight"], p[f"experts.{e}.0.bias"], seen)]
        said.append([gate[e] * v for v in linear(p[f"experts.{e}.2.weight"], p[f"experts.{e}.2.bias"], hidden)])
    return add(said)


def _experts(p, rows):
    used = [(math.exp(s), softmax(x)) for s, x in zip(p["scores"], rows.values(), strict=True) if x is not None]
    total = sum(w for w, _ in used)
    return [(w / total, probs) for w, probs in used]


def average_of_probabilities(p, rows, layer):
    return [math.log(v) for v in add([[w * q for q in probs] for w, probs in _experts(p, rows)])]


def average_of_logits(p, rows, layer):
    mean = add([[w * math.log(q) for q in probs] for w, probs in _experts(p, rows)])
    return [math.log(q) for q in softmax(mean)]
