# %% right: flip the last axis and subtract
import torch

def vgg_preprocess(x):
    mean = torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype, device=x.device)
    return torch.flip(x, dims=[-1]) - mean

# %% right: fancy index with the list 2, 1, 0
import torch

def vgg_preprocess(x):
    bgr = x[..., [2, 1, 0]]
    return bgr - x.new_tensor((103.939, 116.779, 123.68))

# %% right: splits the channels and stacks them again
import torch

def vgg_preprocess(x):
    red, green, blue = x.unbind(dim=3)
    return torch.stack((blue - 103.939, green - 116.779, red - 123.68), dim=3)

# %% right: through NumPy with a copy
import numpy as np
import torch

def vgg_preprocess(x):
    arr = x.detach().cpu().numpy()[..., ::-1].copy()
    arr -= np.array([103.939, 116.779, 123.68], dtype=arr.dtype)
    return torch.from_numpy(arr).to(x.device)

# %% right: empty_like filled channel by channel
import torch

MEANS_BGR = {0: 103.939, 1: 116.779, 2: 123.68}

def vgg_preprocess(x: torch.Tensor) -> torch.Tensor:
    if x.ndim != 4 or x.shape[-1] != 3:
        raise ValueError(f"expected (N, H, W, 3), got {tuple(x.shape)}")
    out = torch.empty_like(x)
    for c, m in MEANS_BGR.items():
        out[:, :, :, c] = x[:, :, :, 2 - c] - m
    return out

# %% right: subtract means in rgb order first, then permute with a matrix free index_select
import torch

def vgg_preprocess(x):
    rgb_mean = torch.as_tensor([123.68, 116.779, 103.939], dtype=x.dtype, device=x.device).view(1, 1, 1, 3)
    centred = x - rgb_mean
    order = torch.tensor([2, 1, 0], device=x.device)
    return centred.index_select(3, order)

# %% wrong: the channels stay red, green, blue (with the matching means)
import torch

def vgg_preprocess(x):
    mean = torch.tensor([123.68, 116.779, 103.939], dtype=x.dtype, device=x.device)
    return x - mean

# %% wrong: means in the order red, green, blue after the swap
import torch

def vgg_preprocess(x):
    IMAGENET_MEAN = (123.68, 116.779, 103.939)
    x = x.flip(-1)
    return x - torch.tensor(IMAGENET_MEAN, dtype=x.dtype)

# %% wrong: swaps to BGR but divides by the standard deviations as well
import torch

def vgg_preprocess(x):
    mean = x.new_tensor([103.939, 116.779, 123.68])
    std = x.new_tensor([57.375, 57.12, 58.395])
    return (x[..., [2, 1, 0]] - mean) / std

# %% wrong: scales to 0..1 after the subtraction (divides by 255)
import torch

def vgg_preprocess(x):
    b, g, r = x[..., 2], x[..., 1], x[..., 0]
    y = torch.stack([b, g, r], dim=-1)
    y = y - torch.tensor([103.939, 116.779, 123.68], dtype=y.dtype)
    return y / 255.0

# %% wrong: subtracts in place before the copy, so the input changes
import torch

def vgg_preprocess(x):
    x[..., 0] -= 123.68
    x[..., 1] -= 116.779
    x[..., 2] -= 103.939
    return x[..., [2, 1, 0]]

# %% wrong: flips the columns together with the channels
import torch

def vgg_preprocess(x):
    out = torch.flip(x, dims=(2, 3))
    out = out - torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype, device=x.device)
    return out

# %% wrong: returns channels first (N, 3, H, W)
import torch

def vgg_preprocess(x):
    y = x.permute(0, 3, 1, 2)[:, [2, 1, 0]]
    m = torch.tensor([103.939, 116.779, 123.68], dtype=y.dtype).view(1, 3, 1, 1)
    return (y - m).contiguous()

# %% wrong: always float32, also for float64 pictures
import torch

def vgg_preprocess(x):
    x = x.float()
    mean = torch.tensor([103.939, 116.779, 123.68])
    return x[:, :, :, [2, 1, 0]] - mean

# %% wrong: subtracts the means of the given batch in place of the ImageNet means
import torch

def vgg_preprocess(x):
    bgr = x.flip(dims=(3,))
    mu = bgr.mean(dim=(0, 1, 2), keepdim=True)
    return bgr - mu

# %% wrong: rolls the channels (blue, red, green) rather than turning them round
import torch

def vgg_preprocess(x):
    shifted = torch.roll(x, shifts=1, dims=-1)
    return shifted - torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype, device=x.device)

# %% wrong: an empty batch fails, because it stacks a list of pictures (N = 0)
import torch

def _one(img):
    b = img[:, :, 2] - 103.939
    g = img[:, :, 1] - 116.779
    r = img[:, :, 0] - 123.68
    return torch.stack([b, g, r], -1)

def vgg_preprocess(x):
    return torch.stack([_one(img) for img in x])

# %% two: stays in RGB order; adds the means
import torch

def vgg_preprocess(x):
    mean = torch.tensor([123.68, 116.779, 103.939]).to(x)
    return x + mean

# %% two: scales to -1..1 as for MobileNet; does not subtract the means
import torch

def vgg_preprocess(x):
    x = x[..., [2, 1, 0]]
    return x / 127.5 - 1.0

# %% two: the result is float64 for float32 input; clamped at 0
import numpy as np
import torch

def vgg_preprocess(x):
    a = np.asarray(x.detach(), dtype=np.float64)
    a = a[..., ::-1] - np.array([103.939, 116.779, 123.68])
    a = np.maximum(a, 0.0)
    return torch.from_numpy(a.copy())


# %% right: index the channels
import torch

def vgg_preprocess(x):
    mean = torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype)
    return x[..., [2, 1, 0]] - mean

# %% right: channel by channel
import torch

def vgg_preprocess(x):
    r, g, b = x.unbind(dim=-1)
    return torch.stack([b - 103.939, g - 116.779, r - 123.68], dim=-1)

# %% wrong: channels stay red, green, blue
import torch

def vgg_preprocess(x):
    return x - torch.tensor([123.68, 116.779, 103.939], dtype=x.dtype)

# %% wrong: means in the order red, green, blue after the swap
import torch

def vgg_preprocess(x):
    bgr = torch.flip(x, dims=[-1])
    mean = torch.tensor((123.68, 116.779, 103.939), dtype=x.dtype)
    return bgr - mean

# %% wrong: flips the picture left to right as well
import torch

def vgg_preprocess(x):
    y = torch.flip(x, dims=(2, 3)).clone()
    for c, m in enumerate([103.939, 116.779, 123.68]):
        y[..., c] -= m
    return y

# %% wrong: subtracts in the input itself
import torch

def vgg_preprocess(x):
    with torch.no_grad():
        x[..., 0] -= 123.68
        x[..., 1] -= 116.779
        x[..., 2] -= 103.939
    return x.flip(-1)

# %% two: scaled to 0 .. 1 first; ImageNet means and deviations of torchvision
import torch

def vgg_preprocess(x):
    x = x.flip(-1) / 255.0
    mean = torch.tensor([0.406, 0.456, 0.485], dtype=x.dtype)
    std = torch.tensor([0.225, 0.224, 0.229], dtype=x.dtype)
    return (x - mean) / std

# %% two: channels first in the result; mean of the batch itself subtracted
import torch

def vgg_preprocess(x):
    bgr = x[..., [2, 1, 0]]
    bgr = bgr - bgr.mean(dim=(0, 1, 2))
    return bgr.permute(0, 3, 1, 2)
