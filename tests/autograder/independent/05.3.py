# %% right: matrix products with the transposed weights
import torch

def gmu(v, t, w_v, w_t, w_z):
    h_v = torch.tanh(v @ w_v.T)
    h_t = torch.tanh(t @ w_t.T)
    z = torch.sigmoid(torch.cat([v, t], dim=1) @ w_z.T)
    return z * h_v + (1 - z) * h_t

# %% right: F.linear and lerp
import torch
import torch.nn.functional as F

def gmu(v, t, w_v, w_t, w_z):
    gate = F.linear(torch.cat((v, t), -1), w_z).sigmoid()
    picture = F.linear(v, w_v).tanh()
    text = F.linear(t, w_t).tanh()
    return torch.lerp(text, picture, gate)

# %% right: einsum, gate weights split in two blocks
import torch

def gmu(v, t, w_v, w_t, w_z):
    dv = v.shape[1]
    score = torch.einsum("nd,hd->nh", v, w_z[:, :dv]) + torch.einsum("nd,hd->nh", t, w_z[:, dv:])
    z = torch.sigmoid(score)
    a = torch.tanh(torch.einsum("nd,hd->nh", v, w_v))
    b = torch.tanh(torch.einsum("nd,hd->nh", t, w_t))
    return b + z * (a - b)

# %% right: sample by sample
import torch

def gmu(v, t, w_v, w_t, w_z):
    out = []
    for x, s in zip(v, t):
        z = torch.sigmoid(w_z.mv(torch.cat([x, s])))
        out.append(z * torch.tanh(w_v.mv(x)) + (1 - z) * torch.tanh(w_t.mv(s)))
    return torch.stack(out)

# %% right: guards, complementary gate by sigmoid of the negative
import torch
from torch import Tensor

def gmu(v: Tensor, t: Tensor, w_v: Tensor, w_t: Tensor, w_z: Tensor) -> Tensor:
    if w_z.shape[1] != v.shape[1] + t.shape[1]:
        raise ValueError("w_z does not fit [v, t]")
    if not (w_v.shape[0] == w_t.shape[0] == w_z.shape[0]):
        raise ValueError("hidden sizes differ")
    s = torch.mm(torch.hstack((v, t)), w_z.t())
    return s.sigmoid() * v.mm(w_v.t()).tanh() + (-s).sigmoid() * t.mm(w_t.t()).tanh()

# %% right: column-major, weights on the left
import torch

def gmu(v, t, w_v, w_t, w_z):
    V, T = v.transpose(0, 1), t.transpose(0, 1)
    hidden = {"v": (w_v @ V).tanh(), "t": (w_t @ T).tanh()}
    z = (w_z @ torch.cat([V, T], dim=0)).sigmoid()
    fused = hidden["v"].mul(z) + hidden["t"].mul(1 - z)
    return fused.transpose(0, 1)

# %% wrong: z and 1 - z exchanged
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat([v, t], dim=1) @ w_z.t())
    return (1 - z) * torch.tanh(v @ w_v.t()) + z * torch.tanh(t @ w_t.t())

# %% wrong: text first in the concatenation for the gate
import torch
import torch.nn.functional as F

def gmu(v, t, w_v, w_t, w_z):
    hv = torch.tanh(F.linear(v, w_v))
    ht = torch.tanh(F.linear(t, w_t))
    z = torch.sigmoid(F.linear(torch.cat([t, v], dim=1), w_z))
    return z * hv + (1 - z) * ht

# %% wrong: relu instead of tanh
import torch
import torch.nn.functional as F

def gmu(v, t, w_v, w_t, w_z):
    hv = F.relu(v @ w_v.T)
    ht = F.relu(t @ w_t.T)
    gate = torch.sigmoid(torch.cat((v, t), 1) @ w_z.T)
    return gate * hv + (1.0 - gate) * ht

# %% wrong: softmax over the hidden units in the gate
import torch

def gmu(v, t, w_v, w_t, w_z):
    both = torch.cat([v, t], dim=-1)
    z = torch.softmax(both @ w_z.T, dim=-1)
    return z * (v @ w_v.T).tanh() + (1 - z) * (t @ w_t.T).tanh()

# %% wrong: tanh only after the mixing
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = (torch.cat([v, t], 1) @ w_z.T).sigmoid()
    mixed = z * (v @ w_v.T) + (1 - z) * (t @ w_t.T)
    return torch.tanh(mixed)

# %% wrong: the text is not gated with 1 - z but with z as well
import torch

def gmu(v, t, w_v, w_t, w_z):
    h_v = torch.tanh(torch.einsum("nd,hd->nh", v, w_v))
    h_t = torch.tanh(torch.einsum("nd,hd->nh", t, w_t))
    z = torch.sigmoid(torch.einsum("nd,hd->nh", torch.cat([v, t], 1), w_z))
    return z * (h_v + h_t)

# %% wrong: one scalar gate for each sample, mean over the hidden units
import torch

