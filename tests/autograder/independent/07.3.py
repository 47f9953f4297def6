# %% right: mean over two axes and cat
import torch

def pool_and_join(fmap, text):
    return torch.cat([fmap.mean(dim=(1, 2)), text], dim=1)

# %% right: reshape to places then mean
import torch

def pool_and_join(fmap, text):
    n, h, w, c = fmap.shape
    places = fmap.reshape(n, h * w, c)
    pooled = places.sum(1) / (h * w)
    return torch.hstack((pooled, text))

# %% right: einsum with a constant weight
import torch

def pool_and_join(fmap, text):
    _, H, W, _ = fmap.shape
    avg = torch.einsum("nhwc->nc", fmap) / float(H * W)
    return torch.cat((avg, text), -1)

# %% right: adaptive average pooling on channels first
import torch
import torch.nn.functional as F

def pool_and_join(fmap, text):
    x = fmap.permute(0, 3, 1, 2)
    x = F.adaptive_avg_pool2d(x, 1).flatten(1)
    return torch.cat([x, text], dim=1)

# %% right: loops over places
import torch

def pool_and_join(fmap, text):
    total = torch.zeros_like(fmap[:, 0, 0, :])
    for i in range(fmap.size(1)):
        for j in range(fmap.size(2)):
            total = total + fmap[:, i, j, :]
    total = total / (fmap.size(1) * fmap.size(2))
    return torch.cat([total, text], dim=1)

# %% right: checks the shapes, averages rows then columns
import torch
from torch import Tensor

def global_average_pool(t: Tensor) -> Tensor:
    return t.mean(2).mean(1)

def pool_and_join(fmap: Tensor, text: Tensor) -> Tensor:
    if fmap.dim() != 4 or text.dim() != 2:
        raise ValueError("fmap must be 4-d and text 2-d")
    if fmap.shape[0] != text.shape[0]:
        raise ValueError("different batch sizes")
    joined = [global_average_pool(fmap), text]
    return torch.concat(joined, dim=-1)

# %% wrong: sums over the places
import torch

def pool_and_join(fmap, text):
    pooled = fmap.flatten(1, 2).sum(dim=1)
    return torch.cat([pooled, text], dim=1)

# %% wrong: max pooling in place of the average
import torch

def pool_and_join(fmap, text):
    v = fmap.amax(dim=(1, 2))
    return torch.cat((v, text), dim=1)

# %% wrong: takes the map as channels first and averages over the last two axes
import torch

def pool_and_join(fmap, text):
    gap = torch.mean(fmap, dim=[2, 3])
    return torch.cat([gap, text], dim=1)

# %% wrong: text comes first
import torch

def pool_and_join(fmap, text):
    image_vec = fmap.mean((1, 2))
    return torch.cat([text, image_vec], dim=-1)

# %% wrong: reshape to (N, C, H*W) without a permute mixes channels with places
import torch

def pool_and_join(fmap, text):
    N, H, W, C = fmap.shape
    flat = fmap.reshape(N, C, H * W)
    img = flat.mean(dim=2)
    return torch.cat([img, text], dim=1)

# %% wrong: no gradient to the feature map (detached as a frozen backbone)
import torch

def pool_and_join(fmap, text):
    features = fmap.detach().mean(dim=(1, 2))
    out = torch.cat([features, text], dim=1)
    return out

# %% wrong: divides by the rows twice, H * H for H * W (differs when the map is not square)
import torch

def pool_and_join(fmap, text):
    side = fmap.shape[1]
    s = fmap.sum(dim=1).sum(dim=1)
    return torch.cat([s / (side * side), text], 1)

# %% wrong: averages over the batch too and gives each row the same picture part (differs for N > 1)
import torch

def pool_and_join(fmap, text):
    m = fmap.mean(dim=(0, 1, 2), keepdim=False)
    m = m.unsqueeze(0).expand(text.shape[0], -1)
    return torch.cat([m, text], dim=1)

# %% wrong: the result is float32 for float64 input
import torch

def pool_and_join(fmap, text):
    pooled = torch.mean(fmap.to(torch.float32), dim=(1, 2))
    return torch.cat((pooled, text.to(torch.float32)), dim=1)

# %% wrong: averages only over the places that are not zero (published masked pooling)
import torch

def pool_and_join(fmap, text):
    live = (fmap != 0).to(fmap.dtype)
    n_live = live.sum(dim=(1, 2)).clamp(min=1)
    pooled = fmap.sum(dim=(1, 2)) / n_live
    return torch.cat([pooled, text], dim=1)

# %% wrong: scales the text to length 1 before joining
import torch
import torch.nn.functional as F

def pool_and_join(fmap, text):
    img = fmap.mean(dim=2).mean(dim=1)
    t = F.normalize(text, dim=1)
    return torch.cat([img, t], dim=1)

# %% two: max pooling; text first
import torch

def pool_and_join(fmap, text):
    n, c = fmap.shape[0], fmap.shape[-1]
    best, _ = fmap.reshape(n, -1, c).max(dim=1)
    return torch.cat([text, best], dim=1)

# %% two: subtracts one in the count of places; no gradient to the text
import torch

def pool_and_join(fmap, text):
    n, h, w, c = fmap.size()
    count = max(h * w - 1, 1)
    pooled = fmap.sum((1, 2)) / count
    return torch.cat([pooled, text.data], dim=1)

# %% two: averages over the rows only and flattens the columns; text first
import torch

def pool_and_join(fmap, text):
    column_means = fmap.mean(dim=1)
    return torch.cat([text, column_means.flatten(1)], dim=1)


# %% right: mean over two axes
import torch

def pool_and_join(fmap, text):
    return torch.cat([fmap.mean(dim=(1, 2)), text], dim=1)

# %% right: einsum
import torch

def pool_and_join(fmap, text):
    n, h, w, c = fmap.shape
    pooled = torch.einsum("nhwc->nc", fmap) / (h * w)
    return torch.hstack((pooled, text))

# %% wrong: takes the map for channels first
import torch

def pool_and_join(fmap, text):
    pooled = fmap.mean(dim=(2, 3))
    return torch.cat((pooled, text), dim=-1)

# %% wrong: maximum instead of average
import torch

def pool_and_join(fmap, text):
    n, c = fmap.shape[0], fmap.shape[-1]
    pooled = fmap.reshape(n, -1, c).max(dim=1).values
    return torch.cat([pooled, text], dim=1)

# %% wrong: text in front
import torch

def pool_and_join(fmap, text):
    pooled = fmap.flatten(1, 2).mean(1)
    return torch.cat([text, pooled], dim=1)

# %% wrong: reshaped as (N, C, H*W) without moving the axes
import torch

def pool_and_join(fmap, text):
    n, h, w, c = fmap.shape
    pooled = fmap.reshape(n, c, h * w).mean(dim=-1)
    return torch.cat([pooled, text], dim=1)

# %% two: sum over the places; text detached
import torch

def pool_and_join(fmap, text):
    return torch.cat([fmap.sum(dim=(1, 2)), text.detach()], 1)

# %% two: averaged over the rows only, columns kept; text in front
import torch

def pool_and_join(fmap, text):
    col = fmap.mean(dim=1)
    return torch.cat([text, col.flatten(1)], dim=1)
