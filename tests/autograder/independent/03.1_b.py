# %% right: subtract the row maximum
import torch


def softmax(logits):
    z = logits - logits.amax(dim=1, keepdim=True).detach()
    e = torch.exp(z)
    return e / e.sum(dim=1, keepdim=True)


# %% right: a loop over the rows
import torch


def softmax(logits):
    out = []
    for row in logits:
        shifted = torch.exp(row - row.max().item())
        out.append(shifted / shifted.sum())
    return torch.stack(out)


# %% right: NumPy forward and hand-written backward
import numpy as np
import torch


class _Softmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        a = z.detach().cpu().numpy()
        with np.errstate(over="ignore"):
            e = np.exp(a - a.max(axis=1, keepdims=True))
        p = torch.from_numpy(e / e.sum(axis=1, keepdims=True))
        ctx.save_for_backward(p)
        return p

    @staticmethod
    def backward(ctx, g):
        (p,) = ctx.saved_tensors
        return p * (g - (g * p).sum(dim=1, keepdim=True))


def softmax(logits):
    return _Softmax.apply(logits)


# %% right: exp of log_softmax
import torch
import torch.nn.functional as F


def softmax(logits):
    return F.log_softmax(logits, dim=-1).exp()


# %% right: einsum for the sums and a second division by hand, double inside
import torch


def softmax(logits):
    z = logits.to(torch.float64)
    top, _ = torch.max(z.detach(), dim=1)
    e = (z - top[:, None]).exp()
    inv = 1.0 / torch.einsum("nc->n", e)
    return torch.einsum("nc,n->nc", e, inv).to(logits.dtype)


# %% wrong: the plain formula, overflows for large logits
import torch


def softmax(logits):
    e = torch.exp(logits)
    return e / e.sum(dim=1, keepdim=True)


# %% wrong: one maximum for the whole batch: a row far below the others becomes 0/0
import torch


def softmax(logits):
    e = torch.exp(logits - logits.max())
    return e / e.sum(dim=-1, keepdim=True)


# %% wrong: normalises over the samples (axis 0)
import torch


def softmax(logits):
    z = logits - logits.amax(dim=0, keepdim=True)
    e = z.exp()
    return e / e.sum(dim=0, keepdim=True)


# %% wrong: clips the logits to [-50, 50] instead of shifting them
import torch


def softmax(logits):
    e = torch.exp(torch.clamp(logits, -50.0, 50.0))
    s = e.sum(1)
    return e / s[:, None]


# %% wrong: subtracts the row mean, still overflows
import torch


def softmax(logits):
    centred = logits - logits.mean(dim=1, keepdim=True)
    num = centred.exp()
    return num / num.sum(dim=1, keepdim=True)


# %% wrong: shifts the caller's logits in place
import torch


def softmax(logits):
    with torch.no_grad():
        logits -= logits.max(dim=1, keepdim=True).values
    e = torch.exp(logits)
    return e / e.sum(dim=1, keepdim=True)


# %% wrong: rebuilds the tensor from NumPy, no gradient
import numpy as np
import torch


def softmax(logits):
    z = np.array(logits.tolist())
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return torch.tensor(p, dtype=logits.dtype)


# %% wrong: exp(z - logsumexp(z)): for huge logits the rounding of the logsumexp spoils the sum of 1
import torch


def softmax(logits):
    lse = torch.logsumexp(logits, dim=1, keepdim=True)
    return torch.exp(logits - lse)


# %% wrong: 1 / sum_k exp(z_k - z_c): right values, but the gradient is NaN where the exp overflows
import torch


def softmax(logits):
    diff = logits[:, None, :] - logits[:, :, None]
    return 1.0 / torch.exp(diff).sum(dim=2)


# %% wrong: subtracts the maximum of each column instead of each row
import torch


def softmax(logits):
    m = torch.max(logits, dim=0).values
    e = torch.exp(logits - m)
    return e / e.sum(dim=1, keepdim=True)


# %% two: powers of two instead of e; normaliser over the whole batch
import torch


def softmax(logits):
    z = logits - logits.amax(dim=1, keepdim=True)
    e = torch.pow(2.0, z)
    return e / e.sum()


# %% two: no shift and NaN painted over with 0; detached
import torch


def softmax(logits):
    e = torch.exp(logits.detach())
    p = e / e.sum(dim=1, keepdim=True)
    return torch.nan_to_num(p, nan=0.0)


# %% two: subtracts the minimum; divides by the largest exponential instead of the sum
import torch


def softmax(logits):
    z = logits - logits.min(dim=1, keepdim=True).values
    e = z.exp()
    return e / e.amax(dim=1, keepdim=True)


# %% two: divides the logits by the root of C as attention does; returns float32
import torch


def softmax(logits):
    z = logits.float() / logits.shape[1] ** 0.5
    z = z - z.amax(1, keepdim=True)
    e = torch.exp(z)
    return e / e.sum(1, keepdim=True)
