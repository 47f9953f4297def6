"""Right answers to the tasks of lesson 13, in other styles than the references."""

import itertools
import math
from functools import cache

import numpy as np
import torch


def integrated_all_at_once(f, x, base, steps):
    n, d = x.shape
    share = (torch.arange(steps, dtype=x.dtype) + 0.5) / steps
    points = (base[None] + share[:, None, None] * (x - base)[None]).reshape(steps * n, d).requires_grad_()
    f(points).sum().backward()
    return (x - base) * points.grad.view(steps, n, d).mean(0)


def integrated_backward(f, x, base, steps):
    slopes = []
    for k in range(steps):
        t = (2 * k + 1) / (2 * steps)
        p = torch.lerp(base, x, t).clone().requires_grad_(True)
        f(p).backward(torch.ones(len(x), dtype=x.dtype))
        slopes.append(p.grad)
    return torch.stack(slopes).mean(0).mul(x - base)


def integrated_rows(f, x, base, steps):
    out = torch.empty_like(x)
    for n in range(len(x)):
        total = torch.zeros_like(x[n])
        for k in range(steps):
            p = (base[n] + (x[n] - base[n]) * (k + 0.5) / steps).unsqueeze(0).requires_grad_()
            total = total + torch.autograd.grad(f(p)[0], p)[0][0]
        out[n] = total / steps * (x[n] - base[n])
    return out


def integrated_between(f, x, base, steps):
    ends = torch.linspace(0, 1, steps + 1, dtype=x.dtype)
    total = 0
    for t in (ends[1:] + ends[:-1]) / 2:
        p = (base * (1 - t) + x * t).requires_grad_()
        total = total + torch.autograd.grad(f(p), p, grad_outputs=torch.ones(len(x), dtype=x.dtype))[0]
    return total * (x - base) / steps


def cam_einsum(act, grad):
    cam = torch.einsum("nchw,nc->nhw", act, grad.mean((2, 3))).clamp_min(0)
    most = cam.flatten(1).max(1).values
    return cam / torch.where(most == 0, 1, most)[:, None, None]


def cam_loops(act, grad):
    out = torch.zeros(act.shape[0], *act.shape[2:], dtype=act.dtype)
    for n in range(len(act)):
        cam = sum(grad[n, c].mean() * act[n, c] for c in range(act.shape[1]))
        cam[cam < 0] = 0
        if cam.max() > 0:
            out[n] = cam / cam.max()
    return out


def cam_sum(act, grad):
    """The sum of the gradients is as good as their mean: the factor is divided out."""
    cam = (grad.sum((2, 3), keepdim=True) * act).sum(1).relu()
    return (cam / cam.amax((1, 2), keepdim=True)).nan_to_num(0.0)


def cam_bmm(act, grad):
    n, c, h, w = act.shape
    cam = torch.bmm(grad.mean((-2, -1)).unsqueeze(1), act.reshape(n, c, h * w)).squeeze(1).clamp(min=0)
    most = cam.max(dim=1, keepdim=True).values
    return torch.where(most > 0, cam / most, cam).view(n, h, w)


def shapley_orders(v, M):
    gains = [0.0] * M
    for order in itertools.permutations(range(M)):
        for k, i in enumerate(order):
            gains[i] += v(frozenset(order[: k + 1])) - v(frozenset(order[:k]))
    return [g / math.factorial(M) for g in gains]


def shapley_sizes(v, M):
    """The mean over the sizes of the mean gain of each size."""
    out = []
    for i in range(M):
        others = set(range(M)) - {i}
        means = []
        for r in range(M):
            gains = [v(frozenset({*s, i})) - v(frozenset(s)) for s in itertools.combinations(sorted(others), r)]
            means.append(sum(gains) / len(gains))
        out.append(sum(means) / M)
    return tuple(out)


def shapley_bits(v, M):
    known = cache(lambda bits: v(frozenset(m for m in range(M) if bits >> m & 1)))
    out = [0.0] * M
    for bits in range(2**M):
        for i in range(M):
            if not bits >> i & 1:
                out[i] += (known(bits | 1 << i) - known(bits)) / (M * math.comb(M - 1, bin(bits).count("1")))
    return out


def shapley_dividends(v, M):
    """Each coalition's dividend is shared among its members alike (Harsanyi)."""
    groups = [frozenset(s) for r in range(M + 1) for s in itertools.combinations(range(M), r)]
    dividend = {}
    for g in groups:
        dividend[g] = v(g) - sum(d for s, d in dividend.items() if s < g)
    return [sum(d / len(g) for g, d in dividend.items() if i in g) for i in range(M)]


