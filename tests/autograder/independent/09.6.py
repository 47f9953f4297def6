# %% right: normalize, mean, normalize, argmax
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    c = F.normalize(F.normalize(prompts, dim=-1).mean(dim=1), dim=-1)
    return (F.normalize(img, dim=-1) @ c.T).argmax(dim=1)

# %% right: norms by hand
import torch

def zero_shot(img, prompts):
    p = prompts / prompts.norm(dim=2, keepdim=True)
    m = p.mean(1)
    m = m / m.norm(dim=1, keepdim=True)
    return torch.argmax(img @ m.t(), dim=-1)

# %% right: loops over classes and pictures
import torch

def zero_shot(img, prompts):
    heads = []
    for cls in prompts:
        units = [v / v.pow(2).sum().sqrt() for v in cls]
        avg = sum(units) / len(units)
        heads.append(avg / avg.pow(2).sum().sqrt())
    answer = []
    for x in img:
        cosines = [float((x * h).sum() / x.norm()) for h in heads]
        answer.append(max(range(len(heads)), key=cosines.__getitem__))
    return torch.tensor(answer, dtype=torch.int64)

# %% right: NumPy
import numpy as np
import torch

def zero_shot(img, prompts):
    x = img.detach().cpu().numpy()
    t = prompts.detach().cpu().numpy()
    t = t / np.linalg.norm(t, axis=-1, keepdims=True)
    w = t.mean(axis=1)
    w = w / np.linalg.norm(w, axis=-1, keepdims=True)
    x = x / np.linalg.norm(x, axis=-1, keepdims=True)
    return torch.from_numpy(np.argmax(x @ w.T, axis=1).astype(np.int64))

# %% right: einsum with a classifier function and checks
import torch
from torch import Tensor
from torch.nn.functional import normalize

def build_classifier(prompts: Tensor) -> Tensor:
    n_prompts = prompts.shape[1]
    units = normalize(prompts, dim=2)
    centre = torch.einsum("cpd->cd", units) / n_prompts
    return normalize(centre, dim=1)

def zero_shot(img: Tensor, prompts: Tensor) -> Tensor:
    if img.shape[-1] != prompts.shape[-1]:
        raise ValueError("different embedding sizes")
    sims = torch.einsum("nd,cd->nc", normalize(img, dim=1), build_classifier(prompts))
    return sims.max(dim=1).indices

# %% right: cosine over broadcast pairs, sum in place of mean before scaling
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    C, P, D = prompts.shape
    flat = F.normalize(prompts.reshape(C * P, D), dim=1)
    emb = F.normalize(flat.reshape(C, P, D).sum(1), dim=1)
    scores = 100.0 * (F.normalize(img, dim=1)[:, None, :] * emb[None, :, :]).sum(-1)
    return scores.topk(1, dim=1).indices.squeeze(1)

# %% wrong: prompts averaged without scaling each to length 1 first
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    text = F.normalize(prompts.mean(dim=1), dim=-1)
    image = F.normalize(img, dim=-1)
    return (image @ text.T).argmax(-1)

# %% wrong: the average is not scaled to length 1 again
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    class_emb = F.normalize(prompts, dim=-1).mean(dim=1)
    logits = F.normalize(img, dim=-1) @ class_emb.t()
    return logits.argmax(dim=1)

# %% wrong: the best single prompt decides, max over the prompts
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    x = F.normalize(img, dim=1)
    p = F.normalize(prompts, dim=2)
    cos = torch.einsum("nd,cpd->ncp", x, p)
    return cos.amax(dim=2).argmax(dim=1)

# %% wrong: only the first prompt of each class
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    t = F.normalize(prompts[:, 0, :], dim=-1)
    v = F.normalize(img, dim=-1)
    return torch.argmax(v @ t.T, dim=1)

# %% wrong: smallest cosine wins
import torch

def zero_shot(img, prompts):
    e = prompts / prompts.norm(dim=-1, keepdim=True)
    e = e.mean(dim=1)
    e = e / e.norm(dim=-1, keepdim=True)
    sim = img @ e.T / img.norm(dim=-1, keepdim=True)
    return sim.min(dim=1).indices

# %% wrong: scales the prompts along the axis of the prompts
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    p = F.normalize(prompts, dim=1)
    cls = F.normalize(p.mean(dim=1), dim=1)
    return (F.normalize(img, dim=1) @ cls.T).argmax(dim=1)

