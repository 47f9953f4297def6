# %% right: reshape, permute, reshape
import torch

def behind_flatten(kernel, channels, height, width):
    out = kernel.shape[1]
    k = kernel.reshape(height, width, channels, out)
    return k.permute(3, 2, 0, 1).reshape(out, channels * height * width)

# %% right: index of the rows, then transpose
import torch

def behind_flatten(kernel, channels, height, width):
    rows = torch.arange(height * width * channels, device=kernel.device).view(height, width, channels)
    order = rows.permute(2, 0, 1).reshape(-1)
    return kernel[order].t().contiguous()

# %% right: triple loop
import torch

def behind_flatten(kernel, channels, height, width):
    result = torch.empty(kernel.shape[1], channels * height * width, dtype=kernel.dtype, device=kernel.device)
    col = 0
    for c in range(channels):
        for h in range(height):
            for w in range(width):
                result[:, col] = kernel[(h * width + w) * channels + c]
                col += 1
    return result

# %% right: NumPy
import numpy as np
import torch

def behind_flatten(kernel, channels, height, width):
    a = kernel.detach().cpu().numpy().reshape(height, width, channels, -1)
    a = np.transpose(a, (3, 2, 0, 1)).reshape(a.shape[3], -1)
    return torch.from_numpy(a.copy())

# %% right: einsum on the unflattened kernel, guard
import torch

def behind_flatten(kernel: torch.Tensor, channels: int, height: int, width: int) -> torch.Tensor:
    if kernel.shape[0] != channels * height * width:
        raise ValueError("the kernel does not fit this picture")
    picture = kernel.unflatten(0, (height, width, channels))
    return torch.einsum("hwco->ochw", picture).flatten(start_dim=1)

# %% right: transposes first, then orders the columns by arithmetic
import torch

def behind_flatten(kernel, channels, height, width):
    hw = height * width
    j = torch.arange(channels * hw)
    c, place = j // hw, j % hw
    return kernel.T.index_select(1, place * channels + c)

# %% wrong: only transposed, the columns keep the order of Keras
import torch

def behind_flatten(kernel, channels, height, width):
    return kernel.t().contiguous()

# %% wrong: the rows are unflattened as (channels, height, width) before the permute [differs unless the picture is trivial]
import torch

def behind_flatten(kernel, channels, height, width):
    n_out = kernel.size(1)
    w = kernel.view(channels, height, width, n_out)
    return w.permute(3, 2, 0, 1).reshape(n_out, -1)

# %% wrong: height and width are exchanged in the result (width before height)
import torch

def behind_flatten(kernel, channels, height, width):
    o = kernel.shape[-1]
    return kernel.reshape(height, width, channels, o).permute(3, 2, 1, 0).reshape(o, -1)

# %% wrong: result is not transposed, shape (channels * height * width, out)
import torch

def behind_flatten(kernel, channels, height, width):
    o = kernel.shape[1]
    k = kernel.reshape(height, width, channels, o)
    k = k.movedim(2, 0)
    return k.reshape(channels * height * width, o)

# %% wrong: kernel is reshaped straight to (out, height, width, channels) instead of transposed first
import torch

def behind_flatten(kernel, channels, height, width):
    out = kernel.shape[1]
    w = kernel.reshape(out, height, width, channels)
    return w.permute(0, 3, 1, 2).reshape(out, -1)

# %% wrong: float32 in between and in the result [differs for float64]
import numpy as np
import torch

def behind_flatten(kernel, channels, height, width):
    k = np.asarray(kernel, dtype=np.float32).reshape(height, width, channels, -1)
    return torch.tensor(np.moveaxis(k, [3, 2], [0, 1]).reshape(k.shape[-1], -1))

# %% wrong: the channels come between height and width in the columns (height, channels, width)
import torch

def behind_flatten(kernel, channels, height, width):
    units = kernel.shape[1]
    pic = kernel.T.reshape(units, height, width, channels)
    return pic.transpose(2, 3).reshape(units, channels * height * width)

# %% wrong: view after permute raises an error, the memory is not contiguous
import torch

