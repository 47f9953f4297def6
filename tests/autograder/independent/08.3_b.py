# %% right: cat, two calls, slices, average
import torch


def bottleneck_step(a, b, z, layer):
    ta, tb = a.shape[1], b.shape[1]
    out_a = layer(torch.cat([a, z], dim=1))
    out_b = layer(torch.cat([b, z], dim=1))
    new_z = (out_a[:, ta:] + out_b[:, tb:]) / 2
    return out_a[:, :ta], out_b[:, :tb], new_z

# %% right: torch.split by the two lengths
import torch


def bottleneck_step(a, b, z, layer):
    B = z.size(1)
    a_new, z_a = torch.split(layer(torch.cat((a, z), 1)), [a.size(1), B], dim=1)
    b_new, z_b = torch.split(layer(torch.cat((b, z), 1)), [b.size(1), B], dim=1)
    return a_new, b_new, torch.stack((z_a, z_b)).mean(dim=0)

# %% right: loop over the modalities, lists collected
import torch


def bottleneck_step(a, b, z, layer):
    """The tokens of a and of b after the layer, and the mean of their two versions of z."""
    own_tokens = []
    shared_tokens = []
    for modality in (a, b):
        length = modality.shape[1]
        joined = torch.hstack([modality, z])
        result = layer(joined)
        own_tokens.append(result[:, :length, :])
        shared_tokens.append(result[:, length:, :])
    z_next = sum(shared_tokens) / len(shared_tokens)
    return own_tokens[0], own_tokens[1], z_next

# %% right: helper function, negative slices, lerp half-way
import torch


def bottleneck_step(a, b, z, layer):
    k = z.shape[1]

    def through(x):
        y = layer(torch.cat([x, z], dim=-2))
        return y[:, :-k], y[:, -k:]

    (a2, za), (b2, zb) = through(a), through(b)
    return a2, b2, torch.lerp(za, zb, 0.5)

# %% right: tokens written into a fresh buffer, narrow instead of slices
import torch


def _join(x, z):
    n, t, d = x.shape
    buf = x.new_empty(n, t + z.shape[1], d)
    buf[:, :t] = x
    buf[:, t:] = z
    return buf


def bottleneck_step(a, b, z, layer):
    out_b = layer(_join(b, z))
    out_a = layer(_join(a, z))
    na, nb, nz = a.shape[1], b.shape[1], z.shape[1]
    za = out_a.narrow(1, na, nz)
    zb = out_b.narrow(1, nb, nz)
    return out_a.narrow(1, 0, na), out_b.narrow(1, 0, nb), 0.5 * za + 0.5 * zb

# %% wrong: b gets the z already updated by a instead of the incoming one
import torch


def bottleneck_step(a, b, z, layer):
    ta = a.shape[1]
    tb = b.shape[1]
    out = layer(torch.cat([a, z], dim=1))
    a, z1 = out[:, :ta], out[:, ta:]
    out = layer(torch.cat([b, z1], dim=1))
    b, z2 = out[:, :tb], out[:, tb:]
    return a, b, (z1 + z2) / 2

# %% wrong: z is put before the tokens instead of after them
import torch


def bottleneck_step(a, b, z, layer):
    nz = z.shape[1]
    xa = layer(torch.cat([z, a], dim=1))
    xb = layer(torch.cat([z, b], dim=1))
    return xa[:, nz:], xb[:, nz:], (xa[:, :nz] + xb[:, :nz]) / 2

# %% wrong: the two versions of z are added, not averaged
import torch


def bottleneck_step(a, b, z, layer):
    sizes_a = [a.shape[1], z.shape[1]]
    sizes_b = [b.shape[1], z.shape[1]]
    a_out, z_from_a = layer(torch.cat([a, z], dim=1)).split(sizes_a, dim=1)
    b_out, z_from_b = layer(torch.cat([b, z], dim=1)).split(sizes_b, dim=1)
    return a_out, b_out, z_from_a + z_from_b

# %% wrong: z' is only the version of b, the one of a is overwritten
import torch


def bottleneck_step(a, b, z, layer):
    results = []
    for x in [a, b]:
        t = x.shape[1]
        y = layer(torch.cat([x, z], dim=1))
        results.append(y[:, :t])
        z_new = y[:, t:]
    return results[0], results[1], z_new

# %% wrong: one joint call on a, b and z, so a and b see each other directly
import torch