def emap_loops(grid):
    n = len(grid)
    rows = []
    for i in range(n):
        first = sum(grid[i, j] for j in range(n)) / n
        second = sum(grid[j, i] for j in range(n)) / n
        rows.append(first + second - grid.reshape(n * n, -1).mean(0))
    return torch.stack(rows)


def emap_centred(grid):
    mean = grid.mean(dim=(0, 1), keepdim=True)
    centred = grid - mean
    return centred.mean(1) + centred.mean(0) + mean[0]


def emap_einsum(grid):
    n = grid.shape[0]
    return (torch.einsum("ijc->ic", grid) + torch.einsum("ijc->jc", grid)) / n - torch.einsum("ijc->c", grid) / n**2


def emap_numpy(grid):
    g = grid.numpy()
    return torch.from_numpy(g.mean(axis=1) + g.mean(axis=0) - g.mean(axis=(0, 1)))


def information_entropies(p):
    def entropy(q):
        q = q.double().reshape(-1)
        q = q[q > 0]
        return float(-(q * q.log2()).sum())

    y = entropy(p.sum((0, 1)))
    one = entropy(p.sum((1, 2))) + y - entropy(p.sum(1))
    two = entropy(p.sum((0, 2))) + y - entropy(p.sum(0))
    both = entropy(p.sum(2)) + y - entropy(p)
    return one, two, both, both - one - two


def information_loops(p):
    table = p.double().tolist()
    cells = [(a, b, y, w) for a, s in enumerate(table) for b, r in enumerate(s) for y, w in enumerate(r) if w > 0]

    def bits(name):
        pair, x, label = {}, {}, {}
        for a, b, y, w in cells:
            key = name(a, b)
            pair[key, y] = pair.get((key, y), 0) + w
            x[key] = x.get(key, 0) + w
            label[y] = label.get(y, 0) + w
        return sum(w * math.log2(w / (x[key] * label[y])) for (key, y), w in pair.items())

    one, two, both = bits(lambda a, b: a), bits(lambda a, b: b), bits(lambda a, b: (a, b))
    return [one, two, both, both - one - two]


def information_numpy(p):
    q = p.double().numpy()

    def bits(t):
        outer = t.sum(1, keepdims=True) * t.sum(0, keepdims=True)
        ratio = np.divide(t, outer, out=np.ones_like(t), where=t > 0)
        return (t * np.log2(ratio)).sum()

    i1, i2, i12 = bits(q.sum(1)), bits(q.sum(0)), bits(q.reshape(-1, q.shape[2]))
    return float(i1), float(i2), float(i12), float(i12 - i1 - i2)


def information_xlogy(p):
    def bits(q):
        q = q.double()
        h = [torch.xlogy(t, t).sum() for t in (q, q.sum(0), q.sum(1))]
        return (h[0] - h[1] - h[2]) / math.log(2)

    one, two, both = bits(p.sum(1)), bits(p.sum(0)), bits(p.flatten(0, 1))
    return one, two, both, both - one - two


def deletion_scatter(f, x, a, fill):
    order = a.argsort(1, descending=True)
    now, out = x.clone(), [f(x)]
    for k in range(x.shape[1]):
        now = now.scatter(1, order[:, k : k + 1], fill)
        out.append(f(now))
    return torch.stack(out, 1)


def deletion_loops(f, x, a, fill):
    n, d = x.shape
    out = torch.empty(n, d + 1, dtype=x.dtype)
    for i in range(n):
        row = x[i].clone()
        out[i, 0] = f(row[None])[0]
        for k, j in enumerate(sorted(range(d), key=lambda j: -a[i, j].item())):
            row[j] = fill
            out[i, k + 1] = f(row[None].clone())[0]
    return out


def deletion_rank(f, x, a, fill):
    place = (a[:, None, :] > a[:, :, None]).sum(2)  # how many are more important
    return torch.stack([f(x.masked_fill(place < k, fill)) for k in range(x.shape[1] + 1)]).T


def deletion_at_once(f, x, a, fill):
    n, d = x.shape
    place = (-a).argsort(1).argsort(1)
    gone = place[:, None, :] < torch.arange(d + 1)[None, :, None]  # (N, D + 1, D)
    points = torch.where(gone, torch.full_like(x, fill)[:, None], x[:, None])
    return f(points.reshape(n * (d + 1), d)).view(n, d + 1)


RIGHT = {
    "13.1": [integrated_all_at_once, integrated_backward, integrated_rows, integrated_between],
    "13.2": [cam_einsum, cam_loops, cam_sum, cam_bmm],
    "13.3": [shapley_orders, shapley_sizes, shapley_bits, shapley_dividends],
    "13.4": [emap_loops, emap_centred, emap_einsum, emap_numpy],
    "13.5": [information_entropies, information_loops, information_numpy, information_xlogy],
    "13.6": [deletion_scatter, deletion_loops, deletion_rank, deletion_at_once],
}
