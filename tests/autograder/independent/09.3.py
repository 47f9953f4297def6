# %% right: logsigmoid with a matrix of signs
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    logits = scale * (img @ txt.T) + bias
    z = 2 * torch.eye(n, dtype=img.dtype, device=img.device) - 1
    return -F.logsigmoid(z * logits).sum() / n

# %% right: softplus
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    l = torch.einsum("id,jd->ij", img, txt) * scale + bias
    same = torch.eye(len(l), dtype=torch.bool, device=l.device)
    return F.softplus(torch.where(same, -l, l)).sum(dim=1).mean()

# %% right: binary cross-entropy with logits, summed
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    logits = torch.mm(img, txt.t()).mul(scale).add(bias)
    target = torch.eye(img.size(0), dtype=logits.dtype, device=logits.device)
    return F.binary_cross_entropy_with_logits(logits, target, reduction="sum") / img.size(0)

# %% right: loops over all pairs with logaddexp
import torch

def siglip_loss(img, txt, scale, bias):
    N = img.shape[0]
    total = torch.zeros((), dtype=img.dtype, device=img.device)
    zero = torch.zeros_like(total)
    for i in range(N):
        for j in range(N):
            x = scale * torch.dot(img[i], txt[j]) + bias
            total = total + torch.logaddexp(zero, -x if i == j else x)
    return total / N

# %% right: yes pairs and no pairs picked out by a boolean matrix
import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

