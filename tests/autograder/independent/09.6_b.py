# %% right: F.normalize, mean, F.normalize, matmul, argmax
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    p = F.normalize(prompts, dim=-1)
    cls = F.normalize(p.mean(dim=1), dim=-1)
    sims = F.normalize(img, dim=-1) @ cls.T
    return sims.argmax(dim=1)


# %% right: plain loops over classes, prompts and pictures
import torch


def zero_shot(img, prompts):
    N = img.shape[0]
    C, P, D = prompts.shape
    class_vecs = []
    for c in range(C):
        acc = torch.zeros(D, dtype=prompts.dtype)
        for p in range(P):
            v = prompts[c, p]
            acc = acc + v / torch.sqrt((v * v).sum())
        acc = acc / P
        class_vecs.append(acc / torch.sqrt((acc * acc).sum()))
    answer = []
    for n in range(N):
        best, best_cos = -1, -float("inf")
        length = torch.sqrt((img[n] * img[n]).sum())
        for c in range(C):
            cos = float((img[n] * class_vecs[c]).sum() / length)
            if cos > best_cos:
                best, best_cos = c, cos
        answer.append(best)
    return torch.tensor(answer, dtype=torch.int64)


# %% right: einsum with norms by hand (the length of the picture does not matter for the argmax)
import torch


def zero_shot(img, prompts):
    unit = prompts / torch.linalg.vector_norm(prompts, dim=2, keepdim=True)
    centre = unit.sum(1) / prompts.shape[1]
    centre = centre / torch.linalg.vector_norm(centre, dim=1, keepdim=True)
    return torch.einsum("nd,cd->nc", img, centre).max(dim=1).indices


# %% right: F.cosine_similarity by broadcasting
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    classes = F.normalize(F.normalize(prompts, dim=2).mean(1), dim=1)
    return F.cosine_similarity(img[:, None, :], classes[None, :, :], dim=2).argmax(-1)


# %% right: numpy
import numpy as np
import torch


def zero_shot(img, prompts):
    x = img.detach().cpu().numpy()
    t = prompts.detach().cpu().numpy()
    t = t / np.linalg.norm(t, axis=-1, keepdims=True)
    t = t.mean(axis=1)
    t = t / np.linalg.norm(t, axis=-1, keepdims=True)
    x = x / np.linalg.norm(x, axis=-1, keepdims=True)
    return torch.from_numpy(np.argmax(x @ t.T, axis=1).astype(np.int64))


# %% wrong: averages the raw prompts, does not scale each to length 1 first
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    cls = F.normalize(prompts.mean(dim=1), dim=-1)
    return (F.normalize(img, dim=-1) @ cls.t()).argmax(dim=-1)


# %% wrong: does not scale the average to length 1 again
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    unit = F.normalize(prompts, dim=2)
    cls = unit.mean(dim=1)
    img = F.normalize(img, dim=1)
    return torch.argmax(img @ cls.T, dim=1)


# %% wrong: F.normalize with its default dim=1, which for the prompts is the axis P, not D
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    prompts = F.normalize(prompts)
    cls = F.normalize(prompts.mean(1))
    return torch.argmax(F.normalize(img) @ cls.T, dim=1)


# %% wrong: takes the nearest single prompt instead of the average of the class
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    t = F.normalize(prompts, dim=-1)
    i = F.normalize(img, dim=-1)
    sims = torch.einsum("nd,cpd->ncp", i, t)
    return sims.max(dim=2).values.argmax(dim=1)


# %% wrong: argmax over the pictures (dim 0), shape (C,)
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    cls = F.normalize(F.normalize(prompts, dim=-1).mean(1), dim=-1)
    scores = F.normalize(img, dim=-1) @ cls.T
    return scores.argmax(0)


# %% wrong: keeps an axis, shape (N, 1)
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    unit = F.normalize(prompts, p=2, dim=-1)
    emb = F.normalize(unit.mean(dim=-2), p=2, dim=-1)
    sims = torch.matmul(img, emb.transpose(0, 1))
    return sims.topk(1, dim=1).indices


# %% wrong: scales the prompts in place
import torch


def zero_shot(img, prompts):
    with torch.no_grad():
        prompts /= prompts.norm(dim=-1, keepdim=True)
        cls = prompts.mean(1)
        cls = cls / cls.norm(dim=-1, keepdim=True)
        x = img / img.norm(dim=-1, keepdim=True)
        return (x @ cls.T).argmax(1)


# %% wrong: takes the largest absolute cosine, an opposite class wins
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    cls = torch.stack([F.normalize(c, dim=1).mean(0) for c in prompts])
    cls = F.normalize(cls, dim=1)
    cos = F.normalize(img, dim=1) @ cls.T
    return cos.abs().argmax(dim=1)


# %% wrong: adds 0.01 to the lengths against division by zero, so short prompts are not scaled to 1
import torch


def zero_shot(img, prompts):
    unit = prompts / (prompts.norm(dim=2, keepdim=True) + 0.01)
    avg = unit.mean(dim=1)
    cls = avg / avg.norm(dim=1, keepdim=True)
    return torch.einsum("nd,cd->nc", img, cls).argmax(1)


# %% wrong: squeezes everything of size 1, so N = 1 gives a 0-d result
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    cls = F.normalize(F.normalize(prompts, dim=2).mean(1), dim=1)
    sims = F.cosine_similarity(img.unsqueeze(1), cls.unsqueeze(0), dim=-1)
    return sims.argmax(dim=1).squeeze()


# %% two: scales by the L1 norm; the average is not scaled again
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    t = F.normalize(prompts, p=1, dim=-1).mean(dim=1)
    return (F.normalize(img, dim=-1) @ t.T).argmax(dim=1)


# %% two: no scaling of the prompts before the average; returns the largest cosines, not the class numbers
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    cls = F.normalize(prompts.mean(1), dim=1)
    sims = F.normalize(img, dim=1) @ cls.T
    best, _ = sims.max(dim=1)
    return best


# %% two: majority vote of the prompts one by one instead of the average; result in uint8
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    C, P, D = prompts.shape
    t = F.normalize(prompts, dim=-1)
    x = F.normalize(img, dim=-1)
    votes = torch.zeros(len(img), C)
    for p in range(P):
        winner = (x @ t[:, p].T).argmax(1)
        votes += F.one_hot(winner, C)
    return votes.argmax(1).to(torch.uint8)


# %% two: regroups the prompts with reshape(P, C, D), which mixes the classes; the average is not scaled again
import torch
from torch.nn import functional as F


def zero_shot(img, prompts):
    C, P, D = prompts.shape
    t = F.normalize(prompts, dim=-1).reshape(P, C, D).mean(0)
    return (img @ t.T).argmax(-1)
