"""Right answers to the tasks of lesson 09, in other styles than the references."""

import math

import numpy as np
import torch
import torch.nn.functional as F


def nce_log_softmax(za, zb, tau=0.07):
    cosine = (za @ zb.T) / za.norm(dim=1)[:, None] / zb.norm(dim=1)
    return -(cosine / tau).log_softmax(1).diagonal().mean()


def nce_loop(za, zb, tau=0.07):
    total = 0
    for i, row in enumerate(za):
        scores = torch.stack([F.cosine_similarity(row, other, dim=0) for other in zb]) / tau
        total = total + torch.logsumexp(scores, 0) - scores[i]
    return total / len(za)


def nce_broadcast(za, zb, tau=0.07):
    s = F.cosine_similarity(za[:, None], zb[None], dim=-1) / tau
    return torch.logsumexp(s - s.diag()[:, None], 1).mean()


def nce_einsum(za, zb, tau=0.07):
    a, b = (z / torch.linalg.norm(z, dim=-1, keepdim=True) for z in (za, zb))
    logits = torch.einsum("id,jd->ij", a, b) * (1 / tau)
    own = torch.einsum("nd,nd->n", a, b) / tau
    return (logits.logsumexp(-1) - own).mean()


def clip_log_softmax(img, txt, log_scale):
    s = torch.clamp(log_scale, max=math.log(100)).exp() * (img @ txt.T)
    return -(s.log_softmax(1).diagonal().mean() + s.log_softmax(0).diagonal().mean()) / 2


def clip_minimum(img, txt, log_scale):
    scale = torch.minimum(log_scale.exp(), torch.full_like(log_scale, 100.0))
    logits = torch.einsum("id,jd->ij", img, txt) * scale
    target = torch.arange(len(img), device=img.device)
    return 0.5 * F.cross_entropy(logits, target) + 0.5 * F.cross_entropy(txt @ img.T * scale, target)


def clip_eye(img, txt, log_scale):
    scale = torch.where(log_scale > math.log(100), torch.full_like(log_scale, 100.0), log_scale.exp())
    logits, right = scale * img @ txt.mT, torch.eye(len(img), dtype=img.dtype, device=img.device)
    return F.cross_entropy(torch.cat([logits, logits.mT]), torch.cat([right, right]))


def clip_loop(img, txt, log_scale):
    scale, total = log_scale.exp() if log_scale < math.log(100) else 100.0, 0
    for i in range(len(img)):
        there, back = scale * (txt @ img[i]), scale * (img @ txt[i])
        total = total + there.logsumexp(0) - there[i] + back.logsumexp(0) - back[i]
    return total / (2 * len(img))


def siglip_softplus(img, txt, scale, bias):
    logits = img @ txt.T * scale + bias
    return (F.softplus(logits).sum() - logits.trace()) / len(img)


def siglip_binary(img, txt, scale, bias):
    logits = scale * (img @ txt.T) + bias
    target = torch.eye(len(img), dtype=img.dtype, device=img.device)
    return F.binary_cross_entropy_with_logits(logits, target, reduction="sum") / len(img)


def siglip_loop(img, txt, scale, bias):
    total = 0
    for i, a in enumerate(img):
        for j, b in enumerate(txt):
            logit = scale * (a @ b) + bias
            total = total - F.logsigmoid(logit if i == j else -logit)
    return total / len(img)


def siglip_where(img, txt, scale, bias):
    logits = torch.einsum("id,jd->ij", img, txt).mul(scale).add(bias)
    same = torch.eye(len(img), device=img.device) == 1
    return -F.logsigmoid(torch.where(same, logits, -logits)).sum(1).mean()


def supcon_loop(z, labels, tau=0.1):
    losses = []
    for i in range(len(z)):
        others = [j for j in range(len(z)) if j != i]
        positives = [j for j in others if labels[j] == labels[i]]
        if positives:
            s = z[others] @ z[i] / tau
            losses.append(s.logsumexp(0) - (z[positives] @ z[i] / tau).mean())
    return torch.stack(losses).mean() if losses else 0 * z.sum()


def supcon_without_diagonal(z, labels, tau=0.1):
    n = len(z)
    keep = ~torch.eye(n, dtype=torch.bool, device=z.device)
    s = (z @ z.T / tau)[keep].reshape(n, n - 1)
    same = (labels[:, None] == labels[None])[keep].reshape(n, n - 1).to(z.dtype)
    has = same.sum(1) > 0
    if not has.any():
        return s.sum() * 0
    each = -(s.log_softmax(1) * same).sum(1)[has] / same.sum(1)[has]
    return each.mean()


def supcon_shifted(z, labels, tau=0.1):
    s = z @ z.T / tau
    s = s - s.max(1, keepdim=True).values.detach()
    other = 1 - torch.eye(len(z), dtype=z.dtype, device=z.device)
    top = s.masked_fill(other == 0, -1e30).max(1, keepdim=True).values.detach()
    logp = s - top - torch.log((torch.exp((s - top).clamp_max(80)) * other).sum(1, keepdim=True))
    positive = (labels[:, None] == labels[None]).to(z.dtype) * other
    count = positive.sum(1)
    each = -(positive * logp).sum(1) / count.clamp(min=1)
    weight = (count > 0).to(z.dtype)
    return (each * weight).sum() / weight.sum().clamp(min=1)


