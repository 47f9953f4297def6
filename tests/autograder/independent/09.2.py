# %% right: clamp after exp, two cross-entropies
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100)
    logits = s * img @ txt.T
    y = torch.arange(img.shape[0], device=img.device)
    return (F.cross_entropy(logits, y) + F.cross_entropy(logits.T, y)) / 2

# %% right: limit on the logarithm
import math
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    scale = torch.exp(torch.clamp(log_scale, max=math.log(100.0)))
    per_image = scale * (img @ txt.t())
    per_text = per_image.t()
    target = torch.arange(len(img)).to(img.device)
    return 0.5 * F.cross_entropy(per_image, target) + 0.5 * F.cross_entropy(per_text, target)

# %% right: logsumexp in both directions
import torch

def clip_loss(img, txt, log_scale):
    hundred = torch.full_like(log_scale, 100.0)
    z = torch.minimum(torch.exp(log_scale), hundred) * torch.einsum("id,jd->ij", img, txt)
    good = z.diagonal().mean()
    rows = z.logsumexp(dim=1).mean()
    cols = z.logsumexp(dim=0).mean()
    return (rows + cols) / 2 - good

# %% right: log_softmax and diagonals with guards
import torch
from torch import Tensor

def clip_loss(img: Tensor, txt: Tensor, log_scale: Tensor) -> Tensor:
    if img.shape != txt.shape:
        raise ValueError("img and txt must have the same shape")
    if log_scale.numel() != 1:
        raise ValueError("log_scale must be a scalar")
    temp = log_scale.exp()
    temp = torch.where(temp > 100, torch.full_like(temp, 100.0), temp)
    sims = temp * torch.mm(img, txt.T)
    n = sims.shape[0]
    total = sims.log_softmax(0).trace() + sims.log_softmax(1).trace()
    return -total / (2 * n)

# %% right: loops over pairs
import torch

def clip_loss(img, txt, log_scale):
    s = torch.exp(log_scale)
    if s.item() > 100:
        s = torch.ones_like(s) * 100
    N = img.size(0)
    loss = 0
    for i in range(N):
        to_text = s * (txt @ img[i])
        to_image = s * (img @ txt[i])
        loss = loss - torch.log_softmax(to_text, 0)[i] - torch.log_softmax(to_image, 0)[i]
    return loss / N / 2

# %% right: helper for one direction, called twice
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp_max(100.0)

    def one_way(x, y):
        logp = F.log_softmax(s * x.matmul(y.transpose(0, 1)), dim=1)
        return F.nll_loss(logp, torch.arange(x.shape[0], device=x.device))

    return torch.stack([one_way(img, txt), one_way(txt, img)]).mean()

# %% wrong: adds the two directions and does not halve
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    logits = img @ txt.T * log_scale.exp().clamp(max=100)
    gt = torch.arange(logits.shape[0])
    return F.cross_entropy(logits, gt) + F.cross_entropy(logits.T, gt)

# %% wrong: only picture to text
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = torch.clamp(torch.exp(log_scale), max=100.0)
    return F.cross_entropy(s * img @ txt.t(), torch.arange(img.size(0), device=img.device))

# %% wrong: no limit at 100
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    logit_scale = log_scale.exp()
    logits_per_image = logit_scale * img @ txt.t()
    logits_per_text = logits_per_image.t()
    labels = torch.arange(img.shape[0], device=img.device).long()
    return (F.cross_entropy(logits_per_image, labels) + F.cross_entropy(logits_per_text, labels)) / 2

# %% wrong: the limit of 100 is put on log_scale in place of its exp
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = log_scale.clamp(max=100.0).exp()
    z = s * torch.einsum("id,jd->ij", img, txt)
    t = torch.arange(z.size(0))
    return 0.5 * (F.cross_entropy(z, t) + F.cross_entropy(z.mT, t))

# %% wrong: log_scale is also kept at 0 or more, so s is never below 1 (negative log_scale)
import math
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = log_scale.clamp(0, math.log(100)).exp()
    z = s * (img @ txt.T)
    idx = torch.arange(len(z), device=z.device)
    return (F.cross_entropy(z, idx) + F.cross_entropy(z.T, idx)) * 0.5

# %% wrong: divides by s as if it were a temperature
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    temperature = log_scale.exp().clamp(max=100)
    logits = (txt @ img.T) / temperature
    target = torch.arange(img.shape[0])
    texts_loss = F.cross_entropy(logits, target)
    images_loss = F.cross_entropy(logits.T, target)
    return (images_loss + texts_loss) / 2.0

# %% wrong: scales the rows to length 1 once more, which changes the gradient
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    img = img / img.norm(dim=-1, keepdim=True)
    txt = txt / txt.norm(dim=-1, keepdim=True)
    logits = log_scale.exp().clamp(max=100) * img @ txt.t()
    y = torch.arange(logits.shape[0], device=logits.device)
    return (F.cross_entropy(logits, y) + F.cross_entropy(logits.t(), y)) / 2

