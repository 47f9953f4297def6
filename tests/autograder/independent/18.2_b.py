# %% right: reshape, permute, reshape
import torch


def behind_flatten(kernel, channels, height, width):
    out = kernel.shape[1]
    k = kernel.reshape(height, width, channels, out)
    return k.permute(3, 2, 0, 1).reshape(out, channels * height * width)

# %% right: plain loops over every place and channel
import torch


def behind_flatten(kernel, channels, height, width):
    n_out = kernel.shape[1]
    weight = torch.zeros(n_out, channels * height * width, dtype=kernel.dtype)
    for h in range(height):
        for w in range(width):
            for c in range(channels):
                row = (h * width + w) * channels + c
                col = (c * height + h) * width + w
                weight[:, col] = kernel[row, :]
    return weight

# %% right: permuted row numbers, then indexed
import torch


def behind_flatten(kernel, channels, height, width):
    rows = torch.arange(kernel.shape[0]).view(height * width, channels).t().reshape(-1)
    return kernel[rows].t().contiguous()

# %% right: numpy transpose
import numpy as np
import torch


def behind_flatten(kernel, channels, height, width):
    k = kernel.detach().cpu().numpy().reshape((height, width, channels, -1))
    w = np.transpose(k, (3, 2, 0, 1))
    return torch.from_numpy(np.ascontiguousarray(w).reshape(k.shape[-1], -1))

# %% right: every unit picture sent through the Keras layer (permutation matrix)
import torch


def behind_flatten(kernel, channels, height, width):
    n = channels * height * width
    pictures = torch.eye(n, dtype=kernel.dtype).reshape(n, channels, height, width)
    keras_flat = torch.einsum("nchw->nhwc", pictures).flatten(1)
    return (keras_flat @ kernel).T.contiguous()

# %% wrong: only transposed, the order of the columns stays Keras's
import torch


def behind_flatten(kernel, channels, height, width):
    return kernel.t().contiguous()

# %% wrong: rows read as (height, channels, width), the width as the fastest
import torch


def behind_flatten(kernel, channels, height, width):
    out = kernel.shape[1]
    k = kernel.reshape(height, channels, width, out)
    return k.permute(3, 1, 0, 2).reshape(out, -1).clone()

# %% wrong: height and width swapped when the rows are unpacked
import torch


def behind_flatten(kernel, channels, height, width):
    k = kernel.reshape(width, height, channels, -1)
    return k.permute(3, 2, 1, 0).reshape(kernel.shape[1], -1)

# %% wrong: columns in the order channels, width, height
import torch


def behind_flatten(kernel, channels, height, width):
    k = kernel.reshape(height, width, channels, kernel.shape[1])
    return torch.einsum("hwco->ocwh", k).reshape(kernel.shape[1], -1)

# %% wrong: the way back, from PyTorch's order to Keras's
import torch


def behind_flatten(kernel, channels, height, width):
    weight = torch.empty(kernel.shape[1], kernel.shape[0], dtype=kernel.dtype)
    for c in range(channels):
        for h in range(height):
            for w in range(width):
                weight[:, (h * width + w) * channels + c] = kernel[(c * height + h) * width + w]
    return weight

# %% wrong: the order is right but the result is not transposed, (C H W, out)
import torch


def behind_flatten(kernel, channels, height, width):
    out = kernel.shape[1]
    return kernel.reshape(height, width, channels, out).permute(2, 0, 1, 3).reshape(-1, out)

# %% wrong: reshaped to (out, ...) without transposing, numbers of the outputs mixed
import torch


def behind_flatten(kernel, channels, height, width):
    out = kernel.shape[1]
    k = kernel.reshape(out, height, width, channels)
    return k.permute(0, 3, 1, 2).reshape(out, -1)

# %% wrong: result float32 for a float64 kernel
import numpy as np
import torch


def behind_flatten(kernel, channels, height, width):
    k = np.array(kernel.tolist(), dtype=np.float32).reshape(height, width, channels, -1)
    k = k.transpose(3, 2, 0, 1).reshape(kernel.shape[1], -1)
    return torch.tensor(k)

# %% wrong: height used for the stride of a row of the picture, right only for square pictures
import torch


def behind_flatten(kernel, channels, height, width):
    idx = []
    for c in range(channels):
        for h in range(height):
            for w in range(width):
                idx.append(((h * height + w) * channels + c) % kernel.shape[0])
    return kernel[idx].T.contiguous()

# %% wrong: for one channel the kernel comes back as it is, not transposed
import torch


def behind_flatten(kernel, channels, height, width):
    if channels == 1:
        return kernel.clone()
    out = kernel.shape[-1]
    grid = kernel.reshape(height, width, channels, out)
    return grid.movedim(-1, 0).movedim(-1, 1).reshape(out, -1)

# %% two: only transposed, order not changed; result float32
import torch


def behind_flatten(kernel, channels, height, width):
    return kernel.T.float().contiguous()

# %% two: height and width flipped like a convolution kernel; order of columns width before height
import torch


def behind_flatten(kernel, channels, height, width):
    k = kernel.reshape(height, width, channels, -1).flip(0, 1)
    return k.permute(3, 2, 1, 0).reshape(kernel.shape[1], -1)

# %% two: result left with four axes (out, C, H, W); height and width swapped when unpacked
import torch


def behind_flatten(kernel, channels, height, width):
    k = kernel.reshape(width, height, channels, kernel.shape[1])
    return k.permute(3, 2, 1, 0).contiguous()

# %% two: channels taken in reversed order; squeeze for one output
import torch


def behind_flatten(kernel, channels, height, width):
    k = kernel.reshape(height, width, channels, -1).flip(2)
    return k.permute(3, 2, 0, 1).reshape(kernel.shape[1], -1).squeeze(0)
