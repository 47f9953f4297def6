# %% right: mean over axes 1 and 2, then cat
import torch


def pool_and_join(fmap, text):
    return torch.cat([fmap.mean(dim=(1, 2)), text], dim=1)

# %% right: einsum and a division
import torch


def pool_and_join(fmap, text):
    n, h, w, c = fmap.shape
    pooled = torch.einsum("nhwc->nc", fmap) / (h * w)
    return torch.hstack((pooled, text))

# %% right: plain loops
import torch


def pool_and_join(fmap, text):
    N, H, W, C = fmap.shape
    rows = []
    for n in range(N):
        total = fmap.new_zeros(C)
        for y in range(H):
            for x in range(W):
                total = total + fmap[n, y, x]
        rows.append(torch.cat((total / (H * W), text[n])))
    return torch.stack(rows)

# %% right: channels moved to the front, adaptive pooling to one place
import torch
from torch.nn import functional as F


def pool_and_join(fmap, text):
    first = fmap.permute(0, 3, 1, 2)
    pooled = F.adaptive_avg_pool2d(first, output_size=1)
    return torch.cat((pooled.flatten(1), text), dim=-1)

# %% right: places as one axis, matrix product with a row of 1 / places
import torch


def pool_and_join(fmap, text):
    n, c = fmap.shape[0], fmap.shape[-1]
    places = fmap.reshape(n, -1, c)
    k = places.shape[1]
    weights = torch.full((n, 1, k), 1.0 / k, dtype=fmap.dtype, device=fmap.device)
    average = torch.bmm(weights, places)[:, 0, :]
    out = torch.empty(n, c + text.shape[1], dtype=fmap.dtype, device=fmap.device)
    out[:, :c] = average
    out[:, c:] = text
    return out

# %% wrong: averaged over axes 2 and 3 as if channels came first
import torch


def pool_and_join(fmap, text):
    pooled = fmap.mean(dim=[2, 3])
    return torch.cat([pooled, text], dim=1)

# %% wrong: the largest number instead of the average
import torch


def pool_and_join(fmap, text):
    pooled = fmap.amax(dim=(1, 2))
    return torch.cat([pooled, text], dim=1)

# %% wrong: text first, averages behind
import torch


def pool_and_join(fmap, text):
    averages = fmap.flatten(1, 2).mean(1)
    return torch.concat([text, averages], dim=1)

# %% wrong: sum instead of the average
import torch


def pool_and_join(fmap, text):
    pooled = torch.einsum("nijc->nc", fmap)
    return torch.cat((pooled, text), 1)

# %% wrong: reshaped to (N, C, places) without moving the axes
import torch


def pool_and_join(fmap, text):
    N, H, W, C = fmap.shape
    by_channel = fmap.reshape(N, C, H * W)
    return torch.cat([by_channel.mean(dim=2), text], dim=1)

# %% wrong: divided by H * H, right for square maps only
import torch


def pool_and_join(fmap, text):
    size = fmap.shape[1]
    total = fmap.sum(dim=1).sum(dim=1)
    return torch.cat([total / size**2, text], dim=1)

# %% wrong: squeeze drops the batch axis of a single picture (or a single channel) and cat fails
import torch
from torch.nn import functional as F


def pool_and_join(fmap, text):
    x = fmap.permute(0, 3, 1, 2)
    x = F.avg_pool2d(x, kernel_size=(x.shape[2], x.shape[3])).squeeze()
    return torch.cat([x, text], dim=1)

# %% wrong: through numpy, no gradient flows back
import numpy as np
import torch


def pool_and_join(fmap, text):
    f = fmap.detach().numpy()
    t = text.detach().numpy()
    joined = np.concatenate([f.mean(axis=(1, 2)), t], axis=1)
    return torch.from_numpy(joined)

# %% wrong: the result is float32 for float64 too
import torch


def pool_and_join(fmap, text):
    averages = fmap.mean(1).mean(1)
    joined = torch.cat([averages, text], dim=-1)
    return joined.float()

# %% wrong: places with zeros are left out of the average
import torch


def pool_and_join(fmap, text):
    filled = (fmap != 0).sum(dim=(1, 2)).clamp(min=1)
    pooled = fmap.sum(dim=(1, 2)) / filled.to(fmap.dtype)
    return torch.cat([pooled, text], dim=1)

# %% two: the largest number instead of the average; text first
import torch


def pool_and_join(fmap, text):
    top = fmap.flatten(1, 2).max(dim=1).values
    return torch.cat([text, top], dim=1)

# %% two: sum instead of the average; text detached, no gradient for it
import torch


def pool_and_join(fmap, text):
    rows = []
    for n in range(fmap.shape[0]):
        rows.append(torch.cat([fmap[n].sum(dim=0).sum(dim=0), text[n].detach()]))
    return torch.stack(rows)

# %% two: divided by W * W; result always float32
import torch


def pool_and_join(fmap, text):
    n, h, w, c = fmap.shape
    out = torch.zeros(n, c + text.shape[1])
    out[:, :c] = fmap.sum((1, 2)) / (w * w)
    out[:, c:] = text
    return out

# %% two: averaged over the whole batch too; fmap detached, no gradient for it
import torch


def pool_and_join(fmap, text):
    mean = fmap.detach().mean(dim=(0, 1, 2))
    return torch.cat([mean.expand(fmap.shape[0], -1), text], dim=1)
