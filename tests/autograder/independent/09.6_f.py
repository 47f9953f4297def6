# %% right: F.normalize twice, mean, matmul, argmax
import torch.nn.functional as F


def zero_shot(img, prompts):
    cls = F.normalize(F.normalize(prompts, dim=-1).mean(dim=1), dim=-1)
    return (F.normalize(img, dim=-1) @ cls.T).argmax(dim=1)


# %% right: plain loops over pictures, classes, prompts
import torch


def zero_shot(img, prompts):
    classes = []
    for sentences in prompts:
        mean = torch.zeros_like(sentences[0])
        for s in sentences:
            mean = mean + s / torch.sqrt((s * s).sum())
        mean = mean / len(sentences)
        classes.append(mean / torch.sqrt((mean * mean).sum()))
    answer = []
    for x in img:
        best, best_cos = 0, float("-inf")
        for c, e in enumerate(classes):
            cos = float(torch.dot(x, e) / torch.sqrt(torch.dot(x, x)))
            if cos > best_cos:
                best, best_cos = c, cos
        answer.append(best)
    return torch.tensor(answer, dtype=torch.int64)


# %% right: einsum, pictures left as long as they are, since their length does not change the winner
import torch


def zero_shot(img, prompts):
    unit = prompts / torch.linalg.vector_norm(prompts, dim=2, keepdim=True)
    mean = torch.einsum("cpd->cd", unit) / prompts.shape[1]
    mean = mean / torch.linalg.vector_norm(mean, dim=1, keepdim=True)
    return torch.einsum("nd,cd->nc", img, mean).max(dim=1).indices


# %% right: NumPy from end to end
import numpy as np
import torch


def _unit(v):
    return v / np.sqrt(np.square(v).sum(axis=-1, keepdims=True))


def zero_shot(img, prompts):
    x = _unit(img.detach().cpu().numpy())
    p = _unit(prompts.detach().cpu().numpy())
    c = _unit(p.mean(axis=1))
    return torch.from_numpy(np.argmax(x @ c.T, axis=1).astype(np.int64))


# %% right: smallest Euclidean distance between unit vectors
import torch
import torch.nn.functional as F


def zero_shot(img, prompts):
    with torch.no_grad():
        x = F.normalize(img, dim=1)
        c = F.normalize(F.normalize(prompts, dim=2).sum(dim=1), dim=1)
        dist = torch.cdist(x, c, compute_mode="donot_use_mm_for_euclid_dist")
        return dist.argmin(dim=1)


# %% right: over-long class with checks and F.cosine_similarity, int32
import torch
import torch.nn.functional as F


class ZeroShot:
    def __init__(self, prompts):
        if prompts.dim() != 3:
            raise ValueError("prompts must be (C, P, D)")
        C, P, D = prompts.shape
        flat = prompts.reshape(C * P, D)
        flat = F.normalize(flat, p=2, dim=1)
        per_class = flat.reshape(C, P, D).mean(dim=1)
        self.heads = F.normalize(per_class, p=2, dim=1)

    def __call__(self, img):
        if img.dim() != 2 or img.shape[1] != self.heads.shape[1]:
            raise ValueError("img must be (N, D)")
        x = F.normalize(img, p=2, dim=1)
        cos = torch.stack(
            [F.cosine_similarity(x, h.unsqueeze(0), dim=1) for h in self.heads], dim=1
        )
        return torch.argmax(cos, dim=1).to(torch.int32)


def zero_shot(img, prompts):
    return ZeroShot(prompts)(img)


# %% wrong: the prompts are averaged as they are, without scaling each to length 1
import torch.nn.functional as F


def zero_shot(img, prompts):
    cls = F.normalize(prompts.mean(dim=1), dim=-1)
    return (F.normalize(img, dim=-1) @ cls.T).argmax(dim=1)


# %% wrong: the cosines with the prompts are averaged, which leaves out scaling the average to length 1 again
import torch
import torch.nn.functional as F


def zero_shot(img, prompts):
    cos = torch.einsum("nd,cpd->ncp", F.normalize(img, dim=1), F.normalize(prompts, dim=2))
    return cos.mean(dim=-1).argmax(dim=-1)


# %% wrong: F.normalize without dim scales along the prompts axis of the (C, P, D) tensor
import torch.nn.functional as F