# %% wrong: majority vote over the prompt numbers
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    p = F.normalize(prompts, dim=-1).permute(1, 0, 2)
    x = F.normalize(img, dim=-1)
    votes = (x[None] @ p.transpose(1, 2)).argmax(dim=-1)
    return votes.mode(dim=0).values

# %% wrong: norms clamped at 1, short prompts are not scaled up (prompts shorter than 1)
import torch

def zero_shot(img, prompts):
    length = prompts.norm(dim=-1, keepdim=True).clamp(min=1.0)
    w = (prompts / length).mean(1)
    w = w / w.norm(dim=-1, keepdim=True)
    return (img @ w.T).argmax(1)

# %% wrong: int32 class numbers
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    head = F.normalize(F.normalize(prompts, dim=-1).mean(1), dim=-1)
    pred = (F.normalize(img, dim=-1) @ head.T).argmax(-1)
    return pred.to(torch.int32)

# %% wrong: the prompts are scaled in place (changes its input)
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    prompts /= prompts.norm(dim=-1, keepdim=True)
    c = F.normalize(prompts.mean(dim=1), dim=-1)
    return torch.argmax(F.normalize(img, dim=-1) @ c.T, dim=-1)

# %% wrong: squeezes the result, no axis left for one picture (N = 1)
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    c = F.normalize(F.normalize(prompts, dim=2).mean(1), dim=1)
    s = F.normalize(img, dim=1).matmul(c.T)
    return s.topk(1, dim=-1).indices.squeeze()

# %% two: prompts not scaled at all; Euclidean distance to their mean
import torch

def zero_shot(img, prompts):
    centre = prompts.mean(dim=1)
    d = torch.cdist(img, centre)
    return d.argmin(dim=1)

# %% two: softmax over pictures and not classes; best single prompt decides
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    p = F.normalize(prompts, dim=-1)
    x = F.normalize(img, dim=-1)
    s = torch.einsum("nd,cpd->ncp", x, p).max(dim=2).values
    return (100 * s).softmax(dim=0).argmax(dim=1)

# %% two: the view mixes classes with prompts (P, C, D); average not scaled again
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    C, P, D = prompts.shape
    e = F.normalize(prompts, dim=-1).reshape(P, C, D).mean(dim=0)
    return (F.normalize(img, dim=-1) @ e.T).argmax(dim=1)


# %% right: normalise, average, normalise
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    c = F.normalize(prompts, dim=-1).mean(dim=1)
    c = F.normalize(c, dim=-1)
    return (F.normalize(img, dim=-1) @ c.T).argmax(dim=1)

# %% right: loop over the classes
import torch

def zero_shot(img, prompts):
    scores = []
    for sentences in prompts:
        unit = sentences / sentences.norm(dim=1, keepdim=True)
        e = unit.mean(0)
        e = e / e.norm()
        scores.append(torch.einsum("nd,d->n", img, e) / img.norm(dim=1))
    return torch.stack(scores, dim=1).argmax(1)

# %% wrong: prompts averaged without scaling each first
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    cls = F.normalize(prompts.mean(1), dim=1)
    return torch.argmax(F.normalize(img, dim=1) @ cls.t(), dim=1)

# %% wrong: average not scaled to length 1 again
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    img = F.normalize(img, dim=-1)
    cls = F.normalize(prompts, dim=-1).mean(dim=1)
    return (img @ cls.T).max(dim=1).indices

# %% wrong: F.normalize with its default axis, which is the prompts
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    p = F.normalize(prompts)
    cls = F.normalize(p.mean(1))
    sims = F.normalize(img) @ cls.T
    return sims.argmax(-1)

# %% wrong: class of the single best prompt
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    p = F.normalize(prompts, dim=-1)
    x = F.normalize(img, dim=-1)
    s = torch.einsum("nd,cpd->ncp", x, p)
    return s.max(dim=2).values.argmax(dim=1)

# %% two: averages over the classes for each prompt number; smallest cosine
import torch
import torch.nn.functional as F

def zero_shot(img, prompts):
    c = F.normalize(F.normalize(prompts, dim=-1).mean(dim=0), dim=-1)
    return (F.normalize(img, dim=-1) @ c.T).argmin(dim=1)

# %% two: sum of raw prompts compared by dot product; best picture for each class returned
import torch

def zero_shot(img, prompts):
    cls = prompts.sum(dim=1)
    return (img @ cls.T).argmax(dim=0)