def siglip_loss(img: Tensor, txt: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    if img.shape != txt.shape:
        raise ValueError("one text a picture is needed")
    g = scale * img @ txt.T + bias
    match = torch.eye(len(img), dtype=torch.bool, device=g.device)
    yes = logsigmoid(g[match]).sum()
    no = logsigmoid(-g[~match]).sum()
    return -(yes + no) / len(img)

# %% right: stable formula by hand, max plus log1p
import torch

def siglip_loss(img, txt, scale, bias):
    n = len(img)
    sign = torch.full((n, n), -1.0, dtype=img.dtype, device=img.device)
    sign.fill_diagonal_(1.0)
    u = -sign * (scale * torch.matmul(img, txt.transpose(0, 1)) + bias)
    cost = torch.relu(u) + torch.log1p(torch.exp(-u.abs()))
    # the two halves of |u| meet at 0 with slope 1/2
    cost = torch.where(u == 0, torch.nn.functional.softplus(u), cost)
    return cost.sum() / n

# %% wrong: mean over all N * N pairs (differs for N > 1)
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    logits = scale * img @ txt.T + bias
    labels = 2 * torch.eye(img.shape[0], dtype=img.dtype) - 1
    return -F.logsigmoid(labels * logits).mean()

# %% wrong: not divided by N (differs for N > 1)
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    x = scale * (img @ txt.t()) + bias
    t = torch.eye(x.shape[0], dtype=x.dtype, device=x.device)
    return F.binary_cross_entropy_with_logits(x, t, reduction="sum")

# %% wrong: log of a sigmoid, -inf for logits as large as 500
import torch

def siglip_loss(img, txt, scale, bias):
    N = img.size(0)
    z = -torch.ones(N, N, dtype=img.dtype) + 2 * torch.eye(N, dtype=img.dtype)
    p = torch.sigmoid(z * (scale * img.mm(txt.T) + bias))
    return -torch.log(p).sum() / N

# %% wrong: 1e-8 inside the logarithm caps the cost of a pair
import torch

def siglip_loss(img, txt, scale, bias):
    logits = (img @ txt.T) * scale + bias
    prob = torch.sigmoid(logits)
    eye = torch.eye(logits.shape[0], dtype=torch.bool)
    good = torch.where(eye, prob, 1 - prob)
    return -(good + 1e-8).log().sum(1).mean()

# %% wrong: exp of the scale as in the paper, where the parameter is the logarithm
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    logits = torch.exp(scale) * img @ txt.T + bias
    n = logits.shape[0]
    z = 2 * torch.eye(n, device=logits.device, dtype=logits.dtype) - torch.ones(n, n, device=logits.device, dtype=logits.dtype)
    return -F.logsigmoid(z * logits).sum() / n

# %% wrong: bias outside the sign, z * s * dot + b
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    z = torch.full((n, n), -1.0, dtype=img.dtype)
    z[range(n), range(n)] = 1.0
    return F.softplus(-(z * scale * (img @ txt.T) + bias)).sum() / n

# %% wrong: only the matching pairs count
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    pos = (img * txt).sum(dim=1) * scale + bias
    return -F.logsigmoid(pos).mean()

# %% wrong: signs turned round, -1 on the diagonal
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    logits = scale * torch.einsum("nd,md->nm", img, txt) + bias
    z = 1 - 2 * torch.eye(img.shape[0], dtype=img.dtype, device=img.device)
    return -F.logsigmoid(z * logits).sum(dim=-1).mean()

# %% wrong: scales the rows again, which changes the gradient
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    i, t = F.normalize(img, dim=-1), F.normalize(txt, dim=-1)
    logits = scale * (i @ t.T) + bias
    lab = torch.eye(len(i), dtype=i.dtype, device=i.device)
    return F.binary_cross_entropy_with_logits(logits, lab, reduction="none").sum(1).mean(0)

# %% wrong: scale and bias taken as plain numbers, no gradient to them
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    s, b = float(scale), float(bias)
    n = img.shape[0]
    z = 2.0 * torch.eye(n, dtype=img.dtype, device=img.device) - 1.0
    return F.softplus(-z * (s * img @ txt.T + b)).sum() / n

# %% wrong: each pair of different samples counted once (upper triangle only)
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    logits = scale * img @ txt.T + bias
    n = logits.shape[0]
    up = torch.triu(torch.ones(n, n, dtype=torch.bool), diagonal=1)
    loss = F.softplus(-logits.diagonal()).sum() + F.softplus(logits[up]).sum()
    return loss / n

# %% two: forgets the bias; mean over all pairs
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    x = scale * (img @ txt.T)
    return F.binary_cross_entropy_with_logits(x, torch.eye(x.shape[0], dtype=x.dtype))

# %% two: log(1 + exp) overflows for large logits; subtracts the bias
import torch

def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    m = scale * (img @ txt.T) - bias
    z = 2 * torch.eye(n, dtype=img.dtype) - 1
    return torch.log(1 + torch.exp(-z * m)).sum() / n

# %% two: divides the logits by the scale; negatives averaged over N - 1
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    l = img @ txt.T / scale + bias
    eye = torch.eye(n, dtype=torch.bool, device=l.device)
    pos = F.softplus(-l[eye]).mean()
    neg = F.softplus(l[~eye]).sum() / (n * max(n - 1, 1))
    return pos + neg


# %% right: logsigmoid with signs
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    logits = scale * img @ txt.T + bias
    sign = 2 * torch.eye(n, dtype=img.dtype) - 1
    return -F.logsigmoid(sign * logits).sum() / n

# %% right: binary cross-entropy with logits
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    n = len(img)
    z = scale * torch.einsum("id,jd->ij", img, txt) + bias
    y = torch.eye(n, dtype=z.dtype)
    return F.binary_cross_entropy_with_logits(z, y, reduction="sum") / n

# %% wrong: divided by N squared
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    n = img.size(0)
    z = torch.full((n, n), -1.0, dtype=img.dtype)
    z.fill_diagonal_(1.0)
    return -F.logsigmoid(z * (scale * img @ txt.t() + bias)).mean()

# %% wrong: logarithm of sigmoid, infinite for large logits
import torch

def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    logits = scale * (img @ txt.T) + bias
    labels = 2 * torch.eye(n, dtype=img.dtype) - torch.ones(n, n, dtype=img.dtype)
    return -torch.log(torch.sigmoid(labels * logits)).sum() / n

# %% wrong: labels 1 and 0 instead of +1 and -1
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    logits = scale * img @ txt.T + bias
    z = torch.eye(len(img), dtype=img.dtype)
    return -F.logsigmoid(z * logits).sum(dim=1).mean()

# %% wrong: exponential taken of the scale
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    logits = torch.exp(scale) * img @ txt.T + bias
    s = 2.0 * torch.eye(n, dtype=img.dtype) - 1.0
    return F.softplus(-s * logits).sum() / n

# %% two: bias subtracted; negatives averaged over N - 1
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    logits = scale * img @ txt.T - bias
    pos = F.softplus(-logits.diagonal()).mean()
    neg = F.softplus(logits).sum() - F.softplus(logits.diagonal()).sum()
    return pos + neg / (n * max(n - 1, 1))

# %% two: rows normalised again; bias outside the sign
import torch
import torch.nn.functional as F

def siglip_loss(img, txt, scale, bias):
    img, txt = F.normalize(img, dim=1), F.normalize(txt, dim=1)
    n = img.shape[0]
    z = 2 * torch.eye(n, dtype=img.dtype) - 1
    return -F.logsigmoid(z * scale * (img @ txt.T) + bias).sum() / n
