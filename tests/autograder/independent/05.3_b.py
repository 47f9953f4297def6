# %% right: matrix products with .T
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat([v, t], dim=1) @ w_z.T)
    return z * torch.tanh(v @ w_v.T) + (1 - z) * torch.tanh(t @ w_t.T)

# %% right: F.linear and lerp
import torch
from torch.nn import functional as F

def gmu(v, t, w_v, w_t, w_z):
    h_v = F.linear(v, w_v).tanh()
    h_t = F.linear(t, w_t).tanh()
    gate = F.linear(torch.hstack((v, t)), w_z).sigmoid()
    return torch.lerp(h_t, h_v, gate)

# %% right: einsum, w_z split in two pieces
import torch

def gmu(v, t, w_v, w_t, w_z):
    dv = v.size(1)
    zv, zt = w_z[:, :dv], w_z[:, dv:]
    logits = torch.einsum("nd,hd->nh", v, zv) + torch.einsum("nd,hd->nh", t, zt)
    z = torch.sigmoid(logits)
    hv = torch.tanh(torch.einsum("nd,hd->nh", v, w_v))
    ht = torch.tanh(torch.einsum("nd,hd->nh", t, w_t))
    return ht + z * (hv - ht)

# %% right: one sample at a time, stacked
import torch

def gmu(v, t, w_v, w_t, w_z):
    rows = []
    for x, y in zip(v, t):
        both = torch.cat((x, y))
        gate = torch.sigmoid(torch.mv(w_z, both))
        picture = torch.tanh(torch.mv(w_v, x))
        text = torch.tanh(torch.mv(w_t, y))
        rows.append(gate * picture + (1.0 - gate) * text)
    return torch.stack(rows, dim=0)

# %% right: two-way softmax over (logit, 0) as the gate, stacked branches
import torch

def gmu(v, t, w_v, w_t, w_z):
    logit = torch.cat([v, t], -1).matmul(w_z.transpose(0, 1))
    both = torch.stack([logit, torch.zeros_like(logit)], dim=0)
    weights = torch.softmax(both, dim=0)
    branches = torch.stack([torch.tanh(v.matmul(w_v.t())), torch.tanh(t.matmul(w_t.t()))], dim=0)
    return (weights * branches).sum(dim=0)

# %% wrong: text first in the concatenation
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat([t, v], dim=1) @ w_z.T)
    return z * torch.tanh(v @ w_v.T) + (1 - z) * torch.tanh(t @ w_t.T)

# %% wrong: the gate is on the text, 1 - z on the picture
import torch
from torch.nn import functional as F

def gmu(v, t, w_v, w_t, w_z):
    h_v = torch.tanh(F.linear(v, w_v))
    h_t = torch.tanh(F.linear(t, w_t))
    z = torch.sigmoid(F.linear(torch.cat([v, t], 1), w_z))
    return (1 - z) * h_v + z * h_t

# %% wrong: tanh forgotten on the branches
import torch

def gmu(v, t, w_v, w_t, w_z):
    pic = v @ w_v.T
    txt = t @ w_t.T
    gate = torch.sigmoid(torch.cat((v, t), dim=-1) @ w_z.T)
    return gate * pic + (1 - gate) * txt

# %% wrong: softmax over H as the gate
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.softmax(torch.cat([v, t], dim=1) @ w_z.t(), dim=1)
    hv = (v @ w_v.t()).tanh()
    ht = (t @ w_t.t()).tanh()
    return z * hv + (1 - z) * ht

# %% wrong: bracket misplaced, 1 - z * text
import torch

def gmu(v, t, w_v, w_t, w_z):
    h1 = torch.tanh(torch.einsum("nd,hd->nh", v, w_v))
    h2 = torch.tanh(torch.einsum("nd,hd->nh", t, w_t))
    g = torch.sigmoid(torch.einsum("nd,hd->nh", torch.cat([v, t], 1), w_z))
    return g * h1 + (1 - g * h2)

# %% wrong: the gate is detached, no gradient to w_z
import torch

def gmu(v, t, w_v, w_t, w_z):
    with torch.no_grad():
        z = torch.sigmoid(torch.cat([v, t], dim=1) @ w_z.T)
    picture = torch.tanh(v @ w_v.T)
    text = torch.tanh(t @ w_t.T)
    return z * picture + (1 - z) * text

# %% wrong: one gate for each sample, the mean over H
import torch

def gmu(v, t, w_v, w_t, w_z):
    logits = torch.cat([v, t], dim=1) @ w_z.T
    z = torch.sigmoid(logits.mean(dim=1, keepdim=True))
    return z * torch.tanh(v @ w_v.T) + (1 - z) * torch.tanh(t @ w_t.T)

# %% wrong: sigmoid written as exp / (1 + exp), NaN for large logits
import torch

def gmu(v, t, w_v, w_t, w_z):
    e = torch.exp(torch.cat([v, t], dim=1) @ w_z.T)
    z = e / (1 + e)
    out = []
    for i in range(v.shape[0]):
        out.append(z[i] * torch.tanh(w_v @ v[i]) + (1 - z[i]) * torch.tanh(w_t @ t[i]))
    return torch.stack(out)

# %% wrong: squeeze drops an axis of size 1
import torch

def gmu(v, t, w_v, w_t, w_z):
    x = torch.cat([v, t], dim=1).unsqueeze(-1)
    z = torch.sigmoid(w_z @ x).squeeze()
    hv = torch.tanh(w_v @ v.unsqueeze(-1)).squeeze()
    ht = torch.tanh(w_t @ t.unsqueeze(-1)).squeeze()
    return z * hv + (1 - z) * ht

# %% wrong: weights copied into nn.Linear modules, so no gradient reaches the given weights
import torch
from torch import nn

def gmu(v, t, w_v, w_t, w_z):
    def layer(w):
        lin = nn.Linear(w.shape[1], w.shape[0], bias=False, dtype=w.dtype)
        lin.weight = nn.Parameter(w.detach().clone())
        return lin
    lv, lt, lz = layer(w_v), layer(w_t), layer(w_z)
    z = torch.sigmoid(lz(torch.cat([v, t], dim=1)))
    return z * torch.tanh(lv(v)) + (1 - z) * torch.tanh(lt(t))

# %% two: text first in the gate; gate on the wrong branch
import torch

def gmu(v, t, w_v, w_t, w_z):
    gate = torch.cat([t, v], dim=1).mm(w_z.t()).sigmoid()
    return gate * t.mm(w_t.t()).tanh() + (1 - gate) * v.mm(w_v.t()).tanh()

# %% two: no tanh on the text branch; computed in float32
import torch
from torch.nn import functional as F

def gmu(v, t, w_v, w_t, w_z):
    v, t, w_v, w_t, w_z = (a.float() for a in (v, t, w_v, w_t, w_z))
    z = torch.sigmoid(F.linear(torch.cat([v, t], 1), w_z))
    return z * torch.tanh(F.linear(v, w_v)) + (1 - z) * F.linear(t, w_t)

# %% two: one tanh around the whole mixture instead of on each branch; both branches gated by z
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat([v, t], dim=1) @ w_z.T)
    return torch.tanh(z * (v @ w_v.T) + z * (t @ w_t.T))

# %% two: sigmoid on the branches instead of tanh; hard gate by threshold
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat([v, t], dim=1) @ w_z.T)
    z = (z > 0.5).to(v.dtype)
    return z * torch.sigmoid(v @ w_v.T) + (1 - z) * torch.sigmoid(t @ w_t.T)