# %% wrong: the scale is read with item(), no gradient to log_scale
import math
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = min(math.exp(min(log_scale.item(), 10.0)), 100.0)
    logits = s * img.mm(txt.T)
    labels = torch.arange(img.shape[0])
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2

# %% wrong: uses log_scale itself as the scale, without exp
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    scale = log_scale.clamp(max=100)
    sim = scale * (img @ txt.T)
    n = torch.arange(sim.shape[0], device=sim.device)
    loss_i = F.cross_entropy(sim, n)
    loss_t = F.cross_entropy(sim.T, n)
    return (loss_i + loss_t) / 2

# %% wrong: both directions use the same axis, the second one only reorders the rows
import torch

def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100)
    logits = s * (img @ txt.T)
    i2t = -torch.log_softmax(logits, dim=1).diagonal().mean()
    t2i = -torch.log_softmax(logits, dim=-1).diagonal().mean()
    return (i2t + t2i) / 2

# %% wrong: clamps log_scale in place through .data (changes its input)
import math
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    log_scale.data.clamp_(max=math.log(100))
    logits = log_scale.exp() * img @ txt.T
    labels = torch.arange(img.shape[0], device=img.device)
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2

# %% two: adds both directions; sums over the pairs
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    z = torch.exp(log_scale).clamp(max=100) * img @ txt.T
    t = torch.arange(z.shape[0])
    return F.cross_entropy(z, t, reduction="sum") + F.cross_entropy(z.T, t, reduction="sum")

# %% two: no limit at 100; soft targets from the similarities inside the pictures and texts
import torch

def clip_loss(img, txt, log_scale):
    t = log_scale.exp()
    logits = (txt @ img.T) * t
    targets = torch.softmax((img @ img.T + txt @ txt.T) / 2 * t, dim=-1)
    texts_loss = (-targets * logits.log_softmax(-1)).sum(1)
    images_loss = (-targets.T * logits.T.log_softmax(-1)).sum(1)
    return ((images_loss + texts_loss) / 2.0).mean()

# %% two: naive exp overflows at scale 100 (float32); only text to picture
import torch

def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100)
    e = torch.exp(s * (txt @ img.T))
    p = e.diagonal() / e.sum(dim=1)
    return -torch.log(p).mean()


# %% right: clamp of the scale itself
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = torch.exp(log_scale.clamp(max=20.0)).clamp(max=100.0)
    logits = s * img @ txt.T
    y = torch.arange(len(img))
    return 0.5 * (F.cross_entropy(logits, y) + F.cross_entropy(logits.T, y))

# %% right: log_softmax in both axes, if for the limit
import math
import torch

def clip_loss(img, txt, log_scale):
    if float(log_scale) >= math.log(100.0):
        s = torch.tensor(100.0, dtype=img.dtype)
    else:
        s = log_scale.exp()
    z = s * torch.einsum("id,jd->ij", img, txt)
    rows = torch.log_softmax(z, dim=1).diagonal()
    cols = torch.log_softmax(z, dim=0).diagonal()
    return -(rows.mean() + cols.mean()) / 2

# %% wrong: log_scale cut at 4.605
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = torch.clamp(log_scale, max=4.605).exp()
    z = s * (img @ txt.t())
    t = torch.arange(z.shape[0])
    return (F.cross_entropy(z, t) + F.cross_entropy(z.t(), t)) / 2

# %% wrong: the scale has no limit
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    logits = log_scale.exp() * img @ txt.T
    labels = torch.arange(img.size(0))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2

# %% wrong: the two directions are added
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100)
    logits = s * img @ txt.T
    labels = torch.arange(img.size(0))
    i2t = F.cross_entropy(logits, labels)
    t2i = F.cross_entropy(logits.T, labels)
    return i2t + t2i

# %% wrong: rows scaled to length 1 once more
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    img = F.normalize(img, dim=-1)
    txt = F.normalize(txt, dim=-1)
    s = torch.minimum(log_scale.exp(), log_scale.new_tensor(100.0))
    z = s * img @ txt.T
    y = torch.arange(len(z))
    return torch.stack([F.cross_entropy(z, y), F.cross_entropy(z.T, y)]).mean()

# %% two: only picture to text; log_scale used without exp
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = torch.clamp(log_scale, max=100.0)
    return F.cross_entropy(s * img @ txt.T, torch.arange(len(img)))

# %% two: divided by the scale like a temperature; scale kept at 1 or more
import torch
import torch.nn.functional as F

def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(1, 100)
    z = (img @ txt.T) / s
    y = torch.arange(z.size(0))
    return 0.5 * F.cross_entropy(z, y) + 0.5 * F.cross_entropy(z.T, y)