def supcon_where(z, labels, tau=0.1):
    me = torch.eye(len(z), dtype=torch.bool, device=z.device)
    s = torch.where(me, torch.full_like(z @ z.T, -1e9), z @ z.T / tau)
    positive = labels.unsqueeze(0).eq(labels.unsqueeze(1)).logical_and(~me)
    logp = torch.where(positive, s.log_softmax(1), torch.zeros_like(s))
    rows = positive.any(1)
    return -(logp.sum(1) / positive.sum(1).clamp_min(1)).sum() / max(int(rows.sum()), 1)


def recall_sorted(sim, owner, k):
    texts = sim.argsort(dim=1, descending=True)[:, :k]
    images = sim.argsort(dim=0, descending=True)[:k]
    i2t = [int(i in owner[row].tolist()) for i, row in enumerate(texts)]
    t2i = [int(owner[t] in images[:, t]) for t in range(sim.shape[1])]
    return sum(i2t) / len(i2t), sum(t2i) / len(t2i)


def recall_ranks(sim, owner, k):
    own = sim[owner, torch.arange(len(owner))]
    t2i = ((sim > own).sum(0) < k).float().mean().item()
    best = torch.stack([own[owner == i].max() for i in range(len(sim))])
    i2t = ((sim > best[:, None]).sum(1) < k).float().mean().item()
    return i2t, t2i


def recall_loop(sim, owner, k):
    rows, columns = sim.tolist(), sim.T.tolist()
    hits = 0
    for i, row in enumerate(rows):
        order = sorted(range(len(row)), key=row.__getitem__, reverse=True)[:k]
        hits += any(owner[t].item() == i for t in order)
    found = sum(
        owner[t].item() in sorted(range(len(column)), key=lambda i: -column[i])[:k] for t, column in enumerate(columns)
    )
    return hits / len(rows), found / len(columns)


def zero_shot_cosine(img, prompts):
    unit = prompts / prompts.norm(dim=-1, keepdim=True)
    return F.cosine_similarity(img[:, None], unit.sum(1)[None], dim=-1).argmax(-1)


def zero_shot_loop(img, prompts):
    classes = [torch.stack([p / p.norm() for p in several]).mean(0) for several in prompts]
    classes = [c / c.norm() for c in classes]
    return torch.tensor([max(range(len(classes)), key=lambda c: float(x @ classes[c])) for x in img])


def zero_shot_einsum(img, prompts):
    each = prompts / torch.linalg.vector_norm(prompts, dim=2, keepdim=True)
    mean = torch.einsum("cpd->cd", each) / prompts.shape[1]
    length = torch.einsum("cd,cd->c", mean, mean).sqrt()
    scores = torch.einsum("nd,cd->nc", F.normalize(img, dim=-1), mean) / length
    return scores.max(dim=1).indices


def nce_guarded(za, zb, tau=0.07):
    a = za / (za.norm(dim=1, keepdim=True) + 1e-12)
    b = zb / zb.norm(dim=1, keepdim=True).clamp_min(1e-9)
    return torch.stack([F.cross_entropy(row[None], torch.tensor([i])) for i, row in enumerate(a @ b.T / tau)]).mean()


def clip_halves(img, txt, log_scale):
    s = log_scale.exp().clamp_max(100) * torch.matmul(img, txt.t())
    rows, columns = s - s.logsumexp(1, keepdim=True), s - s.logsumexp(0, keepdim=True)
    return -torch.cat([rows.diag(), columns.diag()]).mean()


def siglip_shifted(img, txt, scale, bias):
    z = 2 * torch.eye(len(img), dtype=img.dtype) - 1
    x = -z * (bias + scale * torch.mm(img, txt.t()))
    top = x.clamp_min(0)
    return (top + torch.log1p(torch.exp(-x.abs()))).sum() / img.shape[0]


def supcon_constant_zero(z, labels, tau=0.1):
    positive = labels[:, None] == labels
    positive = positive & ~torch.eye(len(z), dtype=torch.bool)
    if not positive.any():
        return torch.zeros((), dtype=z.dtype)
    s = (z @ z.mT) / tau - 1e9 * torch.eye(len(z), dtype=z.dtype)
    logp = s - s.logsumexp(1, keepdim=True)
    rows = [-logp[i, positive[i]].mean() for i in range(len(z)) if positive[i].any()]
    return sum(rows) / len(rows)


def recall_numpy(sim, owner, k):
    s, owner = sim.numpy(), owner.numpy()
    texts, images = (-s).argsort(1)[:, :k], (-s).argsort(0)[:k].T
    i2t = [np.isin(i, owner[row]) for i, row in enumerate(texts)]
    return float(np.mean(i2t)), float((images == owner[:, None]).any(1).mean())


def zero_shot_classes(img, prompts):
    found = torch.zeros(len(img), dtype=torch.int32)
    best = torch.full((len(img),), -torch.inf, dtype=img.dtype)
    for c, several in enumerate(prompts):
        mean = F.normalize(several, dim=1).mean(0)
        score = img @ (mean / mean.norm())
        found[score > best] = c
        best = torch.maximum(best, score)
    return found


RIGHT = {
    "09.1": [nce_log_softmax, nce_loop, nce_broadcast, nce_einsum, nce_guarded],
    "09.2": [clip_log_softmax, clip_minimum, clip_eye, clip_loop, clip_halves],
    "09.3": [siglip_softplus, siglip_binary, siglip_loop, siglip_where, siglip_shifted],
    "09.4": [supcon_loop, supcon_without_diagonal, supcon_shifted, supcon_where, supcon_constant_zero],
    "09.5": [recall_sorted, recall_ranks, recall_loop, recall_numpy],
    "09.6": [zero_shot_cosine, zero_shot_loop, zero_shot_einsum, zero_shot_classes],
}
