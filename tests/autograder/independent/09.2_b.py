# %% right: exp, clamp at 100, two calls of cross_entropy
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100.0)
    logits = s * img @ txt.T
    y = torch.arange(img.shape[0])
    return (F.cross_entropy(logits, y) + F.cross_entropy(logits.T, y)) / 2


# %% right: logsumexp over rows and columns minus the diagonal
import torch


def clip_loss(img, txt, log_scale):
    scale = torch.minimum(torch.exp(log_scale), torch.full_like(log_scale, 100))
    z = scale * torch.einsum("id,jd->ij", img, txt)
    own = z.diagonal()
    i2t = torch.logsumexp(z, dim=1) - own
    t2i = torch.logsumexp(z, dim=0) - own
    return 0.5 * i2t.mean() + 0.5 * t2i.mean()


# %% right: a loop over the pairs with a log-softmax of its own
import torch


def _nll(scores, k):
    shifted = scores - scores.detach().max()
    return shifted.exp().sum().log() - shifted[k]


def clip_loss(img, txt, log_scale):
    s = torch.exp(log_scale)
    if s.item() > 100:
        s = torch.tensor(100.0, dtype=img.dtype)
    n = len(img)
    total = img.new_zeros(())
    for i in range(n):
        total = total + _nll(s * (txt @ img[i]), i) + _nll(s * (img @ txt[i]), i)
    return total / (2 * n)


# %% right: one cross-entropy over both directions stacked on each other
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    s = torch.where(log_scale < 5, log_scale, torch.full_like(log_scale, 5.0)).exp().clamp_max(100)
    sim = torch.mm(img, txt.t())
    both = torch.cat([sim, sim.t()], dim=0) * s
    y = torch.arange(len(img)).repeat(2)
    return F.cross_entropy(both, y)


# %% right: dataclass, log_softmax and the trace
from dataclasses import dataclass
import torch


@dataclass
class Scale:
    log: torch.Tensor
    limit: float = 100.0

    @property
    def value(self):
        s = self.log.exp()
        return s if bool(s <= self.limit) else torch.full_like(s, self.limit)


def clip_loss(img, txt, log_scale):
    z = Scale(log_scale).value * (img.unsqueeze(1) * txt.unsqueeze(0)).sum(-1)
    rows = torch.trace(torch.log_softmax(z, dim=1))
    cols = torch.trace(torch.log_softmax(z, dim=0))
    return -(rows + cols) / (2 * z.shape[0])


# %% wrong: limits the logarithm at 4.605, not s at exactly 100
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    s = torch.exp(torch.clamp(log_scale, max=4.605))
    z = s * img @ txt.T
    y = torch.arange(len(img))
    return (F.cross_entropy(z, y) + F.cross_entropy(z.T, y)) / 2


# %% wrong: no upper limit for s
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    logits = log_scale.exp() * (img @ txt.T)
    target = torch.arange(logits.size(0))
    return 0.5 * (F.cross_entropy(logits, target) + F.cross_entropy(logits.t(), target))


# %% wrong: keeps log_scale at 0 or above, negative ones are lifted
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    s = torch.clamp(torch.exp(log_scale), min=1.0, max=100.0)
    z = s * (img @ txt.T)
    y = torch.arange(z.shape[0])
    return (F.cross_entropy(z, y) + F.cross_entropy(z.T, y)) / 2


# %% wrong: only the direction picture to text
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    s = torch.exp(log_scale).clamp(max=100)
    return F.cross_entropy(s * img @ txt.T, torch.arange(img.size(0)))


# %% wrong: adds the two directions without halving
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    s = torch.exp(log_scale).clamp(max=100)
    z = s * img @ txt.T
    y = torch.arange(img.size(0))
    return F.cross_entropy(z, y) + F.cross_entropy(z.T, y)


# %% wrong: scales the rows to length 1 once more, which changes the gradient
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    img, txt = F.normalize(img, dim=-1), F.normalize(txt, dim=-1)
    s = log_scale.exp().clamp(max=100)
    z = s * img @ txt.t()
    y = torch.arange(len(z))
    return (F.cross_entropy(z, y) + F.cross_entropy(z.t(), y)) / 2


# %% wrong: the scale as a Python number, no gradient to log_scale
import math
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    s = min(math.exp(min(log_scale.item(), 5.0)), 100.0)
    z = s * (img @ txt.T)
    y = torch.arange(len(z))
    return (F.cross_entropy(z, y) + F.cross_entropy(z.T, y)) / 2


# %% wrong: divides by s as if it were a temperature
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    s = torch.clamp(log_scale.exp(), max=100.0)
    z = (img @ txt.T) / s
    y = torch.arange(len(z))
    return (F.cross_entropy(z, y) + F.cross_entropy(z.T, y)) / 2


# %% wrong: transposes nothing: the second direction is the first one again
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100.0)
    y = torch.arange(img.shape[0])
    per_image = s * torch.einsum("nd,md->nm", img, txt)
    per_text = s * torch.einsum("md,nd->nm", txt, img)
    return (F.cross_entropy(per_image, y) + F.cross_entropy(per_text, y)) / 2


# %% wrong: limits the parameter itself in place, the caller's log_scale changes
import math
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    log_scale.data.clamp_(max=math.log(100.0))
    s = log_scale.exp().clamp(max=100.0)
    z = s * img @ txt.T
    y = torch.arange(len(img))
    return 0.5 * F.cross_entropy(z, y) + 0.5 * F.cross_entropy(z.T, y)


# %% two: takes log_scale itself as the scale; sums over the pairs
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    z = log_scale.clamp(max=100) * img @ txt.T
    y = torch.arange(len(img))
    return (F.cross_entropy(z, y, reduction="sum") + F.cross_entropy(z.T, y, reduction="sum")) / 2


# %% two: limits the exponent instead of s (exp(min(log_scale, 100))); only text to picture
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    s = torch.exp(torch.clamp(log_scale, max=100.0))
    return F.cross_entropy(s * txt @ img.T, torch.arange(len(txt)))


# %% two: averages the matrix with its transpose before one cross-entropy; detaches the text
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100)
    z = s * img @ txt.detach().T
    z = (z + z.T) / 2
    return F.cross_entropy(z, torch.arange(len(z)))


# %% two: applies the scale to both pictures and texts (s squared); result in bits
import math
import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale):
    s = log_scale.exp().clamp(max=100)
    z = (s * img) @ (s * txt).T
    y = torch.arange(len(z))
    nats = (F.cross_entropy(z, y) + F.cross_entropy(z.T, y)) / 2
    return nats / math.log(2.0)
