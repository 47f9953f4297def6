"""Right answers to the tasks of lesson 05, in other styles than the references."""

import functools
import itertools

import torch
import torch.nn.functional as F
from torch import nn


def concat_normalize(feats):
    return torch.cat([F.normalize(f.flatten(1), dim=1) for f in feats], 1)


def concat_rows(feats):
    rows = []
    for i in range(len(feats[0])):
        parts = []
        for f in feats:
            v = f[i].reshape(-1)
            length = torch.sqrt((v * v).sum())
            parts.append(v / length if length > 0 else v)
        rows.append(torch.cat(parts))
    return torch.stack(rows)


def concat_filled(feats):
    n = feats[0].shape[0]
    flat = [f.reshape(n, -1) for f in feats]
    out = flat[0].new_zeros(n, sum(f.shape[1] for f in flat))
    start = 0
    for f in flat:
        stop = start + f.shape[1]
        out[:, start:stop] = f / torch.linalg.vector_norm(f, dim=1, keepdim=True).clamp(min=1e-12)
        start = stop
    return out


def concat_einsum(feats):
    flat = [f.view(len(f), -1) for f in feats]
    lengths = [torch.einsum("nd,nd->n", f, f).sqrt() for f in flat]
    return torch.hstack(
        [torch.einsum("nd,n->nd", f, 1 / s.clamp_min(1e-12)) for f, s in zip(flat, lengths, strict=True)]
    )


def concat_added_floor(feats):
    return torch.concatenate([(g := f.flatten(start_dim=1)) / (g.norm(dim=1)[:, None] + 1e-12) for f in feats], -1)


def concat_where(feats):
    def unit(f):
        f = f.flatten(1)
        squared = f.square().sum(1, keepdim=True)
        return f * torch.where(squared > 0, squared, 1.0).rsqrt()

    return torch.cat(list(map(unit, feats)), dim=1)


def sum_einsum(feats, w):
    return torch.einsum("nmd,m->nd", feats, torch.softmax(w, 0))


def sum_loop(feats, w):
    e = torch.exp(w - w.max())
    total = torch.zeros_like(feats[:, 0])
    for m in range(feats.shape[1]):
        total = total + e[m] * feats[:, m]
    return total / e.sum()


def sum_matrix(feats, w):
    return feats.transpose(1, 2) @ w.softmax(-1)


def sum_tensordot(feats, w):
    return torch.tensordot(feats, F.log_softmax(w, 0).exp(), dims=([1], [0]))


def sum_bmm(feats, w):
    share = nn.Softmax(dim=0)(w).expand(len(feats), 1, -1)
    return torch.bmm(share, feats).squeeze(1)


def gmu_linear(v, t, w_v, w_t, w_z):
    z = F.linear(torch.cat((v, t), dim=-1), w_z).sigmoid()
    return torch.lerp(F.linear(t, w_t).tanh(), F.linear(v, w_v).tanh(), z)


def gmu_split(v, t, w_v, w_t, w_z):
    d = v.shape[1]
    gate = 1 / (1 + torch.exp(-(v @ w_z[:, :d].T + t @ w_z[:, d:].T)))
    picture, text = torch.tanh(v @ w_v.T), torch.tanh(t @ w_t.T)
    return text + gate * (picture - text)


def gmu_rows(v, t, w_v, w_t, w_z):
    out = []
    for a, b in zip(v, t, strict=True):
        z = torch.sigmoid(w_z @ torch.cat([a, b]))
        out.append(z * torch.tanh(w_v @ a) + (1 - z) * torch.tanh(w_t @ b))
    return torch.stack(out)


def gmu_einsum(v, t, w_v, w_t, w_z):
    z = torch.einsum("nd,hd->nh", torch.hstack([v, t]), w_z)
    return (
        torch.sigmoid(z) * torch.einsum("nd,hd->nh", v, w_v).tanh()
        + torch.sigmoid(-z) * torch.einsum("nd,hd->nh", t, w_t).tanh()
    )


