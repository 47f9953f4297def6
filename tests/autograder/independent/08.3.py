# %% right: cat and slices
import torch

def bottleneck_step(a, b, z, layer):
    ta, tb = a.shape[1], b.shape[1]
    ya = layer(torch.cat([a, z], dim=1))
    yb = layer(torch.cat([b, z], dim=1))
    return ya[:, :ta], yb[:, :tb], (ya[:, ta:] + yb[:, tb:]) / 2

# %% right: split
import torch

def bottleneck_step(a, b, z, layer):
    a_new, z_a = layer(torch.cat((a, z), 1)).split([a.size(1), z.size(1)], dim=1)
    b_new, z_b = layer(torch.cat((b, z), 1)).split([b.size(1), z.size(1)], dim=1)
    return a_new, b_new, torch.stack([z_a, z_b]).mean(0)

# %% right: helper closure run for each modality
import torch

def bottleneck_step(a, b, z, layer):
    nz = z.shape[1]

    def run(tokens):
        out = layer(torch.cat([tokens, z], dim=1))
        return out[:, :-nz, :], out[:, -nz:, :]

    (fa, za), (fb, zb) = run(a), run(b)
    return fa, fb, 0.5 * (za + zb)

# %% right: loop over a list of modalities with a running mean
from typing import Callable, Tuple
import torch
from torch import Tensor

