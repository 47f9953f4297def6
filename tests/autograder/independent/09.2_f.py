# %% right: short, two cross-entropies
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    logits = log_scale.exp().clamp(max=100) * (img @ txt.T)
    y = torch.arange(len(img), device=img.device)
    return (F.cross_entropy(logits, y) + F.cross_entropy(logits.T, y)) / 2

# %% right: logsumexp along both axes, the diagonal counted twice
import torch

def clip_loss(img, txt, log_scale):
    s = torch.clamp(torch.exp(log_scale), max=100.0)
    logits = s * img.matmul(txt.transpose(0, 1))
    over_text = logits.logsumexp(dim=1)
    over_image = logits.logsumexp(dim=0)
    return (0.5 * (over_text + over_image) - logits.diagonal()).mean()

# %% right: loops over the pairs, row and column of each
import torch

def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100.0)
    n = img.shape[0]
    there, back = [], []
    for i in range(n):
        to_text = torch.stack([s * torch.dot(img[i], txt[j]) for j in range(n)])
        to_image = torch.stack([s * torch.dot(txt[i], img[j]) for j in range(n)])
        there.append(-torch.log_softmax(to_text, dim=0)[i])
        back.append(-torch.log_softmax(to_image, dim=0)[i])
    return (torch.stack(there).mean() + torch.stack(back).mean()) / 2

# %% right: a module with einsum, the limit taken by torch.minimum
import torch
from torch import nn

class ClipHead(nn.Module):
    limit = 100.0

    def scale(self, log_scale):
        s = log_scale.exp()
        return torch.minimum(s, torch.full_like(s, self.limit))

    def forward(self, img, txt, log_scale):
        logits = torch.einsum("id,jd->ij", img, txt) * self.scale(log_scale)
        image_side = -nn.functional.log_softmax(logits, dim=1).diagonal()
        text_side = -nn.functional.log_softmax(logits, dim=0).diagonal()
        return torch.cat([image_side, text_side]).mean()

def clip_loss(img, txt, log_scale):
    return ClipHead()(img, txt, log_scale)

# %% right: both directions stacked to 2N rows for a single cross-entropy
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = log_scale.exp()
    if s.item() > 100:
        s = torch.full_like(s, 100.0)
    sim = img @ txt.t()
    rows = s * torch.cat([sim, sim.t()], dim=0)
    labels = torch.arange(sim.shape[0], device=sim.device).repeat(2)
    return F.cross_entropy(rows, labels)

# %% right: over-long, with checks and a helper that takes the largest logit off by hand
import torch

MAX_SCALE = 100.0

def _cross_entropy_of_diagonal(logits):
    """Mean over the rows of -log softmax at the diagonal."""
    biggest = logits.max(dim=1, keepdim=True).values.detach()
    shifted = logits - biggest
    normaliser = torch.log(torch.exp(shifted).sum(dim=1))
    index = torch.arange(logits.shape[0], device=logits.device).unsqueeze(1)
    chosen = shifted.gather(1, index).squeeze(1)
    return torch.mean(normaliser - chosen)

def clip_loss(img, txt, log_scale):
    if img.ndim != 2 or img.shape != txt.shape:
        raise ValueError("img and txt must be matrices of one shape")
    if img.dtype != txt.dtype or img.dtype != log_scale.dtype:
        raise TypeError("one dtype, please")
    if log_scale.ndim != 0:
        raise ValueError("log_scale must be a scalar tensor")
    raw = torch.exp(log_scale)
    scale = torch.where(raw > MAX_SCALE, torch.full_like(raw, MAX_SCALE), raw)
    logits = scale * torch.mm(img, txt.T)
    image_to_text = _cross_entropy_of_diagonal(logits)
    text_to_image = _cross_entropy_of_diagonal(logits.T)
    return 0.5 * image_to_text + 0.5 * text_to_image

# %% wrong: adds the two directions instead of taking their mean
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100)
    logits = s * img @ txt.T
    y = torch.arange(img.shape[0], device=img.device)
    return F.cross_entropy(logits, y) + F.cross_entropy(logits.T, y)

# %% wrong: the scale is also kept from falling below 1, so a negative log_scale counts as 0
import torch

def clip_loss(img, txt, log_scale):
    s = torch.clamp(log_scale.exp(), 1.0, 100.0)
    z = s * torch.einsum("id,jd->ij", img, txt)
    both = z.logsumexp(1) + z.logsumexp(0) - 2 * z.diagonal()
    return both.mean() / 2

