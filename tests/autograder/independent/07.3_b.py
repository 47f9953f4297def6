# %% right: mean over the two place axes, cat
import torch


def pool_and_join(fmap, text):
    return torch.cat([fmap.mean(dim=(1, 2)), text], dim=1)


# %% right: library pooling after permute to channels first
import torch
import torch.nn.functional as F


def pool_and_join(fmap, text):
    nchw = fmap.permute(0, 3, 1, 2)
    pooled = F.adaptive_avg_pool2d(nchw, 1).flatten(1)
    return torch.hstack((pooled, text))


# %% right: einsum with the sum over the places
import torch


def pool_and_join(fmap, text):
    n, h, w, c = fmap.shape
    avg = torch.einsum("nhwc->nc", fmap) / (h * w)
    return torch.concat((avg, text), dim=-1)


# %% right: a loop over pictures and places
import torch


def pool_and_join(fmap, text):
    rows = []
    for picture, sentence in zip(fmap, text):
        places = [v for line in picture for v in line]
        total = places[0]
        for v in places[1:]:
            total = total + v
        rows.append(torch.cat([total / len(places), sentence]))
    return torch.stack(rows)


# %% right: batched product with a row of weights 1/(HW), written into a new tensor
import torch


def pool_and_join(fmap, text):
    n, h, w, c = fmap.shape
    weights = torch.full((n, 1, h * w), 1.0 / (h * w), dtype=fmap.dtype)
    out = fmap.new_empty(n, c + text.shape[1])
    out[:, :c] = torch.bmm(weights, fmap.reshape(n, h * w, c)).squeeze(1)
    out[:, c:] = text
    return out


# %% wrong: takes the axes of channels first: averages over W and C
import torch


def pool_and_join(fmap, text):
    pooled = fmap.mean(dim=(2, 3))
    return torch.cat([pooled, text], dim=1)


# %% wrong: maximum over the places instead of the average
import torch


def pool_and_join(fmap, text):
    v = fmap.flatten(1, 2).max(dim=1).values
    return torch.cat([v, text], dim=1)


# %% wrong: text in front of the picture
import torch


def pool_and_join(fmap, text):
    img = fmap.mean(2).mean(1)
    return torch.cat([text, img], dim=-1)


# %% wrong: sum over the places, not divided by H * W
import torch


def pool_and_join(fmap, text):
    s = torch.einsum("nhwc->nc", fmap)
    return torch.cat((s, text), 1)


# %% wrong: reshapes to (N, C, H*W), which mixes places and channels
import torch


def pool_and_join(fmap, text):
    N, H, W, C = fmap.shape
    flat = fmap.reshape(N, C, H * W)
    return torch.cat([flat.mean(dim=-1), text], dim=1)


# %% wrong: divides by H squared, as if the map were square
import torch


def pool_and_join(fmap, text):
    h = fmap.shape[1]
    pooled = fmap.sum(dim=[1, 2]) / (h * h)
    return torch.cat([pooled, text], dim=1)


# %% wrong: averages over the pictures of the batch too, all rows get the same
import torch


def pool_and_join(fmap, text):
    mean = fmap.mean(dim=(0, 1, 2))
    return torch.cat([mean.expand(text.shape[0], -1), text], dim=1)


# %% wrong: averages only the active (nonzero) places
import torch


def pool_and_join(fmap, text):
    total = fmap.sum(dim=(1, 2))
    active = (fmap != 0).sum(dim=(1, 2)).clamp(min=1)
    return torch.cat([total / active, text], dim=1)


# %% wrong: treats the picture as a frozen feature: no gradient to fmap
import torch


def pool_and_join(fmap, text):
    with torch.no_grad():
        feat = fmap.mean(dim=(1, 2))
    return torch.cat([feat, text], dim=1)


# %% wrong: brings both parts to length 1 before it joins them
import torch
import torch.nn.functional as F


def pool_and_join(fmap, text):
    v = F.normalize(fmap.mean((1, 2)), dim=1)
    t = F.normalize(text, dim=1)
    return torch.cat([v, t], dim=1)


# %% two: averages over H only and takes the maximum over W; text in front
import torch


def pool_and_join(fmap, text):
    v = fmap.mean(dim=1).amax(dim=1)
    return torch.cat([text, v], dim=1)


# %% two: pooling without permute (axis 1 as channels); sum instead of mean
import torch


def pool_and_join(fmap, text):
    v = fmap.sum(dim=-1).sum(dim=-1)
    return torch.cat([v, text], dim=1)


# %% two: the text of the first row for all pictures; result in float32
import torch


def pool_and_join(fmap, text):
    v = fmap.mean(dim=(1, 2))
    t = text[:1].repeat(len(v), 1)
    return torch.cat([v, t], dim=1).float()


# %% two: subtracts the average from the caller's fmap in place; detached result
import torch


def pool_and_join(fmap, text):
    m = fmap.detach().mean(dim=(1, 2), keepdim=True).clone()
    fmap.data -= m
    return torch.cat([m[:, 0, 0, :], text.detach()], dim=1)