def bottleneck_step(a, b, z, layer):
    ta, tb, tz = a.shape[1], b.shape[1], z.shape[1]
    out = layer(torch.cat([a, b, z], dim=1))
    return torch.split(out, [ta, tb, tz], dim=1)

# %% wrong: the length of a cuts both outputs, wrong when Ta differs from Tb
import torch


def bottleneck_step(a, b, z, layer):
    n, t, d = a.shape
    out_a = layer(torch.cat((a, z), dim=1))
    out_b = layer(torch.cat((b, z), dim=1))
    za, zb = out_a[:, t:t + z.shape[1]], out_b[:, t:t + z.shape[1]]
    return out_a[:, :t], out_b[:, :t], (za + zb).div(2)

# %% wrong: z is detached in the call with b, half of its gradient is lost
import torch


def bottleneck_step(a, b, z, layer):
    z_copy = z.clone().detach()
    k = z.shape[1]
    ya = layer(torch.cat([a, z], dim=1))
    yb = layer(torch.cat([b, z_copy], dim=1))
    z_mean = torch.mean(torch.stack([ya[:, -k:], yb[:, -k:]], dim=0), dim=0)
    return ya[:, :-k], yb[:, :-k], z_mean

# %% wrong: the incoming z is overwritten with the new one
import torch


def bottleneck_step(a, b, z, layer):
    ta, tb = a.size(1), b.size(1)
    fa = layer(torch.cat([a, z], 1))
    fb = layer(torch.cat([b, z], 1))
    z_new = (fa[:, ta:] + fb[:, tb:]) * 0.5
    with torch.no_grad():
        z.copy_(z_new)
    return fa[:, :ta], fb[:, :tb], z_new

# %% wrong: the two versions of z are weighted by the numbers of tokens Ta and Tb
import torch


def bottleneck_step(a, b, z, layer):
    ta, tb = a.shape[1], b.shape[1]
    oa = layer(torch.cat([a, z], dim=1))
    ob = layer(torch.cat([b, z], dim=1))
    za = oa[:, ta:]
    zb = ob[:, tb:]
    z_out = (ta * za + tb * zb) / (ta + tb)
    return oa[:, :ta], ob[:, :tb], z_out

# %% wrong: the incoming z is averaged in as a third version
import torch


def bottleneck_step(a, b, z, layer):
    versions = [z]
    outs = []
    for x in (a, b):
        y = layer(torch.cat([x, z], dim=1))
        outs.append(y[:, : x.shape[1]])
        versions.append(y[:, x.shape[1]:])
    return outs[0], outs[1], torch.stack(versions).mean(0)

# %% two: b gets the z updated by a; the versions are added instead of averaged
import torch


def bottleneck_step(a, b, z, layer):
    k = z.shape[1]
    first = layer(torch.cat([a, z], dim=1))
    second = layer(torch.cat([b, first[:, -k:]], dim=1))
    return first[:, :-k], second[:, :-k], first[:, -k:] + second[:, -k:]

# %% two: a and b get a residual added; for b the order is z before b
import torch


def bottleneck_step(a, b, z, layer):
    ta, nz = a.shape[1], z.shape[1]
    left = layer(torch.cat([a, z], dim=1))
    right = layer(torch.cat([z, b], dim=1))
    a_new = a + left[:, :ta]
    b_new = b + right[:, nz:]
    return a_new, b_new, (left[:, ta:] + right[:, :nz]) / 2

# %% two: one joint call on a, b and z; z' returned first
import torch


def bottleneck_step(a, b, z, layer):
    tokens = torch.cat([a, b, z], dim=1)
    tokens = layer(tokens)
    na = a.shape[1]
    nb = b.shape[1]
    return tokens[:, na + nb:], tokens[:, :na], tokens[:, na:na + nb]

# %% two: the whole call on a runs without gradients; z' is averaged over the batch as well
import torch


def bottleneck_step(a, b, z, layer):
    with torch.no_grad():
        out_a = layer(torch.cat([a, z], dim=1))
    out_b = layer(torch.cat([b, z], dim=1))
    za = out_a[:, a.shape[1]:]
    zb = out_b[:, b.shape[1]:]
    z_new = ((za + zb) / 2).mean(dim=0, keepdim=True).expand_as(z)
    return out_a[:, : a.shape[1]], out_b[:, : b.shape[1]], z_new