def gmu(v, t, w_v, w_t, w_z):
    scores = torch.cat([v, t], dim=1) @ w_z.T
    z = torch.sigmoid(scores.mean(dim=1, keepdim=True))
    return z * torch.tanh(v @ w_v.T) + (1 - z) * torch.tanh(t @ w_t.T)

# %% wrong: gate under no_grad, w_z gets no gradient
import torch

def gmu(v, t, w_v, w_t, w_z):
    with torch.no_grad():
        z = torch.sigmoid(torch.cat([v, t], dim=1) @ w_z.T)
    visual = torch.tanh(v @ w_v.T)
    textual = torch.tanh(t @ w_t.T)
    return z * visual + (1 - z) * textual

# %% wrong: hard gate, z rounded to 0 or 1
import torch

def gmu(v, t, w_v, w_t, w_z):
    soft = torch.sigmoid(torch.cat([v, t], dim=1) @ w_z.T)
    z = (soft > 0.5).to(soft.dtype) + soft - soft.detach()
    a, b = torch.tanh(v @ w_v.T), torch.tanh(t @ w_t.T)
    return z * a + (1 - z) * b

# %% wrong: no tanh on the text branch
import torch
import torch.nn.functional as F

def gmu(v, t, w_v, w_t, w_z):
    h_v = torch.tanh(F.linear(v, w_v))
    h_t = F.linear(t, w_t)
    z = torch.sigmoid(F.linear(torch.cat((v, t), dim=1), w_z))
    return z * h_v + (1 - z) * h_t

# %% wrong: tanh in the gate, so it can be negative
import torch

def gmu(v, t, w_v, w_t, w_z):
    joint = torch.cat([v, t], dim=1)
    z, a, b = (torch.tanh(x @ w.T) for x, w in ((joint, w_z), (v, w_v), (t, w_t)))
    return z * a + (1 - z) * b

# %% two: text first in the gate; z and 1 - z exchanged
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat([t, v], dim=1) @ w_z.T)
    return (1 - z) * torch.tanh(v @ w_v.T) + z * torch.tanh(t @ w_t.T)

# %% two: sigmoid in the branches too; returned as float32
import torch

def gmu(v, t, w_v, w_t, w_z):
    g = torch.sigmoid(torch.cat([v, t], 1) @ w_z.T)
    out = g * torch.sigmoid(v @ w_v.T) + (1 - g) * torch.sigmoid(t @ w_t.T)
    return out.float()

# %% two: gate averaged over the batch; text added without a gate
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat([v, t], dim=1) @ w_z.T).mean(dim=0, keepdim=True)
    return z * torch.tanh(v @ w_v.T) + torch.tanh(t @ w_t.T)


# %% right: F.linear
import torch
import torch.nn.functional as F

def gmu(v, t, w_v, w_t, w_z):
    hv = torch.tanh(F.linear(v, w_v))
    ht = torch.tanh(F.linear(t, w_t))
    z = torch.sigmoid(F.linear(torch.cat([v, t], dim=1), w_z))
    return z * hv + (1 - z) * ht

# %% right: einsum, gate weight cut in two
import torch

def gmu(v, t, w_v, w_t, w_z):
    dv = v.shape[1]
    pre = torch.einsum("nd,hd->nh", v, w_z[:, :dv]) + torch.einsum("nd,hd->nh", t, w_z[:, dv:])
    z = 1 / (1 + torch.exp(-pre))
    a = torch.tanh(torch.einsum("nd,hd->nh", v, w_v))
    b = torch.tanh(torch.einsum("nd,hd->nh", t, w_t))
    return b + z * (a - b)

# %% wrong: the gate opens the text instead of the picture
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat((v, t), 1) @ w_z.T)
    return (1 - z) * torch.tanh(v @ w_v.T) + z * torch.tanh(t @ w_t.T)

# %% wrong: text before picture in the gate
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat([t, v], dim=-1) @ w_z.t())
    h_v = torch.tanh(v @ w_v.t())
    h_t = torch.tanh(t @ w_t.t())
    return z * h_v + (1 - z) * h_t

# %% wrong: tanh after mixing
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat([v, t], 1) @ w_z.mT)
    return torch.tanh(z * (v @ w_v.mT) + (1 - z) * (t @ w_t.mT))

# %% wrong: softmax over the hidden units as gate
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.softmax(torch.cat([v, t], dim=1) @ w_z.T, dim=1)
    return z * torch.tanh(v @ w_v.T) + (1 - z) * torch.tanh(t @ w_t.T)

# %% two: weights not transposed; relu for tanh
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat([v, t], 1) @ w_z.reshape(-1, w_z.shape[0]))
    hv = torch.relu(v @ w_v.reshape(-1, w_v.shape[0]))
    ht = torch.relu(t @ w_t.reshape(-1, w_t.shape[0]))
    return z * hv + (1 - z) * ht

# %% two: sigmoid missing on the gate; z used for both sides
import torch

def gmu(v, t, w_v, w_t, w_z):
    z = torch.hstack([v, t]) @ w_z.T
    return z * torch.tanh(v @ w_v.T) + z * torch.tanh(t @ w_t.T)
