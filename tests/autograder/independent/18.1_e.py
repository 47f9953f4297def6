# %% right: permute, one line
def to_torch_layout(kernel):
    return kernel.permute(-1, -2, *range(kernel.ndim - 2))

# %% right: movedim of both axes at once
import torch


def to_torch_layout(kernel):
    return torch.movedim(kernel, (-1, -2), (0, 1)).contiguous()

# %% right: einsum with an ellipsis
import torch


def to_torch_layout(kernel):
    return torch.einsum("...io->oi...", kernel)

# %% right: a table of permutations, with a check
import torch

ORDER = {
    2: (1, 0),
    3: (2, 1, 0),
    4: (3, 2, 0, 1),
    5: (4, 3, 0, 1, 2),
}


def to_torch_layout(kernel):
    if kernel.dim() not in ORDER:
        raise ValueError(f"a kernel has 2 to 5 axes, not {kernel.dim()}")
    return torch.permute(kernel, ORDER[kernel.dim()]).clone()

# %% right: loops over the channels
import torch


def to_torch_layout(kernel):
    *window, n_in, n_out = kernel.shape
    out = torch.empty((n_out, n_in, *window), dtype=kernel.dtype, device=kernel.device)
    for o in range(n_out):
        for i in range(n_in):
            out[o, i] = kernel[..., i, o]
    return out

# %% right: numpy transpose
import numpy as np
import torch


def to_torch_layout(kernel):
    a = kernel.detach().cpu().numpy()
    a = np.moveaxis(a, -2, 0)      # in to the front
    a = np.moveaxis(a, -1, 0)      # then out before it
    return torch.from_numpy(np.array(a))

# %% wrong: reshape to the right shape, which mixes the numbers
def to_torch_layout(kernel):
    *window, n_in, n_out = kernel.shape
    return kernel.reshape(n_out, n_in, *window)

# %% wrong: all axes are reversed, so the window's axes too
import torch


def to_torch_layout(kernel):
    return torch.permute(kernel, tuple(reversed(range(kernel.ndim)))).contiguous()

# %% wrong: in comes before out
import torch


def to_torch_layout(kernel):
    return torch.movedim(kernel, (-2, -1), (0, 1))

# %% wrong: the window is flipped as for a true convolution
import torch


def to_torch_layout(kernel):
    out = torch.einsum("...io->oi...", kernel)
    if out.ndim > 2:
        out = torch.flip(out, dims=list(range(2, out.ndim)))
    return out

# %% wrong: the axes are swapped in place, so the input has another shape afterwards
def to_torch_layout(kernel):
    n = kernel.ndim
    for a in range(n - 1, 0, -1):
        kernel.transpose_(a, a - 1)
    for a in range(n - 1, 1, -1):
        kernel.transpose_(a, a - 1)
    return kernel.clone()

# %% wrong: built anew from a list, so float64 becomes float32
import torch


def to_torch_layout(kernel):
    axes = [kernel.ndim - 1, kernel.ndim - 2] + list(range(kernel.ndim - 2))
    return torch.tensor(kernel.permute(axes).tolist())

# %% wrong: after out has moved to the front the second move still takes axis -2, which is no longer in
import torch


def to_torch_layout(kernel):
    k = torch.movedim(kernel, -1, 0)
    k = torch.movedim(k, -2, 1)
    return k

# %% wrong: the axes of the window are flattened into one
def to_torch_layout(kernel):
    n_in, n_out = kernel.shape[-2:]
    if kernel.ndim == 2:
        return kernel.T
    flat = kernel.reshape(-1, n_in, n_out)
    return flat.permute(2, 1, 0)

# %% wrong: for Conv3D the time axis comes behind height and width
import torch


def to_torch_layout(kernel):
    order = {2: "io->oi", 3: "kio->oik", 4: "hwio->oihw", 5: "thwio->oihwt"}[kernel.dim()]
    return torch.einsum(order, kernel)

# %% wrong: a Dense kernel is given back as it is, not turned
def to_torch_layout(kernel):
    n_window = kernel.ndim - 2
    if n_window == 0:
        return kernel.clone()
    return kernel.permute(n_window + 1, n_window, *range(n_window))

# %% two: only out is brought to the front and in stays last; the window is flipped
import torch


def to_torch_layout(kernel):
    k = torch.moveaxis(kernel, -1, 0)
    if k.ndim > 2:
        k = k.flip(tuple(range(1, k.ndim - 1)))
    return k

# %% two: in comes before out; the result is always float32
def to_torch_layout(kernel):
    n = kernel.ndim
    return kernel.permute(n - 2, n - 1, *range(n - 2)).float()

# %% two: a numpy array is returned, not a tensor; the window's axes are reversed
def to_torch_layout(kernel):
    return kernel.detach().cpu().numpy().transpose().copy()

# %% two: axes of size 1 are dropped; the window's axes are reversed
import torch


def to_torch_layout(kernel):
    n = kernel.dim()
    order = [n - 1, n - 2] + list(range(n - 3, -1, -1))
    return torch.permute(kernel, order).squeeze()
