# %% right: F.linear and cat
import torch
import torch.nn.functional as F


def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(F.linear(torch.cat([v, t], dim=1), w_z))
    return z * torch.tanh(F.linear(v, w_v)) + (1 - z) * torch.tanh(F.linear(t, w_t))

# %% right: einsum, and the gate's weight cut in two instead of a cat
import torch


def gmu(v, t, w_v, w_t, w_z):
    dv = v.shape[1]
    a = torch.einsum("nd,hd->nh", v, w_z[:, :dv]) + torch.einsum("nd,hd->nh", t, w_z[:, dv:])
    z = a.sigmoid()
    picture = torch.einsum("nd,hd->nh", v, w_v).tanh()
    text = torch.einsum("nd,hd->nh", t, w_t).tanh()
    return z * picture + (1 - z) * text

# %% right: lerp from the text to the picture
import torch


def gmu(v, t, w_v, w_t, w_z):
    gate = torch.special.expit(torch.hstack((v, t)) @ w_z.t())
    return torch.lerp(torch.tanh(t @ w_t.t()), torch.tanh(v @ w_v.t()), gate)

# %% right: one sample at a time, with matrix times vector
import torch


def one_sample(v, t, w_v, w_t, w_z):
    both = torch.cat((v, t))
    z = torch.sigmoid(torch.mv(w_z, both))
    hv = torch.tanh(torch.mv(w_v, v))
    ht = torch.tanh(torch.mv(w_t, t))
    return z * hv + (1.0 - z) * ht


def gmu(v, t, w_v, w_t, w_z):
    rows = []
    for n in range(v.shape[0]):
        rows.append(one_sample(v[n], t[n], w_v, w_t, w_z))
    return torch.stack(rows, dim=0)

# %% right: a class with checks and addcmul
import torch


class GMU:
    def __init__(self, w_v, w_t, w_z):
        if w_z.shape[1] != w_v.shape[1] + w_t.shape[1]:
            raise ValueError("w_z must take both inputs")
        self.w_v, self.w_t, self.w_z = w_v, w_t, w_z

    def gate(self, v, t):
        joint = torch.concatenate([v, t], dim=-1)
        return torch.sigmoid(torch.matmul(joint, self.w_z.transpose(0, 1)))

    def __call__(self, v, t):
        z = self.gate(v, t)
        hv = torch.tanh(torch.matmul(v, self.w_v.transpose(0, 1)))
        ht = torch.tanh(torch.matmul(t, self.w_t.transpose(0, 1)))
        return torch.addcmul(z * hv, 1 - z, ht)


def gmu(v, t, w_v, w_t, w_z):
    if v.shape[0] != t.shape[0]:
        raise ValueError("v and t must have the same number of rows")
    return GMU(w_v, w_t, w_z)(v, t)

# %% right: modules called with the weights by torch.func.functional_call
import torch
from torch import nn
from torch.func import functional_call


def _apply(weight, x):
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=False, device=weight.device, dtype=weight.dtype)
    return functional_call(layer, {"weight": weight}, (x,))


def gmu(v, t, w_v, w_t, w_z):
    z = _apply(w_z, torch.cat([v, t], -1)).sigmoid()
    hv = _apply(w_v, v).tanh()
    ht = _apply(w_t, t).tanh()
    return ht - z * ht + z * hv

# %% wrong: the gate z weighs the text and 1 - z the picture
import torch


def gmu(v, t, w_v, w_t, w_z):
    gate = torch.sigmoid(torch.cat([v, t], 1) @ w_z.T)
    return torch.lerp(torch.tanh(v @ w_v.T), torch.tanh(t @ w_t.T), gate)

# %% wrong: the text comes first in the input of the gate
import torch


def gmu(v, t, w_v, w_t, w_z):
    dt = t.shape[1]
    a = torch.einsum("nd,hd->nh", t, w_z[:, :dt]) + torch.einsum("nd,hd->nh", v, w_z[:, dt:])
    z = a.sigmoid()
    return z * (v @ w_v.T).tanh() + (1 - z) * (t @ w_t.T).tanh()

# %% wrong: the gate is a softmax over the hidden units, not a sigmoid
import torch
import torch.nn.functional as F