# %% wrong: limits the logarithm to the rounded 4.6052, which lets the scale go to 100.003
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = torch.clamp(log_scale, max=4.6052).exp()
    logits_per_image = s * img @ txt.t()
    logits_per_text = logits_per_image.t()
    y = torch.arange(len(img), device=img.device)
    return (F.cross_entropy(logits_per_image, y) + F.cross_entropy(logits_per_text, y)) / 2

# %% wrong: scales the rows to length 1 once more, which changes the gradient
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    img = F.normalize(img, dim=-1)
    txt = F.normalize(txt, dim=-1)
    s = log_scale.exp().clamp(max=100)
    sim = s * img @ txt.T
    rows = torch.cat([sim, sim.T])
    y = torch.arange(len(img), device=img.device).repeat(2)
    return F.cross_entropy(rows, y)

# %% wrong: the scale is detached, so log_scale gets no gradient
import torch

class Scale:
    def __init__(self, log_scale):
        with torch.no_grad():
            self.value = log_scale.exp().clamp(max=100)

    def __call__(self, sim):
        return sim * self.value

def clip_loss(img, txt, log_scale):
    logits = Scale(log_scale)(img @ txt.T)
    forward = -logits.log_softmax(dim=1).diagonal().mean()
    backward = -logits.log_softmax(dim=0).diagonal().mean()
    return (forward + backward) / 2

# %% wrong: clamps log_scale itself in place, so the input is changed above the limit
import math
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    log_scale.data.clamp_(max=math.log(100))
    s = log_scale.exp().clamp(max=100)
    logits = s * img @ txt.T
    target = torch.arange(logits.shape[0], device=logits.device)
    losses = [F.cross_entropy(m, target) for m in (logits, logits.T)]
    return sum(losses) / 2

# %% wrong: exponentiates the logits without taking off the largest, which overflows in float32 near the limit
import torch

def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100)
    e = torch.exp(s * torch.einsum("id,jd->ij", img, txt))
    own = e.diagonal()
    image_to_text = -torch.log(own / e.sum(dim=1)).mean()
    text_to_image = -torch.log(own / e.sum(dim=0)).mean()
    return (image_to_text + text_to_image) / 2

# %% wrong: counts the direction picture to text twice, because the product is transposed and the softmax axis too
import torch

def _direction(logits, axis):
    n = logits.shape[0]
    logp = torch.log_softmax(logits, dim=axis)
    total = logits.new_zeros(())
    for i in range(n):
        total = total - logp[i, i]
    return total / n

def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100)
    image_to_text = _direction(s * (img @ txt.T), axis=1)
    text_to_image = _direction(s * (txt @ img.T), axis=0)
    return (image_to_text + text_to_image) / 2

# %% wrong: one softmax over the whole N x N matrix instead of one for each row and each column
import torch

def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100)
    logits = s * (img @ txt.T)
    n = logits.shape[0]
    logp = torch.log_softmax(logits.flatten(), dim=0).unflatten(0, (n, n))
    return -logp.diagonal().mean()

# %% wrong: the limit of 100 is put on the logits instead of the scale
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    logits = (torch.exp(log_scale) * (img @ txt.T)).clamp(max=100)
    y = torch.arange(len(logits), device=logits.device)
    return torch.stack([F.cross_entropy(logits, y), F.cross_entropy(logits.mT, y)]).mean()

# %% two: divides by the scale as if it were a temperature; sums over the pairs instead of averaging
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    t = log_scale.exp().clamp(max=100)
    logits = img @ txt.T / t
    y = torch.arange(len(img), device=img.device)
    a = F.cross_entropy(logits, y, reduction="sum")
    b = F.cross_entropy(logits.T, y, reduction="sum")
    return (a + b) / 2

# %% two: log_scale is used as the scale without exp; only the direction picture to text
import torch

def clip_loss(img, txt, log_scale):
    s = torch.clamp(log_scale, max=100)
    logits = s * torch.einsum("nd,md->nm", img, txt)
    return (logits.logsumexp(dim=1) - logits.diagonal()).mean()

# %% two: no limit for the scale; computes and returns in float32
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    img, txt, log_scale = img.float(), txt.float(), log_scale.float()
    logits = log_scale.exp() * img @ txt.T
    y = torch.arange(len(img), device=img.device)
    return 0.5 * (F.cross_entropy(logits, y) + F.cross_entropy(logits.T, y))

# %% two: label smoothing of 0.1 is added; the text side is detached, so txt gets no gradient
import torch
import torch.nn as nn

class SymmetricLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.ce = nn.CrossEntropyLoss(label_smoothing=0.1)

    def forward(self, sim):
        y = torch.arange(sim.size(0), device=sim.device)
        return (self.ce(sim, y) + self.ce(sim.t(), y)) / 2

def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100)
    return SymmetricLoss()(s * img.mm(txt.detach().t()))
