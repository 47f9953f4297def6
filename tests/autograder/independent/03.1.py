# %% right: subtracts the row maximum
import torch

def softmax(logits):
    z = logits - logits.max(dim=1, keepdim=True).values
    e = torch.exp(z)
    return e / e.sum(dim=1, keepdim=True)

# %% right: exp of logits minus logsumexp
import torch

def softmax(logits):
    return torch.exp(logits - torch.logsumexp(logits, dim=-1, keepdim=True))

# %% right: loop over the rows
import torch

def softmax(logits):
    rows = []
    for z in logits:
        e = (z - z.max().detach()).exp()
        rows.append(e / e.sum())
    return torch.stack(rows)

# %% right: einsum for the normaliser, detached amax
import torch

def softmax(logits):
    shift = logits.detach().amax(-1)
    e = (logits - shift[:, None]).exp()
    return torch.einsum("nc,n->nc", e, 1.0 / torch.einsum("nc->n", e))

# %% right: own autograd function
import torch

class _Softmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        e = torch.exp(z - z.amax(dim=1, keepdim=True))
        p = e / e.sum(dim=1, keepdim=True)
        ctx.save_for_backward(p)
        return p

    @staticmethod
    def backward(ctx, g):
        (p,) = ctx.saved_tensors
        return p * (g - (g * p).sum(dim=1, keepdim=True))

def softmax(logits):
    return _Softmax.apply(logits)

# %% right: typed, with guards, works column by column
import torch
from torch import Tensor

def softmax(logits: Tensor) -> Tensor:
    if logits.dim() != 2:
        raise ValueError("logits must be (N, C)")
    if not logits.is_floating_point():
        raise TypeError("logits must be floats")
    peak = logits.detach().max(1)[0]
    cols = [torch.exp(logits[:, c] - peak) for c in range(logits.size(1))]
    total = torch.stack(cols).sum(0)
    return torch.stack([col / total for col in cols], dim=1)

# %% wrong: exp without subtracting the maximum (large logits)
import torch

def softmax(logits):
    e = torch.exp(logits)
    return e / e.sum(dim=1, keepdim=True)

# %% wrong: subtracts the maximum of the whole tensor, a row far below gives 0/0
import torch

def softmax(logits):
    shifted = logits - logits.max()
    num = shifted.exp()
    return num / num.sum(-1, keepdim=True)

# %% wrong: normalises over the columns, dim=0
import torch

def softmax(logits):
    e = torch.exp(logits - logits.max(dim=0, keepdim=True).values)
    return e / e.sum(dim=0, keepdim=True)

# %% wrong: subtracts the minimum (differs for a wide row)
import torch

def softmax(logits):
    z = logits - logits.min(dim=1, keepdim=True)[0]
    ez = z.exp()
    return ez / ez.sum(dim=1, keepdim=True)

# %% wrong: 1e-3 added to the denominator
import torch

def softmax(logits):
    m, _ = logits.max(dim=-1, keepdim=True)
    e = torch.exp(logits - m)
    return e / (e.sum(dim=-1, keepdim=True) + 1e-3)

# %% wrong: logits clamped to -50 .. 50 instead of shifted (differs for larger ones)
import torch

def softmax(logits):
    z = torch.clamp(logits, -50.0, 50.0)
    e = z.exp()
    return e / e.sum(dim=1, keepdim=True)

# %% wrong: returns the logarithm of the softmax
import torch

def softmax(logits):
    top = logits.max(1, keepdim=True).values
    z = logits - top
    return z - z.exp().sum(1, keepdim=True).log()

# %% wrong: subtracts the maximum in the caller's tensor
import torch

def softmax(logits):
    logits.data -= logits.data.max(dim=1, keepdim=True).values
    e = torch.exp(logits)
    return e / e.sum(dim=1, keepdim=True)

# %% wrong: NumPy inside, no gradient
import numpy as np
import torch

def softmax(logits):
    z = logits.detach().cpu().numpy()
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z)
    p /= p.sum(axis=1, keepdims=True)
    return torch.from_numpy(p)

# %% wrong: computes in float32, float64 logits give a float32 result
import torch

def softmax(logits):
    x = logits.float()
    x = x - x.amax(dim=1, keepdim=True)
    x = x.exp()
    return x / x.sum(dim=1, keepdim=True)

# %% wrong: denominator detached (gradient only)
import torch

def softmax(logits):
    e = torch.exp(logits - logits.detach().max(dim=1, keepdim=True).values)
    denom = e.sum(dim=1, keepdim=True).detach()
    return e / denom

# %% two: no shift by the maximum; dim=0
import torch

def softmax(logits):
    exps = logits.exp()
    return exps / exps.sum(0)

# %% two: sigmoid of each logit; divides by C
import torch

def softmax(logits):
    s = torch.sigmoid(logits)
    return s / logits.shape[1]

# %% two: scales by the root of C as in attention; maximum of the whole tensor
import math
import torch

def softmax(logits):
    z = logits / math.sqrt(logits.size(-1))
    e = torch.exp(z - z.max())
    return e / e.sum(-1, keepdim=True)


# %% right: subtract the row maximum
import torch

def softmax(logits):
    z = logits - logits.max(dim=1, keepdim=True).values
    e = torch.exp(z)
    return e / e.sum(dim=1, keepdim=True)

# %% right: through logsumexp
import torch

def softmax(logits):
    return torch.exp(logits - torch.logsumexp(logits, dim=-1)[:, None])

# %% wrong: plain exp, overflows
import torch

def softmax(logits):
    e = torch.exp(logits)
    return e / e.sum(1, keepdim=True)

# %% wrong: one maximum for the whole table, rows far below underflow to 0/0
import torch

def softmax(logits):
    shifted = torch.exp(logits - torch.max(logits))
    return shifted / torch.sum(shifted, dim=-1, keepdim=True)

# %% wrong: normalised over the samples instead of the classes
import torch

def softmax(logits):
    z = logits - logits.amax(dim=0, keepdim=True)
    num = z.exp()
    return num / num.sum(dim=0)

# %% wrong: changes the logits in place
import torch

def softmax(logits):
    with torch.no_grad():
        logits -= logits.max(dim=1, keepdim=True)[0]
    e = logits.exp()
    return e / e.sum(dim=1, keepdim=True)

# %% two: logits clipped to 50; log-probabilities returned
import torch

def softmax(logits):
    z = logits.clamp(-50, 50)
    return z - torch.log(torch.exp(z).sum(1, keepdim=True))

# %% two: divided by the sum of the whole table; numpy, so no gradient
import numpy as np
import torch

def softmax(logits):
    z = logits.detach().numpy()
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return torch.from_numpy(e / e.sum())