def behind_flatten(kernel, channels, height, width):
    x = kernel.view(height, width, channels, -1)
    x = x.permute(3, 2, 0, 1)
    return x.view(x.shape[0], channels * height * width)

# %% wrong: uses the inverse order (scatters where it should gather)
import torch

def behind_flatten(kernel, channels, height, width):
    n = height * width * channels
    order = torch.arange(n).reshape(height, width, channels).permute(2, 0, 1).flatten()
    moved = torch.empty_like(kernel)
    moved[order] = kernel
    return moved.t()

# %% wrong: gives back four axes (out, channels, height, width)
import torch

def behind_flatten(kernel, channels, height, width):
    return kernel.reshape(height, width, channels, kernel.shape[1]).permute(3, 2, 0, 1).contiguous()

# %% wrong: one channel is taken as needing no change, so the kernel is not transposed either [differs for channels = 1]
import torch

def behind_flatten(kernel, channels, height, width):
    if channels == 1:
        return kernel.clone()
    out = kernel.shape[1]
    w = kernel.T.reshape(out, height, width, channels)
    return w.permute(0, 3, 1, 2).reshape(out, -1)

# %% two: reads (channels, height, width) order; does not transpose
import torch

def behind_flatten(kernel, channels, height, width):
    k = kernel.reshape(channels, height, width, -1)
    return k.permute(1, 2, 0, 3).reshape(height * width * channels, -1)

# %% two: squeezes the result (out = 1 loses its axis); height and width are taken the wrong way round
import torch

def behind_flatten(kernel, channels, height, width):
    o = kernel.shape[1]
    w = kernel.reshape(width, height, channels, o).permute(3, 2, 1, 0)
    return w.reshape(o, -1).squeeze()

# %% two: only transposed, the order of the columns stays; float32
import torch

def behind_flatten(kernel, channels, height, width):
    return kernel.float().transpose(0, 1)


# %% right: reshape and permute
import torch

def behind_flatten(kernel, channels, height, width):
    out = kernel.shape[1]
    k = kernel.reshape(height, width, channels, out)
    return k.permute(3, 2, 0, 1).reshape(out, -1)

# %% right: loops over the places
import torch

def behind_flatten(kernel, channels, height, width):
    result = torch.empty(kernel.shape[1], kernel.shape[0], dtype=kernel.dtype)
    for h in range(height):
        for w in range(width):
            for c in range(channels):
                src = (h * width + w) * channels + c
                dst = (c * height + h) * width + w
                result[:, dst] = kernel[src].detach()
    return result

# %% wrong: transposed only
import torch

def behind_flatten(kernel, channels, height, width):
    return kernel.t().contiguous()

# %% wrong: rows read as (channels, height, width) from the start
import torch

def behind_flatten(kernel, channels, height, width):
    k = kernel.reshape(channels, height, width, -1)
    return k.permute(3, 1, 2, 0).reshape(kernel.shape[1], -1)

# %% wrong: height and width change places
import torch

def behind_flatten(kernel, channels, height, width):
    o = kernel.shape[-1]
    k = torch.einsum("hwco->ocwh", kernel.reshape(height, width, channels, o))
    return k.reshape(o, channels * width * height)

# %% wrong: result keeps Keras' shape (in, out)
import torch

def behind_flatten(kernel, channels, height, width):
    idx = torch.arange(height * width * channels).reshape(height, width, channels)
    return kernel[idx.permute(2, 0, 1).flatten()]

# %% two: reshaped into (out, ...) without turning; width taken for the slow axis of the picture
import torch

def behind_flatten(kernel, channels, height, width):
    out = kernel.shape[1]
    k = kernel.reshape(out, width, height, channels)
    return k.permute(0, 3, 2, 1).reshape(out, -1)

# %% two: inverse permutation of the columns; rows of the picture upside down
import torch

def behind_flatten(kernel, channels, height, width):
    n = height * width * channels
    idx = torch.arange(n).reshape(height, width, channels).flip(0).permute(2, 0, 1).flatten()
    inv = torch.empty_like(idx)
    inv[idx] = torch.arange(n)
    return kernel[inv].T
