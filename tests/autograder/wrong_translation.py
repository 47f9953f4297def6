"""Plausible wrong answers to the tasks of lesson 15: each must be rejected."""

import math

import torch
import torch.nn.functional as F


def shift_longer(tgt, bos):
    return F.pad(tgt, (1, 0), value=bos), tgt


def shift_end_dropped(tgt, bos):
    read = torch.where(tgt == 2, torch.zeros_like(tgt), tgt)
    return torch.cat([torch.full_like(tgt[:, :1], bos), read[:, :-1]], 1), tgt


def shift_first_only(tgt, bos):
    read = tgt.clone()
    read[:, 0] = bos
    return read, tgt


def sequence_softmaxed(logits, target, pad):
    return F.cross_entropy(logits.softmax(-1).transpose(1, 2), target, ignore_index=pad)


def sequence_up_to_longest(logits, target, pad):
    longest = int((target != pad).sum(1).max())
    return F.cross_entropy(logits[:, :longest].reshape(-1, logits.shape[-1]), target[:, :longest].reshape(-1))


def sequence_per_text(logits, target, pad):
    return F.cross_entropy(logits.transpose(1, 2), target, ignore_index=pad, reduction="sum") / len(target)


def bleu_characters(cand, ref, n=2):
    cand, ref = list(" ".join(cand)), list(" ".join(ref))
    return bleu_of_sets(cand, ref, n)


def bleu_of_sets(cand, ref, n=2):
    product = 1.0
    for k in range(1, n + 1):
        mine = {tuple(cand[i : i + k]) for i in range(len(cand) - k + 1)}
        theirs = {tuple(ref[i : i + k]) for i in range(len(ref) - k + 1)}
        product *= len(mine & theirs) / max(len(mine), 1)
    return product ** (1 / n) * min(1.0, math.exp(1 - len(ref) / max(len(cand), 1)))


def bleu_linear_penalty(cand, ref, n=2):
    product = 1.0
    for k in range(1, n + 1):
        mine = [tuple(cand[i : i + k]) for i in range(len(cand) - k + 1)]
        theirs = [tuple(ref[i : i + k]) for i in range(len(ref) - k + 1)]
        product *= sum(min(mine.count(g), theirs.count(g)) for g in set(mine)) / max(len(mine), 1)
    return product ** (1 / n) * min(1.0, len(cand) / len(ref))


def order_reversed(n, seed):
    return torch.arange(n).flip(0)


def order_next(n, seed):
    return (torch.arange(n) + 1 + seed % (n - 1)) % n


def order_mended_once(n, seed):
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    own = order == torch.arange(n)
    return torch.where(own, (order + 1) % n, order)


WRONG = {
    "15.1": [shift_longer, shift_end_dropped, shift_first_only],
    "15.2": [sequence_softmaxed, sequence_up_to_longest, sequence_per_text],
    "15.3": [bleu_characters, bleu_of_sets, bleu_linear_penalty],
    "15.4": [order_reversed, order_next, order_mended_once],
}