def gmu_stacked(v, t, w_v, w_t, w_z):
    both = torch.stack([v @ w_v.mT, t @ w_t.mT]).tanh()
    logits = torch.cat([v, t], 1) @ w_z.mT
    gates = torch.softmax(torch.stack([logits, torch.zeros_like(logits)]), 0)
    return (gates * both).sum(0)


def outer_einsum(a, b):
    a, b = F.pad(a, (1, 0), value=1.0), F.pad(b, (1, 0), value=1.0)
    return torch.einsum("ni,nj->nij", a, b).reshape(len(a), -1)


def outer_blocks(a, b):
    n = len(a)
    products = (a.unsqueeze(2) * b.unsqueeze(1)).reshape(n, a.shape[1], -1)
    right = torch.cat([a.unsqueeze(2), products], 2).flatten(1)
    return torch.cat([torch.ones(n, 1, dtype=a.dtype), b, right], 1)


def outer_kron(a, b):
    one = torch.ones(1, dtype=a.dtype)
    return torch.stack([torch.kron(torch.cat([one, x]), torch.cat([one, y])) for x, y in zip(a, b, strict=True)])


def outer_bmm(a, b):
    one = torch.ones_like(a[:, :1])
    return torch.bmm(torch.cat([one, a], 1)[:, :, None], torch.cat([one, b], 1)[:, None, :]).view(len(a), -1)


def outer_repeat(a, b):
    a, b = (torch.cat([x.new_ones(x.shape[0], 1), x], -1) for x in (a, b))
    return a.repeat_interleave(b.shape[1], dim=1) * b.repeat(1, a.shape[1])


def outer_columns(a, b):
    one = torch.ones(len(a), dtype=a.dtype)
    left, right = [one, *a.unbind(1)], [one, *b.unbind(1)]
    return torch.stack([x * y for x, y in itertools.product(left, right)], dim=1)


def low_rank_loops(feats, factors):
    total = 0
    for r in range(len(factors[0])):
        term = 1
        for x, f in zip(feats, factors, strict=True):
            term = term * (f[r, 0] + x @ f[r, 1:])
        total = total + term
    return total


def low_rank_tensor(feats, factors):
    """Through the whole tensor that the layer is meant to save."""
    weight, table = None, None
    for x, f in zip(feats, factors, strict=True):
        x1 = F.pad(x, (1, 0), value=1.0)
        table = x1 if table is None else torch.einsum("ni,nj->nij", table, x1).flatten(1)
        weight = f if weight is None else torch.einsum("rih,rjh->rijh", weight, f).flatten(1, 2)
    return table @ weight.sum(0)


def low_rank_matmul(feats, factors):
    ones = torch.ones(len(feats[0]), 1, dtype=feats[0].dtype)
    parts = [torch.matmul(torch.cat([ones, x], 1).unsqueeze(0), f) for x, f in zip(feats, factors, strict=True)]
    return functools.reduce(torch.mul, parts).sum(0)


def low_rank_stack(feats, factors):
    parts = [torch.tensordot(x, f[:, 1:], dims=([1], [1])) + f[:, 0] for x, f in zip(feats, factors, strict=True)]
    return torch.stack(parts).prod(0).sum(1)


def sum_by_hand(feats, w):
    e = (w - w.max()).exp()
    return sum(share * feats[:, m] for m, share in enumerate(e / e.sum()))


def gmu_lerp(v, t, w_v, w_t, w_z):
    gate = 1 / (1 + (-(torch.cat((v, t), dim=-1) @ w_z.mT)).exp())
    return torch.lerp((t @ w_t.mT).tanh(), (v @ w_v.mT).tanh(), gate)


RIGHT = {
    "05.1": [concat_normalize, concat_rows, concat_filled, concat_einsum, concat_added_floor, concat_where],
    "05.2": [sum_einsum, sum_loop, sum_matrix, sum_tensordot, sum_bmm, sum_by_hand],
    "05.3": [gmu_linear, gmu_split, gmu_rows, gmu_einsum, gmu_stacked, gmu_lerp],
    "05.4": [outer_einsum, outer_blocks, outer_kron, outer_bmm, outer_repeat, outer_columns],
    "05.5": [low_rank_loops, low_rank_tensor, low_rank_matmul, low_rank_stack],
}
