# %% right: logsigmoid of the signed table
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    logits = scale * img @ txt.T + bias
    z = 2 * torch.eye(n, dtype=img.dtype) - 1
    return -F.logsigmoid(z * logits).sum() / n


# %% right: binary cross-entropy with logits, summed, identity as labels
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    logits = torch.einsum("id,jd->ij", img, txt) * scale + bias
    labels = torch.eye(len(img), dtype=logits.dtype)
    return F.binary_cross_entropy_with_logits(logits, labels, reduction="sum") / len(img)


# %% right: two loops over the pairs with logaddexp
import torch


def siglip_loss(img, txt, scale, bias):
    N = img.size(0)
    zero = torch.zeros((), dtype=img.dtype)
    total = zero
    for i in range(N):
        for j in range(N):
            logit = scale * torch.dot(img[i], txt[j]) + bias
            signed = logit if i == j else -logit
            # -log sigmoid(x) = log(1 + exp(-x))
            total = total + torch.logaddexp(zero, -signed)
    return total / N


# %% right: every pair as a softmax over two classes, no and yes
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    n = img.shape[0]
    yes = torch.addmm(bias.reshape(1, 1), scale * img, txt.transpose(0, 1)).flatten()
    two_classes = torch.stack([torch.zeros_like(yes), yes], dim=1)
    answer = torch.eye(n, dtype=torch.long).flatten()
    return F.cross_entropy(two_classes, answer, reduction="sum") / n


# %% right: shifts of the texts, one diagonal of the table at a time
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    N = img.shape[0]
    parts = []
    for shift in range(N):
        other = torch.roll(txt, shifts=shift, dims=0)
        logit = scale * (img * other).sum(dim=1) + bias
        sign = 1.0 if shift == 0 else -1.0
        parts.append(F.logsigmoid(sign * logit))
    return torch.cat(parts).sum().neg().div(N)


# %% wrong: mean over all N times N pairs
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    logits = scale * (img @ txt.t()) + bias
    z = torch.full_like(logits, -1.0).fill_diagonal_(1.0)
    return -F.logsigmoid(z * logits).mean()


# %% wrong: log of sigmoid in two steps, infinite for large logits
import torch


def siglip_loss(img, txt, scale, bias):
    N = len(img)
    z = 2 * torch.eye(N, dtype=img.dtype) - torch.ones(N, N, dtype=img.dtype)
    p = torch.sigmoid(z * (scale * img.mm(txt.T) + bias))
    return -p.log().sum() / N


# %% wrong: the bias is added outside of the sign z
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    n = img.size(0)
    sim = scale * torch.matmul(img, txt.transpose(-1, -2))
    sign = torch.where(torch.eye(n, dtype=torch.bool), 1.0, -1.0).to(img.dtype)
    return F.softplus(-(sign * sim + bias)).sum() / n


# %% wrong: rows are normalised again, which changes the gradient
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    img = F.normalize(img, dim=1)
    txt = F.normalize(txt, dim=1)
    logits = scale * img @ txt.T + bias
    y = torch.eye(len(img), dtype=img.dtype)
    return F.binary_cross_entropy_with_logits(logits, y, reduction="sum") / len(img)


# %% wrong: F.binary_cross_entropy on the sigmoid, which cuts every pair's cost at 100
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    prob = torch.sigmoid(scale * (img @ txt.T) + bias)
    labels = torch.eye(img.shape[0], dtype=img.dtype)
    return F.binary_cross_entropy(prob, labels, reduction="sum") / img.shape[0]


# %% wrong: scale is taken for its logarithm and put through exp
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    t = scale.exp()
    logits = t * (img @ txt.T) + bias
    labels = 2 * torch.eye(len(logits)).to(logits) - 1
    return -F.logsigmoid(labels * logits).sum(dim=-1).mean()


# %% wrong: the bias enters as a Python number, no gradient to it
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    b = bias.item()
    loss = 0
    for i, row in enumerate(img):
        logits = scale * (txt @ row) + b
        z = -torch.ones_like(logits)
        z[i] = 1
        loss = loss - F.logsigmoid(z * logits).sum()
    return loss / len(img)


# %% wrong: each negative pair only once, the pairs below the diagonal are left out
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    logits = scale * img @ txt.T + bias
    i, j = torch.triu_indices(len(img), len(img))
    z = torch.where(i == j, 1, -1)
    return -F.logsigmoid(z * logits[i, j]).sum() / len(img)


# %% wrong: z is 1 and 0 instead of 1 and -1, negatives cost log 2 each
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    z = torch.eye(len(img), dtype=img.dtype)
    return -F.logsigmoid(z * (scale * img @ txt.T + bias)).sum() / len(img)


# %% wrong: negatives averaged apart, divided by N(N-1) instead of N
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    N = img.shape[0]
    logits = scale * img @ txt.T + bias
    same = torch.eye(N, dtype=torch.bool)
    pos = F.softplus(-logits[same]).sum() / N
    neg = F.softplus(logits[~same]).sum() / max(N * (N - 1), 1)
    return pos + neg


# %% two: not divided by N; result of shape (1,)
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    logits = scale * img @ txt.T + bias
    z = 2 * torch.eye(len(img), dtype=img.dtype) - 1
    return -F.logsigmoid(z * logits).sum().reshape(1)


# %% two: divides by the scale like a temperature; the bias is taken off instead of added
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    logits = img @ txt.T / scale - bias
    z = 2 * torch.eye(len(img), dtype=img.dtype) - 1
    return -F.logsigmoid(z * logits).sum() / len(img)


# %% two: softmax over the texts as in CLIP instead of yes or no; scale detached
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    logits = scale.detach() * img @ txt.T + bias
    return F.cross_entropy(logits, torch.arange(len(img)))


# %% two: logits cut to plus or minus 20; img is multiplied by scale in place
import torch
from torch.nn import functional as F


def siglip_loss(img, txt, scale, bias):
    N = len(img)
    logits = (scale * img.clone() @ txt.T + bias).clamp(-20, 20)
    with torch.no_grad():
        img.mul_(scale)
    z = 2 * torch.eye(N, dtype=logits.dtype) - 1
    return torch.log1p(torch.exp(-z * logits)).sum() / N
