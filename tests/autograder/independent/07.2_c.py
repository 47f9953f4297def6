# %% right: fancy index on the last axis
import torch


def vgg_preprocess(x):
    return x[..., [2, 1, 0]] - x.new_tensor([103.939, 116.779, 123.68])


# %% right: numpy with a negative step
import numpy as np
import torch


def vgg_preprocess(x):
    a = x.detach().cpu().numpy()
    out = a[:, :, :, ::-1] - np.array([103.939, 116.779, 123.68], dtype=a.dtype)
    return torch.from_numpy(np.ascontiguousarray(out))


# %% right: unbind and stack the three channels
import torch


def vgg_preprocess(x):
    red, green, blue = torch.unbind(x, dim=-1)
    return torch.stack((blue - 103.939, green - 116.779, red - 123.68), dim=-1)


# %% right: matrix product with a permutation
import torch


def vgg_preprocess(x):
    swap = torch.tensor([[0, 0, 1], [0, 1, 0], [1, 0, 0]], dtype=x.dtype)
    mean = torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype)
    return torch.einsum("nhwc,ck->nhwk", x, swap) - mean


# %% right: empty result filled channel by channel
import torch

MEANS = {"blue": 103.939, "green": 116.779, "red": 123.68}
PLACE_IN = {"red": 0, "green": 1, "blue": 2}


def vgg_preprocess(x):
    out = torch.empty_like(x)
    for place_out, colour in enumerate(("blue", "green", "red")):
        plane = x.detach().narrow(3, PLACE_IN[colour], 1)
        out.narrow(3, place_out, 1).copy_(plane - MEANS[colour])
    return out


# %% wrong: channels are turned, the means stay in the order red, green, blue
import torch


def vgg_preprocess(x):
    means = torch.tensor([123.68, 116.779, 103.939], dtype=x.dtype)
    return x.flip(-1) - means


# %% wrong: channels are not turned
import torch


def vgg_preprocess(x):
    return x - torch.as_tensor((103.939, 116.779, 123.68), dtype=x.dtype).view(1, 1, 1, 3)


# %% wrong: ::-1 on the third axis turns the columns, not the channels
import numpy as np
import torch


def vgg_preprocess(x):
    bgr = x.numpy()[:, :, ::-1]
    out = bgr - np.asarray([103.939, 116.779, 123.68], dtype=bgr.dtype)
    return torch.from_numpy(out.copy())


# %% wrong: divided by 255 at the end
import torch


def vgg_preprocess(x):
    b, g, r = x[..., 2:3], x[..., 1:2], x[..., 0:1]
    bgr = torch.cat([b - 103.939, g - 116.779, r - 123.68], dim=3)
    return bgr / 255.0


# %% wrong: the means are taken off the input in place
import torch


def vgg_preprocess(x):
    x -= torch.tensor([123.68, 116.779, 103.939], dtype=x.dtype)
    return torch.flip(x, dims=(3,))


# %% wrong: picture by picture, crashes without pictures (N = 0)
import torch


def vgg_preprocess(x):
    mean = x.new_tensor([103.939, 116.779, 123.68])
    return torch.stack([picture[:, :, [2, 1, 0]] - mean for picture in x])


# %% wrong: negative values are clipped to 0
import torch


def vgg_preprocess(x):
    order = torch.tensor([2, 1, 0])
    out = x.index_select(3, order)
    out = out - torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype)
    return out.clamp(min=0)


# %% wrong: dark pictures (largest value up to 1) are taken for 0..1 and multiplied by 255
import torch


def vgg_preprocess(x):
    if x.numel() and x.max() <= 1.0:
        x = x * 255
    return x[:, :, :, [2, 1, 0]] - torch.tensor([103.939, 116.779, 123.68]).to(x.dtype)


# %% wrong: cast to uint8 first, fractions are lost
import numpy as np
import torch


def vgg_preprocess(x):
    img = x.numpy().astype(np.uint8)[..., ::-1]
    out = img.astype(np.float64) - np.array([103.939, 116.779, 123.68])
    return torch.tensor(out, dtype=x.dtype)


# %% wrong: means rounded to whole numbers (104, 117, 124)
import torch


def vgg_preprocess(x):
    y = torch.flip(x, [-1]).clone()
    for c, m in enumerate([104.0, 117.0, 124.0]):
        y[..., c] -= m
    return y


# %% two: pictures come out as (N, 3, H, W); means in the order red, green, blue
import torch


def vgg_preprocess(x):
    bgr = x.permute(0, 3, 1, 2).flip(1)
    return bgr - torch.tensor([123.68, 116.779, 103.939], dtype=x.dtype).view(1, 3, 1, 1)


# %% two: divided by the deviations of ImageNet too; channels not turned
import torch


def vgg_preprocess(x):
    mean = torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype)
    std = torch.tensor([57.375, 57.12, 58.395], dtype=x.dtype)
    return (x - mean) / std


# %% two: always float32; the mean is added instead of taken off
import torch


def vgg_preprocess(x):
    return x.float()[..., [2, 1, 0]] + torch.tensor([103.939, 116.779, 123.68])


# %% two: means of this batch instead of ImageNet; channels rolled to blue, red, green
import torch


def vgg_preprocess(x):
    y = torch.roll(x, shifts=1, dims=-1)
    if len(y) == 0:
        return y
    return y - y.mean(dim=(0, 1, 2))
