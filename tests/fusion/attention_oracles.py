"""The attention and graph layers on one sample, in NumPy float64, one query and one node at a time.

``rows`` maps each modality to its real tokens: one vector, a list of vectors, or None. ``p`` is the state dict.
"""

import math

import numpy as np


def tokens(p, rows, m):
    """(T, D) projected real tokens; none where the modality is missing."""
    weight, bias = np.array(p[f"project.{m}.weight"]), np.array(p[f"project.{m}.bias"])
    return np.zeros((0, len(weight))) if rows[m] is None else np.atleast_2d(rows[m]) @ weight.T + bias


def look(query, keys, values, heads):
    """What one query (D,) sees in K keys (K, D): head by head, zeros where there is nothing."""
    out = []
    for q, k, v in zip(*(np.array_split(a, heads, axis=-1) for a in (query, keys, values)), strict=True):
        powers = [math.exp(float(q @ key) / math.sqrt(len(q))) for key in k]
        seen = np.zeros(v.shape[1])
        for power, value in zip(powers, v, strict=True):
            seen = seen + power / sum(powers) * value
        out.append(seen)
    return np.concatenate(out)


def norm(p, at, x):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * p[f"{at}.weight"] + p[f"{at}.bias"]


def gelu(x):
    return np.vectorize(lambda t: t * 0.5 * (1 + math.erf(t / math.sqrt(2))))(x)


def block(p, at, x, context, heads):
    """A pre-norm transformer layer: tokens (T, D) look at the context (K, D)."""
    p = {key: np.array(value) for key, value in p.items() if key.startswith(at)}
    seen, asked = norm(p, f"{at}.norm", context), norm(p, f"{at}.norm", x)
    queries = asked @ p[f"{at}.look.query.weight"].T + p[f"{at}.look.query.bias"]
    keys, values = (seen @ p[f"{at}.look.{name}.weight"].T for name in ("key", "value"))
    found = np.array([look(q, keys, values, heads) for q in queries])
    x = x + found @ p[f"{at}.look.out.weight"].T
    hidden = norm(p, f"{at}.think.0", x) @ p[f"{at}.think.1.weight"].T + p[f"{at}.think.1.bias"]
    return x + gelu(hidden) @ p[f"{at}.think.3.weight"].T + p[f"{at}.think.3.bias"]


def mean(arrays):
    return sum(arrays) / len(arrays)


def attention_pool(p, rows, layer):
    z = np.concatenate([tokens(p, rows, m) for m in rows])
    return look(np.array(p["query"]), z, z, layer.heads).tolist()


def self_attention(p, rows, layer):
    parts = {m: tokens(p, rows, m) for m in rows if rows[m] is not None}
    together = np.concatenate(list(parts.values()))
    for k in range(len(layer.layers)):
        together = block(p, f"layers.{k}", together, together, layer.layers[k].look.heads)
    cuts = np.cumsum([len(part) for part in parts.values()])[:-1]
    return mean([part.mean(0) for part in np.split(together, cuts)]).tolist()


def cross_attention(p, rows, layer):
    asking = tokens(
        p, {**rows, layer.query: [0.0] * layer.dims[layer.query]} if rows[layer.query] is None else rows, layer.query
    )
    context = np.concatenate([tokens(p, rows, m) for m in rows if m != layer.query])
    return block(p, "block", asking, context, layer.block.look.heads).mean(0).tolist()


def bottleneck(p, rows, layer):
    here = [m for m in rows if rows[m] is not None]
    parts, shared = {m: tokens(p, rows, m) for m in here}, np.array(p["shared"])
    for k, blocks in enumerate(layer.layers):
        copies = []
        for m in here:
            both = np.concatenate([parts[m], shared])
            both = block(p, f"layers.{k}.{m}", both, both, blocks[m].look.heads)
            parts[m] = both[: len(parts[m])]
            copies.append(both[len(parts[m]) :])
        shared = mean(copies)
    return mean([part.mean(0) for part in parts.values()]).tolist()


def graph_fusion(p, rows, layer):
    """Node by node; an edge counts only between nodes that are there."""
    here = [k for k, m in enumerate(rows) if rows[m] is not None]
    nodes = {k: tokens(p, rows, m)[0] for k, m in enumerate(rows) if k in here}
    friends = {k: [j for j in here if j == k or p["adjacency"][k][j] == 1] for k in here}
    for n in range(len(layer.layers)):
        weight, bias = np.array(p[f"layers.{n}.weight"]), np.array(p[f"layers.{n}.bias"])
        heard = {k: sum(nodes[j] / math.sqrt(len(friends[k]) * len(friends[j])) for j in friends[k]) for k in here}
        last = n == len(layer.layers) - 1
        nodes = {k: weight @ heard[k] + bias for k in here}
        nodes = nodes if last else {k: np.maximum(node, 0) for k, node in nodes.items()}
    return mean(list(nodes.values())).tolist()
