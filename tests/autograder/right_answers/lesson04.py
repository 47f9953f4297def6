"""Right answers to the tasks of lesson 04, in other styles than the references."""

import itertools

import numpy as np
import torch
import torch.nn.functional as F


def distance_maximum(a, b, eps=1e-12):
    squared = (a - b).pow(2).sum(dim=1)
    return torch.sqrt(torch.where(squared > eps, squared, torch.full_like(squared, eps)))


def distance_loop(a, b, eps=1e-12):
    out = []
    for x, z in zip(a, b, strict=True):
        squared = ((x - z) ** 2).sum()
        out.append(squared.sqrt() if squared > eps else squared.new_tensor(eps**0.5))
    return torch.stack(out)


def distance_einsum(a, b, eps=1e-12):
    d = a - b
    return torch.clamp(torch.einsum("nd,nd->n", d, d), min=eps) ** 0.5


def distance_exact_zero(a, b, eps=1e-12):
    squared = ((a - b) ** 2).sum(1)
    if eps > 1e-9:
        return squared.clamp_min(eps).sqrt()
    zero = squared == 0
    return torch.where(zero, 0.0, torch.where(zero, 1.0, squared).sqrt())


def distance_norm(a, b, eps=1e-12):
    d = a - b
    low = (d * d).sum(1) <= eps
    norm = torch.linalg.vector_norm(torch.where(low[:, None], torch.ones_like(d), d), dim=1)
    return torch.where(low, torch.full_like(norm, eps**0.5), norm)


def contrastive_where(d, y, margin=1.0):
    return 0.5 * torch.where(y.bool(), d**2, F.relu(margin - d) ** 2).mean()


def contrastive_loop(d, y, margin=1.0):
    total = 0
    for distance, same in zip(d, y, strict=True):
        total = total + (distance**2 if same == 1 else max(margin - distance, 0 * distance) ** 2)
    return total / (2 * len(d))


def contrastive_select(d, y, margin=1.0):
    similar = y == 1
    near = d[similar].square().sum()
    far = (margin - d[~similar]).clamp(min=0).square().sum()
    return (near + far) / d.numel() / 2


def contrastive_dot(d, y, margin=1.0):
    y = y.type_as(d)
    hinge = torch.maximum(margin - d, torch.zeros_like(d))
    return (torch.dot(y, d * d) + torch.dot(1 - y, hinge * hinge)) / (2 * d.shape[0])


def contrastive_one_power(d, y, margin=1.0):
    reach = torch.where(y > 0.5, d, torch.relu(margin - d))
    return reach.pow(2).mean().div(2)


def triplet_relu(d_pos, d_neg, margin=0.2):
    return F.relu(d_pos + margin - d_neg).sum() / d_pos.numel()


def triplet_ranking(d_pos, d_neg, margin=0.2):
    return F.margin_ranking_loss(d_neg, d_pos, torch.ones_like(d_pos), margin=margin)


def triplet_loop(d_pos, d_neg, margin=0.2):
    losses = [max(p - n + margin, (p - n) * 0) for p, n in zip(d_pos, d_neg, strict=True)]
    return torch.stack(losses).mean()


def triplet_maximum(d_pos, d_neg, margin=0.2):
    violation = d_pos - (d_neg - margin)
    return (violation * (violation > 0)).mean()


def pairs_loop(labels):
    i, j, y = [], [], []
    for a in range(len(labels)):
        for b in range(a + 1, len(labels)):
            i.append(a)
            j.append(b)
            y.append(int(labels[a] == labels[b]))
    return torch.tensor(i), torch.tensor(j), torch.tensor(y)


def pairs_combinations(labels):
    rows = torch.combinations(torch.arange(len(labels)), 2)
    return rows[:, 0], rows[:, 1], torch.where(labels[rows[:, 0]] == labels[rows[:, 1]], 1, 0)


def pairs_itertools(labels):
    i, j = map(torch.tensor, zip(*itertools.combinations(range(len(labels)), 2), strict=True))
    return i, j, labels[i].eq(labels[j]).int()


def pairs_numpy(labels):
    i, j = np.triu_indices(len(labels), k=1)
    values = labels.numpy()
    return [torch.from_numpy(x) for x in (i, j, (values[i] == values[j]).astype(np.int64))]


def pairs_mask(labels):
    n = len(labels)
    i, j = torch.ones(n, n).triu(1).nonzero(as_tuple=True)
    return i, j, (labels[:, None] == labels[None, :])[i, j] * 1


def force_autograd(a, b, y, margin):
    a = a.detach().clone().requires_grad_(True)
    squared = ((a - b) ** 2).sum(1)
    d = torch.sqrt(squared.clamp_min(1e-24))
    loss = (y * d**2 + (1 - y) * torch.clamp(margin - d, min=0) ** 2).sum() / (2 * len(a))
    return torch.autograd.grad(loss, a)[0]


def force_loop(a, b, y, margin):
    out = torch.zeros_like(a)
    for k in range(len(a)):
        difference = a[k] - b[k]
        d = float((difference**2).sum() ** 0.5)
        if y[k] == 1:
            out[k] = difference
        elif 0 < d < margin:
            out[k] = -(margin - d) / d * difference
    return out / len(a)


def force_where(a, b, y, margin):
    v = a - b
    d = torch.linalg.norm(v, dim=1)
    scale = torch.where(y.bool(), torch.ones_like(d), -F.relu(margin - d) / torch.where(d == 0, torch.ones_like(d), d))
    return v * scale[:, None] / a.shape[0]


def force_numpy(a, b, y, margin):
    v, same = (a - b).numpy(), y.numpy()[:, None] == 1
    d = np.sqrt((v**2).sum(1, keepdims=True))
    unit = np.divide(v, d, out=np.zeros_like(v), where=d > 0)
    return torch.from_numpy(np.where(same, v, -np.maximum(margin - d, 0) * unit).astype(v.dtype) / len(v))


def force_normalised(a, b, y, margin):
    unit = F.normalize(a - b, dim=1)
    d = (a - b).norm(dim=1, keepdim=True)
    same = y.view(-1, 1)
    return (same * d - (1 - same) * (margin - d).clamp(min=0)) * unit / len(a)


def contrastive_per_kind(d, y, margin=1.0):
    similar, different = d[y == 1], d[y == 0]
    return (similar.square().sum() + (margin - different).relu().square().sum()) / (2 * d.numel())


def triplet_where(d_pos, d_neg, margin=0.2):
    gap = d_pos - d_neg + margin
    return torch.where(gap > 0, gap, torch.zeros_like(gap)).sum() / gap.numel()


def force_by_pairs(a, b, y, margin):
    out = torch.zeros_like(a)
    for i in range(len(a)):
        diff = a[i] - b[i]
        d = diff.square().sum().sqrt()
        if y[i] == 1:
            out[i] = diff / len(a)
        elif 0 < d < margin:
            out[i] = -(margin - d) * diff / (d * len(a))
    return out


RIGHT = {
    "04.1": [distance_maximum, distance_loop, distance_einsum, distance_exact_zero, distance_norm],
    "04.2": [
        contrastive_where,
        contrastive_loop,
        contrastive_select,
        contrastive_dot,
        contrastive_one_power,
        contrastive_per_kind,
    ],
    "04.3": [triplet_relu, triplet_ranking, triplet_loop, triplet_maximum, triplet_where],
    "04.4": [pairs_loop, pairs_combinations, pairs_itertools, pairs_numpy, pairs_mask],
    "04.5": [force_autograd, force_loop, force_where, force_numpy, force_normalised, force_by_pairs],
}
