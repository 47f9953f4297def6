"""Right answers to the tasks of lesson 15, written in other ways."""

import math
import random
from collections import Counter

import numpy as np
import torch
import torch.nn.functional as F


def shift_pad(tgt, bos):
    return F.pad(tgt, (1, 0), value=bos)[:, :-1], tgt


def shift_filled(tgt, bos):
    read = torch.empty_like(tgt)
    read[:, 0] = bos
    read[:, 1:] = tgt[:, :-1]
    return read, tgt.clone()


def shift_rows(tgt, bos):
    rows = [[bos, *row[:-1]] for row in tgt.tolist()]
    return torch.tensor(rows, dtype=tgt.dtype), tgt


def shift_roll(tgt, bos):
    read = tgt.roll(1, dims=1)
    read[:, 0] = bos
    return read, tgt


def sequence_ignore(logits, target, pad):
    if not (target != pad).any():
        return (logits * 0).sum()
    return F.cross_entropy(logits.transpose(1, 2), target, ignore_index=pad)


def sequence_picked(logits, target, pad):
    real = target != pad
    nll = -torch.log_softmax(logits[real], dim=-1)
    picked = nll[torch.arange(len(nll)), target[real]]
    return picked.sum() / max(len(picked), 1)


def sequence_loop(logits, target, pad):
    total, count = logits.new_zeros(()), 0
    for rows, tokens in zip(logits, target.tolist(), strict=True):
        for row, token in zip(rows, tokens, strict=True):
            if token != pad:
                total = total + torch.logsumexp(row, 0) - row[token]
                count += 1
    return total / max(count, 1)


def sequence_one_hot(logits, target, pad):
    y = F.one_hot(target, logits.shape[-1]).to(logits.dtype) * (target != pad).unsqueeze(-1)
    return -(y * logits.log_softmax(-1)).sum() / y.sum().clamp_min(1)


def bleu_lists(cand, ref, n=2):
    product = 1.0
    for k in range(1, n + 1):
        groups = [cand[i : i + k] for i in range(len(cand) - k + 1)]
        left = [ref[i : i + k] for i in range(len(ref) - k + 1)]
        found = 0
        for group in groups:
            if group in left:
                left.remove(group)
                found += 1
        if found == 0:
            return 0.0
        product *= found / len(groups)
    return min(1.0, math.exp(1 - len(ref) / len(cand))) * product ** (1 / n)


def bleu_zip(cand, ref, n=2):
    def groups(words, k):
        return list(zip(*(words[i:] for i in range(k)), strict=False))

    found = []
    for k in range(1, n + 1):
        mine, theirs = groups(cand, k), groups(ref, k)
        hits = sum(min(mine.count(g), theirs.count(g)) for g in set(mine))
        found.append(hits / len(mine) if mine else 0.0)
    if min(found) == 0:
        return 0.0
    penalty = 1.0 if len(cand) > len(ref) else math.exp(1 - len(ref) / len(cand))
    return penalty * float(np.exp(np.mean(np.log(found))))


def bleu_strings(cand, ref, n=2):
    logs = torch.zeros(n, dtype=torch.float64)
    for k in range(1, n + 1):
        mine = ["\0".join(cand[i : i + k]) for i in range(max(len(cand) - k + 1, 0))]
        theirs = ["\0".join(ref[i : i + k]) for i in range(max(len(ref) - k + 1, 0))]
        hits = sum(min(mine.count(g), theirs.count(g)) for g in dict.fromkeys(mine))
        logs[k - 1] = math.log(hits / len(mine)) if hits else -math.inf
    short = min(0.0, 1 - len(ref) / len(cand)) if cand else 0.0
    return (logs.mean() + short).exp()


def order_sattolo(n, seed):
    """Sattolo's algorithm: one single cycle."""
    draw, out = random.Random(seed), list(range(n))
    for i in range(n - 1, 0, -1):
        j = draw.randrange(i)
        out[i], out[j] = out[j], out[i]
    return torch.tensor(out)


def order_again(n, seed):
    generator = torch.Generator().manual_seed(seed)
    while True:
        order = torch.randperm(n, generator=generator)
        if not (order == torch.arange(n)).any():
            return order


def order_numpy(n, seed):
    line = np.random.default_rng(seed).permutation(n)
    out = np.empty(n, dtype=np.int64)
    out[line] = np.roll(line, -1)
    return torch.from_numpy(out)


def order_argsort(n, seed):
    line = torch.rand(n, generator=torch.Generator().manual_seed(seed)).argsort()
    place = line.argsort()
    return line[(place + 1) % n]


def shift_stacked(tgt, bos):
    columns = [torch.full_like(tgt[:, 0], bos), *tgt.unbind(1)[:-1]]
    return torch.stack(columns, dim=1).long(), tgt.long()


def sequence_weights(logits, target, pad):
    weight = torch.ones(logits.shape[-1], dtype=logits.dtype)
    weight[pad] = 0
    total = F.cross_entropy(logits.flatten(0, 1), target.flatten(), weight=weight, reduction="sum")
    return total / max(int((target != pad).sum()), 1)


def sequence_constant_zero(logits, target, pad):
    real = (target != pad).flatten()
    if not real.any():
        return torch.zeros((), dtype=logits.dtype)
    return F.cross_entropy(logits.flatten(0, 1)[real], target.flatten()[real])


def bleu_counter(cand, ref, n=2):
    total = 0.0
    for k in range(1, n + 1):
        mine, theirs = (Counter(zip(*[words[i:] for i in range(k)], strict=False)) for words in (cand, ref))
        both = (mine & theirs).total()
        total += math.log(both / mine.total()) if both else -math.inf
    return min(1.0, math.exp(1 - len(ref) / max(len(cand), 1))) * math.exp(total / n)


def order_halves(n, seed):
    """Pairs of a random line change places; a last one that is left joins the pair before."""
    line = np.random.RandomState(seed).permutation(n).tolist()
    out = [0] * n
    while line:
        group = [line.pop() for _ in range(3 if len(line) == 3 else 2)]
        for giver, taker in zip(group, group[1:] + group[:1], strict=True):
            out[taker] = giver
    return torch.tensor(out, dtype=torch.int32)


RIGHT = {
    "15.1": [shift_pad, shift_filled, shift_rows, shift_roll, shift_stacked],
    "15.2": [
        sequence_ignore,
        sequence_picked,
        sequence_loop,
        sequence_one_hot,
        sequence_weights,
        sequence_constant_zero,
    ],
    "15.3": [bleu_lists, bleu_zip, bleu_strings, bleu_counter],
    "15.4": [order_sattolo, order_again, order_numpy, order_argsort, order_halves],
}