def zero_shot(img, prompts):
    classes = F.normalize(F.normalize(prompts).mean(1))
    return F.normalize(img).matmul(classes.t()).argmax(1)


# %% wrong: the best single prompt of a class decides, not the average
import torch
import torch.nn.functional as F


def zero_shot(img, prompts):
    x = F.normalize(img, dim=-1)
    scores = []
    for c in range(prompts.shape[0]):
        p = F.normalize(prompts[c], dim=-1)
        scores.append((x @ p.T).amax(dim=1))
    return torch.stack(scores, dim=1).argmax(dim=1)


# %% wrong: the prompts are scaled by the sum of their absolute values instead of their length
import torch
import torch.nn.functional as F


def zero_shot(img, prompts):
    unit = prompts / prompts.abs().sum(dim=-1, keepdim=True)
    cls = F.normalize(unit.mean(dim=1), dim=-1)
    return (F.normalize(img, dim=-1) @ cls.mT).argmax(dim=-1)


# %% wrong: /= scales the caller's prompts in place
import torch


def zero_shot(img, prompts):
    prompts /= prompts.norm(dim=-1, keepdim=True)
    cls = prompts.mean(dim=1)
    cls /= cls.norm(dim=-1, keepdim=True)
    return torch.argmax(img @ cls.T, dim=1)


# %% wrong: each prompt votes for a class and the most frequent class wins
import torch
import torch.nn.functional as F


def zero_shot(img, prompts):
    x = F.normalize(img, dim=-1)
    votes = [(x @ F.normalize(prompts[:, p], dim=-1).T).argmax(dim=1) for p in range(prompts.shape[1])]
    return torch.stack(votes, dim=1).mode(dim=1).values


# %% wrong: 0.001 is added to every length, so that short prompts count for much less
import torch


class _Unit:
    eps = 1e-3

    def __call__(self, v):
        return v / (v.pow(2).sum(-1, keepdim=True).sqrt() + self.eps)


def zero_shot(img, prompts):
    unit = _Unit()
    cls = unit(unit(prompts).mean(1))
    return torch.inner(unit(img), cls).argmax(-1)


# %% wrong: the pictures are scaled along the batch (dim 0), which stretches the features
import torch
import torch.nn.functional as F


def zero_shot(img, prompts):
    c = F.normalize(F.normalize(prompts, dim=2).mean(dim=1), dim=1)
    x = F.normalize(img, dim=0)
    best = torch.zeros(len(x), dtype=torch.long)
    for i, row in enumerate(x):
        best[i] = torch.mv(c, row).argmax()
    return best


# %% wrong: the class numbers come back as uint8, which has no sign and ends at 255
import torch
import torch.nn.functional as F


def zero_shot(img, prompts):
    cls = F.normalize(F.normalize(prompts, dim=-1).mean(dim=-2), dim=-1)
    return F.linear(F.normalize(img, dim=-1), cls).argmax(dim=-1).to(torch.uint8)


# %% two: the prompts are not scaled before averaging; argmax runs over the pictures (dim 0)
import torch.nn.functional as F


def zero_shot(img, prompts):
    cls = F.normalize(prompts.mean(dim=1), dim=1)
    sims = F.normalize(img, dim=1) @ cls.T
    return sims.argmax(dim=0)


# %% two: the caller's prompts are scaled in place; the answer has shape (N, 1)
import torch
import torch.nn.functional as F


def zero_shot(img, prompts):
    prompts.div_(torch.linalg.norm(prompts, dim=2, keepdim=True))
    cls = F.normalize(prompts.mean(dim=1), dim=1)
    return (img @ cls.T).argmax(dim=1, keepdim=True)


# %% two: the nearest single prompt is sought instead of the nearest average; its number among all C * P prompts is returned
import torch
import torch.nn.functional as F


def zero_shot(img, prompts):
    flat = F.normalize(prompts.reshape(-1, prompts.shape[-1]), dim=1)
    return torch.mm(F.normalize(img, dim=1), flat.t()).argmax(dim=1)


# %% two: the average is not scaled to length 1 again; the largest cosines come back instead of the class numbers
import torch
import torch.nn.functional as F


def zero_shot(img, prompts):
    cls = F.normalize(prompts, dim=-1).mean(dim=1)
    sims = F.normalize(img, dim=-1) @ cls.T
    return sims.max(dim=1)[0]