def bottleneck_step(a: Tensor, b: Tensor, z: Tensor, layer: Callable[[Tensor], Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
    streams = []
    z_sum = torch.zeros_like(z)
    for x in (a, b):
        joint = layer(torch.cat([x, z], dim=1))
        streams.append(joint.narrow(1, 0, x.shape[1]))
        z_sum = z_sum + joint.narrow(1, x.shape[1], z.shape[1])
    return streams[0], streams[1], z_sum / len(streams)

# %% right: tensor_split and lerp
import torch

def bottleneck_step(a, b, z, layer):
    if not (a.shape[0] == b.shape[0] == z.shape[0]):
        raise ValueError("batch sizes differ")
    with_a = torch.concat([a, z], dim=1)
    with_b = torch.concat([b, z], dim=1)
    out_a, za = torch.tensor_split(layer(with_a), (a.shape[1],), dim=1)
    out_b, zb = torch.tensor_split(layer(with_b), (b.shape[1],), dim=1)
    return out_a, out_b, torch.lerp(za, zb, 0.5)

# %% right: writes the tokens into new tensors before the layer
import torch

def _join(x, z):
    n, t, d = x.shape
    seq = x.new_empty(n, t + z.shape[1], d)
    seq[:, :t] = x
    seq[:, t:] = z
    return seq

def bottleneck_step(a, b, z, layer):
    oa, ob = layer(_join(a, z)), layer(_join(b, z))
    mean_z = (oa[:, a.shape[1]:] + ob[:, b.shape[1]:]) * 0.5
    return oa[:, : a.shape[1]], ob[:, : b.shape[1]], mean_z

# %% wrong: the second modality gets the shared tokens already updated by the first
import torch

def bottleneck_step(a, b, z, layer):
    ta, tb = a.shape[1], b.shape[1]
    ya = layer(torch.cat([a, z], 1))
    a2, z1 = ya[:, :ta], ya[:, ta:]
    yb = layer(torch.cat([b, z1], 1))
    b2, z2 = yb[:, :tb], yb[:, tb:]
    return a2, b2, (z1 + z2) / 2

# %% wrong: sums the two versions of the shared tokens
import torch

def bottleneck_step(a, b, z, layer):
    out_a = layer(torch.cat([a, z], dim=1))
    out_b = layer(torch.cat([b, z], dim=1))
    n = z.shape[1]
    return out_a[:, :-n], out_b[:, :-n], out_a[:, -n:] + out_b[:, -n:]

# %% wrong: returns only the version of z that came with b
import torch

def bottleneck_step(a, b, z, layer):
    a, z_new = layer(torch.cat([a, z], dim=1)).split([a.size(1), z.size(1)], dim=1)
    b, z_new = layer(torch.cat([b, z], dim=1)).split([b.size(1), z.size(1)], dim=1)
    return a, b, z_new

# %% wrong: the shared tokens stand in front of the modality (differs for a layer that looks at the position)
import torch

def bottleneck_step(a, b, z, layer):
    B = z.shape[1]
    ha = layer(torch.cat([z, a], dim=1))
    hb = layer(torch.cat([z, b], dim=1))
    return ha[:, B:], hb[:, B:], (ha[:, :B] + hb[:, :B]) / 2

# %% wrong: one call on a, b and z together, full attention with no bottleneck
import torch

def bottleneck_step(a, b, z, layer):
    sizes = [a.shape[1], b.shape[1], z.shape[1]]
    a_out, b_out, z_out = torch.split(layer(torch.cat([a, b, z], dim=1)), sizes, dim=1)
    return a_out, b_out, z_out

# %% wrong: averages three versions, the incoming z too
import torch

def bottleneck_step(a, b, z, layer):
    La, Lb = a.shape[1], b.shape[1]
    xa = layer(torch.cat([a, z], dim=1))
    xb = layer(torch.cat([b, z], dim=1))
    fused = torch.stack([z, xa[:, La:], xb[:, Lb:]], dim=0).mean(dim=0)
    return xa[:, :La], xb[:, :Lb], fused

# %% wrong: z is detached in the call with b, half of its gradient is missing
import torch

def bottleneck_step(a, b, z, layer):
    na, nb = a.size(1), b.size(1)
    ra = layer(torch.cat((a, z), dim=1))
    rb = layer(torch.cat((b, z.detach()), dim=1))
    return ra[:, :na], rb[:, :nb], (ra[:, na:] + rb[:, nb:]) / 2.0

# %% wrong: mean weighted by the number of tokens of each modality (differs for Ta != Tb)
import torch

def bottleneck_step(a, b, z, layer):
    Ta, Tb = a.shape[1], b.shape[1]
    oa = layer(torch.cat([a, z], dim=1))
    ob = layer(torch.cat([b, z], dim=1))
    z_new = (Ta * oa[:, Ta:] + Tb * ob[:, Tb:]) / (Ta + Tb)
    return oa[:, :Ta], ob[:, :Tb], z_new

# %% wrong: adds the old tokens of a and b as a residual
import torch

def bottleneck_step(a, b, z, layer):
    def go(x):
        y = layer(torch.cat([x, z], dim=1))
        t = x.shape[1]
        return x + y[:, :t], y[:, t:]
    a1, za = go(a)
    b1, zb = go(b)
    return a1, b1, (za + zb) / 2

# %% wrong: a' and b' come back in the wrong order
import torch

def bottleneck_step(a, b, z, layer):
    res = {}
    zs = []
    for name, x in {"a": a, "b": b}.items():
        h = layer(torch.cat([x, z], dim=1))
        res[name] = h[:, : x.shape[1]]
        zs.append(h[:, x.shape[1]:])
    return res["b"], res["a"], sum(zs) / 2

# %% wrong: writes the new shared tokens over the incoming z
import torch

def bottleneck_step(a, b, z, layer):
    pa = layer(torch.cat([a, z], dim=1))
    pb = layer(torch.cat([b, z], dim=1))
    new = (pa[:, a.shape[1]:] + pb[:, b.shape[1]:]) / 2
    z.data.copy_(new.detach())
    return pa[:, : a.shape[1]], pb[:, : b.shape[1]], new

# %% two: b sees the updated tokens; only the last version of z is returned
import torch

def bottleneck_step(a, b, z, layer):
    x = layer(torch.cat([a, z], dim=1))
    a, z = x[:, : a.shape[1]], x[:, a.shape[1]:]
    y = layer(torch.cat([b, z], dim=1))
    b, z = y[:, : b.shape[1]], y[:, b.shape[1]:]
    return a, b, z

# %% two: z in front; the larger of the two versions in place of the mean
import torch

def bottleneck_step(a, b, z, layer):
    k = z.shape[1]
    u = layer(torch.cat([z, a], dim=1))
    v = layer(torch.cat([z, b], dim=1))
    return u[:, k:], v[:, k:], torch.maximum(u[:, :k], v[:, :k])

# %% two: z' is also averaged over its B tokens; detached from the graph
import torch

def bottleneck_step(a, b, z, layer):
    ta, tb = a.shape[1], b.shape[1]
    fa = layer(torch.cat([a, z], 1))
    fb = layer(torch.cat([b, z], 1))
    zbar = ((fa[:, ta:] + fb[:, tb:]) / 2).mean(dim=1, keepdim=True)
    return fa[:, :ta], fb[:, :tb], zbar.expand_as(z).detach()


# %% right: two calls and slices
import torch

def bottleneck_step(a, b, z, layer):
    ta, tb = a.shape[1], b.shape[1]
    oa = layer(torch.cat([a, z], dim=1))
    ob = layer(torch.cat([b, z], dim=1))
    return oa[:, :ta], ob[:, :tb], (oa[:, ta:] + ob[:, tb:]) / 2

# %% right: loop with torch.split
import torch

def bottleneck_step(a, b, z, layer):
    news, shared = [], []
    for x in (a, b):
        y = layer(torch.cat((x, z), 1))
        own, zz = torch.split(y, [x.size(1), z.size(1)], dim=1)
        news.append(own)
        shared.append(zz)
    return news[0], news[1], torch.stack(shared).mean(0)

# %% wrong: b reads the shared tokens already changed by a
import torch

def bottleneck_step(a, b, z, layer):
    out_a = layer(torch.cat([a, z], 1))
    a_new, z_a = out_a[:, :a.shape[1]], out_a[:, a.shape[1]:]
    out_b = layer(torch.cat([b, z_a], 1))
    b_new, z_b = out_b[:, :b.shape[1]], out_b[:, b.shape[1]:]
    return a_new, b_new, 0.5 * (z_a + z_b)

# %% wrong: shared tokens in front
import torch

def bottleneck_step(a, b, z, layer):
    n = z.shape[1]
    pa = layer(torch.cat([z, a], dim=1))
    pb = layer(torch.cat([z, b], dim=1))
    return pa[:, n:], pb[:, n:], (pa[:, :n] + pb[:, :n]) / 2

# %% wrong: all tokens in one call, full attention
import torch

def bottleneck_step(a, b, z, layer):
    ta, tb = a.shape[1], b.shape[1]
    out = layer(torch.cat([a, b, z], dim=1))
    return out[:, :ta], out[:, ta:ta + tb], out[:, ta + tb:]

# %% wrong: shared tokens added, not averaged
import torch

def bottleneck_step(a, b, z, layer):
    nz = z.size(1)
    oa = layer(torch.cat([a, z], 1))
    ob = layer(torch.cat([b, z], 1))
    return oa[:, :-nz], ob[:, :-nz], oa[:, -nz:] + ob[:, -nz:]

# %% two: order z, a, b of the results; residual connection added to a and b
import torch

def bottleneck_step(a, b, z, layer):
    oa = layer(torch.cat([a, z], 1))
    ob = layer(torch.cat([b, z], 1))
    ta, tb = a.size(1), b.size(1)
    z_new = (oa[:, ta:] + ob[:, tb:]) / 2
    return z_new, a + oa[:, :ta], b + ob[:, :tb]

# %% two: only b's version of the shared tokens is kept; a runs alone without the shared tokens
import torch

def bottleneck_step(a, b, z, layer):
    a_new = layer(a)
    ob = layer(torch.cat([b, z], dim=1))
    return a_new, ob[:, :b.shape[1]], ob[:, b.shape[1]:]
