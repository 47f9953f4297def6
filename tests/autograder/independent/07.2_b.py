# %% right: flip the last axis, subtract the means
import torch


def vgg_preprocess(x):
    mean = torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype, device=x.device)
    return x.flip(-1) - mean


# %% right: index list for the channels
import torch


def vgg_preprocess(x):
    return x[..., [2, 1, 0]] - x.new_tensor((103.939, 116.779, 123.68))


# %% right: channel by channel into an empty tensor
import torch


def vgg_preprocess(x):
    out = torch.empty_like(x, requires_grad=False)
    src = x.detach()
    red = src[:, :, :, 0]
    green = src[:, :, :, 1]
    blue = src[:, :, :, 2]
    out[:, :, :, 0] = blue - 103.939
    out[:, :, :, 1] = green - 116.779
    out[:, :, :, 2] = red - 123.68
    return out


# %% right: through numpy, means in the dtype of x
import numpy as np
import torch


def vgg_preprocess(x):
    a = x.detach().cpu().numpy()
    means = np.array([103.939, 116.779, 123.68], dtype=a.dtype)
    bgr = np.ascontiguousarray(a[:, :, :, ::-1])
    return torch.from_numpy(bgr - means).to(x.device)


# %% right: unbind the channels and stack them again
import torch

MEANS = {"b": 103.939, "g": 116.779, "r": 123.68}


def vgg_preprocess(x):
    r, g, b = x.unbind(dim=3)
    return torch.stack([b - MEANS["b"], g - MEANS["g"], r - MEANS["r"]], dim=3)


# %% wrong: channels stay red, green, blue
import torch


def vgg_preprocess(x):
    mean = torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype)
    return x - mean


# %% wrong: flips to BGR but subtracts the means in RGB order
import torch


def vgg_preprocess(x):
    bgr = x[..., [2, 1, 0]]
    mean_rgb = x.new_tensor([123.68, 116.779, 103.939])
    return bgr - mean_rgb


# %% wrong: also divides by a standard deviation
import torch


def vgg_preprocess(x):
    mean = torch.tensor([103.939, 116.779, 123.68]).to(x)
    std = torch.tensor([57.375, 57.12, 58.393]).to(x)
    return (torch.flip(x, dims=[-1]) - mean) / std


# %% wrong: subtracts the means in place, the input is changed
import torch


def vgg_preprocess(x):
    with torch.no_grad():
        x[..., 2] -= 103.939
        x[..., 1] -= 116.779
        x[..., 0] -= 123.68
    return x.flip(3)


# %% wrong: numpy slice [:, :, ::-1] mirrors the columns, not the channels
import numpy as np
import torch


def vgg_preprocess(x):
    a = x.detach().numpy()
    a = a[:, :, ::-1]
    a = a - np.array([103.939, 116.779, 123.68], dtype=a.dtype)
    return torch.from_numpy(a)


# %% wrong: a float64 numpy mean makes the result float64 for float32 pictures
import numpy as np
import torch


def vgg_preprocess(x):
    mean = np.array([103.939, 116.779, 123.68])
    arr = x.detach().cpu().numpy()[..., ::-1] - mean
    return torch.as_tensor(arr.copy())


# %% wrong: swaps red and blue without a temporary copy, blue ends up in both places
import torch


def vgg_preprocess(x):
    out = x.detach().clone()
    out[..., 0] = out[..., 2]
    out[..., 2] = out[..., 0]
    for c, m in enumerate((103.939, 116.779, 123.68)):
        out[..., c] -= m
    return out


# %% wrong: stacks picture by picture, crashes for N = 0
import torch


def vgg_preprocess(x):
    mean = torch.tensor((103.939, 116.779, 123.68), dtype=x.dtype)
    pictures = []
    for pic in x:
        pictures.append(pic.flip(-1) - mean)
    return torch.stack(pictures)


# %% wrong: rounds the pixels to uint8 first, fractions are cut off
import torch


def vgg_preprocess(x):
    pixels = x.to(torch.uint8)
    bgr = pixels.flip(-1).to(x.dtype)
    return bgr - torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype)


# %% wrong: takes dark pictures (all values at most 1) for scaled ones and multiplies them by 255
import torch


def vgg_preprocess(x):
    if x.numel() > 0 and x.max() <= 1.0:
        x = x * 255
    b, g, r = x[..., 2:3], x[..., 1:2], x[..., 0:1]
    return torch.cat([b - 103.939, g - 116.779, r - 123.68], dim=-1)


# %% two: returns channels first (N, 3, H, W); means in RGB order on BGR channels
import torch


def vgg_preprocess(x):
    y = x.flip(-1).permute(0, 3, 1, 2)
    mean = torch.tensor([123.68, 116.779, 103.939], dtype=x.dtype).view(1, 3, 1, 1)
    return y - mean


# %% two: flips every axis of the picture (rows and columns too); always returns float32
import torch


def vgg_preprocess(x):
    mean = torch.tensor([103.939, 116.779, 123.68])
    return torch.flip(x, dims=(1, 2, 3)).float() - mean


# %% two: scales to 0..1 first; writes into the input
import torch


def vgg_preprocess(x):
    x.detach().div_(255.0)
    mean = torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype) / 255.0
    return x[..., [2, 1, 0]] - mean


# %% two: clamps negative results to 0; rolls the channels (blue, red, green) instead of reversing them
import torch


def vgg_preprocess(x):
    y = torch.roll(x, shifts=1, dims=-1)
    y = y - torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype)
    return y.clamp(min=0)
