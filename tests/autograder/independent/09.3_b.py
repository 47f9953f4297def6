# %% right: sign matrix and logsigmoid
import torch
from torch.nn import functional as F

def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    logits = scale * img @ txt.T + bias
    z = 2 * torch.eye(n, dtype=img.dtype, device=img.device) - 1
    return -F.logsigmoid(z * logits).sum() / n

# %% right: binary cross-entropy with the identity as labels
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    logits = torch.einsum("id,jd->ij", img, txt) * scale + bias
    labels = torch.eye(len(img), dtype=logits.dtype)
    return F.binary_cross_entropy_with_logits(logits, labels, reduction="sum") / len(img)

# %% right: double loop over the pairs with softplus
import torch
from torch.nn import functional as F

def siglip_loss(img, txt, scale, bias):
    N = img.size(0)
    total = img.new_zeros(())
    for i in range(N):
        for j in range(N):
            logit = scale * torch.dot(img[i], txt[j]) + bias
            if i == j:
                total = total + F.softplus(-logit)
            else:
                total = total + F.softplus(logit)
    return total / N

# %% right: diagonal and off-diagonal pairs apart, by a mask
import torch
from torch.nn import functional as F

def siglip_loss(img, txt, scale, bias):
    x = torch.matmul(img, txt.t()) * scale + bias
    other = ~torch.eye(x.shape[0], dtype=torch.bool)
    positives = F.softplus(-x.diagonal()).sum()
    negatives = F.softplus(x[other]).sum()
    return (positives + negatives) / x.shape[0]

# %% right: logaddexp on a where-signed matrix
import torch

def siglip_loss(img, txt, scale, bias):
    logits = (img.unsqueeze(1) * txt.unsqueeze(0)).sum(-1) * scale + bias
    same = torch.arange(img.shape[0]).unsqueeze(1) == torch.arange(img.shape[0]).unsqueeze(0)
    signed = torch.where(same, logits, -logits)
    per_pair = torch.logaddexp(torch.zeros_like(signed), -signed)
    return per_pair.sum(dim=1).mean()

# %% wrong: mean over all N*N pairs
import torch
from torch.nn import functional as F

def siglip_loss(img, txt, scale, bias):
    logits = scale * (img @ txt.T) + bias
    z = 2 * torch.eye(len(img), dtype=img.dtype) - torch.ones_like(logits)
    return -F.logsigmoid(z * logits).mean()

# %% wrong: the rows are normalised once more, which changes the gradient
import torch
from torch.nn import functional as F

def siglip_loss(img, txt, scale, bias):
    a = F.normalize(img, dim=-1)
    b = F.normalize(txt, dim=-1)
    x = a @ b.T * scale + bias
    target = torch.eye(x.shape[0], dtype=x.dtype)
    return F.binary_cross_entropy_with_logits(x, target, reduction="sum") / x.shape[0]

# %% wrong: log of sigmoid, infinite for large logits
import torch

def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    z = -torch.ones(n, n, dtype=img.dtype)
    z.fill_diagonal_(1.0)
    p = torch.sigmoid(z * (scale * img @ txt.T + bias))
    return -torch.log(p).sum() / n

# %% wrong: bias outside the sign
import torch
from torch.nn import functional as F

def siglip_loss(img, txt, scale, bias):
    n = len(img)
    z = 2 * torch.eye(n, dtype=img.dtype) - 1
    return -(F.logsigmoid(z * (scale * img @ txt.T) + bias)).sum() / n

# %% wrong: scale is exponentiated as if it were a log
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    logits = scale.exp() * torch.mm(img, txt.t()) + bias
    sign = torch.where(torch.eye(img.shape[0], dtype=torch.bool), 1.0, -1.0).to(img.dtype)
    return F.softplus(-sign * logits).sum() / img.shape[0]

# %% wrong: z is 0 for the other pairs instead of -1
import torch
from torch.nn import functional as F

def siglip_loss(img, txt, scale, bias):
    z = torch.eye(img.size(0), dtype=img.dtype)
    logits = scale * torch.einsum("nd,md->nm", img, txt) + bias
    return -F.logsigmoid(z * logits).sum() / img.size(0)

# %% wrong: each unordered pair only once (j >= i)
import torch
from torch.nn import functional as F

def siglip_loss(img, txt, scale, bias):
    N = img.shape[0]
    loss = 0.0
    for i in range(N):
        for j in range(i, N):
            z = 1.0 if i == j else -1.0
            loss = loss - F.logsigmoid(z * (scale * (img[i] @ txt[j]) + bias))
    return loss / N

# %% wrong: scale and bias taken as plain numbers, no gradient to them
import torch
from torch.nn import functional as F

def siglip_loss(img, txt, scale, bias):
    s, b = scale.item(), bias.item()
    x = s * (img @ txt.T) + b
    z = 2 * torch.eye(len(x), dtype=x.dtype) - 1
    return F.softplus(-z * x).sum() / len(x)

# %% wrong: probabilities clamped against log 0, so large logits give a wrong bounded loss
import torch

def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    logits = scale * img @ txt.T + bias
    p = torch.sigmoid(logits).clamp(1e-7, 1 - 1e-7)
    y = torch.eye(n, dtype=img.dtype)
    return -(y * p.log() + (1 - y) * (1 - p).log()).sum() / n

# %% wrong: divided by the scale as if it were a temperature
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    sim = img @ txt.T / scale + bias
    pos = F.logsigmoid(sim.diagonal()).sum()
    off = ~torch.eye(len(sim), dtype=torch.bool)
    neg = F.logsigmoid(-sim[off]).sum()
    return -(pos + neg) / len(sim)

# %% two: bias forgotten; mean over all pairs
import torch
from torch.nn import functional as F

def siglip_loss(img, txt, scale, bias):
    y = torch.eye(len(img), dtype=img.dtype)
    return F.binary_cross_entropy_with_logits(scale * (img @ txt.T), y)

# %% two: softmax cross-entropy as in CLIP; the bias is not used
import torch
from torch.nn import functional as F

def siglip_loss(img, txt, scale, bias):
    logits = scale * img @ txt.T
    target = torch.arange(len(img))
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2

# %% two: minus forgotten; log of sigmoid is infinite for large logits
import torch

def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    z = 2 * torch.eye(n, dtype=img.dtype) - 1
    return torch.log(1 / (1 + torch.exp(-z * (scale * img @ txt.T + bias)))).sum() / n

# %% two: not divided by N; computed in float32
import torch
from torch.nn import functional as F

def siglip_loss(img, txt, scale, bias):
    x = (scale * img @ txt.T + bias).float()
    z = 2 * torch.eye(x.shape[0]) - 1
    return -F.logsigmoid(z * x).sum()