def gmu(v, t, w_v, w_t, w_z):
    x = torch.cat([v, t], dim=-1)
    z = F.softmax(F.linear(x, w_z), dim=-1)
    h_v = torch.tanh(F.linear(v, w_v))
    h_t = torch.tanh(F.linear(t, w_t))
    return z * h_v + (1 - z) * h_t

# %% wrong: the weights are reshaped to (in, out) where they should be transposed
import torch


def _linear(x, w):
    return x @ w.reshape(x.shape[1], w.shape[0])


def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(_linear(torch.cat((v, t), 1), w_z))
    return z * torch.tanh(_linear(v, w_v)) + (1 - z) * torch.tanh(_linear(t, w_t))

# %% wrong: the squeeze at the end drops an axis when N = 1 or H = 1
import torch


def gmu(v, t, w_v, w_t, w_z):
    x = torch.cat([v, t], 1).unsqueeze(-1)
    z = torch.sigmoid(w_z @ x)
    hv = torch.tanh(w_v @ v.unsqueeze(-1))
    ht = torch.tanh(w_t @ t.unsqueeze(-1))
    return (z * hv + (1 - z) * ht).squeeze()

# %% wrong: the weights become new nn.Parameters, so no gradient comes back to w_v, w_t and w_z
import torch
from torch import nn


def layer(w):
    lin = nn.Linear(w.shape[1], w.shape[0], bias=False)
    lin.weight = nn.Parameter(w)
    return lin


def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(layer(w_z)(torch.cat([v, t], dim=1)))
    return z * torch.tanh(layer(w_v)(v)) + (1 - z) * torch.tanh(layer(w_t)(t))

# %% wrong: the sigmoid is written as 1 / (1 + exp(-a)), whose gradient is NaN for very negative a
import torch


def gmu(v, t, w_v, w_t, w_z):
    a = torch.cat([v, t], dim=1) @ w_z.mT
    z = 1 / (1 + torch.exp(-a))
    return z * torch.tanh(v @ w_v.mT) + (1 - z) * torch.tanh(t @ w_t.mT)

# %% wrong: the gate's weight is cut in the middle, which is right only for Dv = Dt
import torch
import torch.nn.functional as F


def gmu(v, t, w_v, w_t, w_z):
    z_v, z_t = w_z.chunk(2, dim=1)
    z = torch.sigmoid(F.linear(v, z_v) + F.linear(t, z_t))
    return z * F.linear(v, w_v).tanh() + (1 - z) * F.linear(t, w_t).tanh()

# %% wrong: the gate is multiplied inside the tanh
import torch


def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat([v, t], dim=1) @ w_z.T)
    v_part = torch.tanh(z * (v @ w_v.T))
    t_part = torch.tanh((1 - z) * (t @ w_t.T))
    return v_part + t_part

# %% wrong: the result is filled into a float32 tensor also when the inputs are float64
import torch


def gmu(v, t, w_v, w_t, w_z):
    out = torch.zeros(v.shape[0], w_v.shape[0])
    for n in range(v.shape[0]):
        x = torch.cat([v[n], t[n]])
        for h in range(w_v.shape[0]):
            z = torch.sigmoid((w_z[h] * x).sum())
            out[n, h] = z * torch.tanh((w_v[h] * v[n]).sum()) + (1 - z) * torch.tanh((w_t[h] * t[n]).sum())
    return out

# %% two: the tanh of the text is forgotten; the gate is detached
import torch


def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat([v, t], dim=1) @ w_z.T).detach()
    return z * torch.tanh(v @ w_v.T) + (1 - z) * (t @ w_t.T)

# %% two: the text has weight 1 instead of 1 - z; the text comes first in the gate's input
import torch
import torch.nn.functional as F


def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(F.linear(torch.cat([t, v], dim=1), w_z))
    return z * torch.tanh(F.linear(v, w_v)) + torch.tanh(F.linear(t, w_t))

# %% two: the gate is averaged to one number a sample; it weighs the text instead of the picture
import torch


def gmu(v, t, w_v, w_t, w_z):
    gate = (torch.cat([v, t], 1) @ w_z.T).sigmoid().mean(dim=1, keepdim=True)
    return (1 - gate) * (v @ w_v.T).tanh() + gate * (t @ w_t.T).tanh()

# %% two: the gate sees only the picture; the result is always float32
import torch


def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(v @ w_z[:, : v.size(1)].T)
    h = z * torch.tanh(v @ w_v.T) + (1 - z) * torch.tanh(t @ w_t.T)
    return h.float()
