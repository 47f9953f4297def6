# %% right: permute with computed axes
import torch

def to_torch_layout(kernel):
    """A Keras kernel (..., in, out) as PyTorch's (out, in, ...)."""
    n = kernel.ndim
    return kernel.permute(n - 1, n - 2, *range(n - 2))

# %% right: einsum with an ellipsis
import torch

def to_torch_layout(kernel):
    return torch.einsum("...io->oi...", kernel)

# %% right: one case for each layer, written out
import torch

def to_torch_layout(kernel):
    axes = kernel.dim()
    if axes == 2:        # Dense
        return kernel.t()
    elif axes == 3:      # Conv1D
        return kernel.permute(2, 1, 0)
    elif axes == 4:      # Conv2D
        return kernel.permute(3, 2, 0, 1)
    elif axes == 5:      # Conv3D
        return kernel.permute(4, 3, 0, 1, 2)
    raise ValueError("unknown kernel")

# %% right: numpy moveaxis and a copy
import numpy as np
import torch

def to_torch_layout(kernel):
    a = kernel.detach().cpu().numpy()
    a = np.moveaxis(a, [-1, -2], [0, 1])
    return torch.from_numpy(np.ascontiguousarray(a).copy())

# %% right: filled in with loops over in and out
import torch

def to_torch_layout(kernel):
    *window, n_in, n_out = kernel.shape
    out = torch.empty([n_out, n_in] + list(window), dtype=kernel.dtype)
    for o in range(n_out):
        for i in range(n_in):
            out[o, i] = kernel[..., i, o]
    return out

# %% wrong: all axes turned round, so the window axes are in reverse order (W, H)
import torch

def to_torch_layout(kernel):
    order = list(range(kernel.ndim))[::-1]
    return kernel.permute(order)

# %% wrong: in and out not swapped, (in, out, window)
import torch

def to_torch_layout(kernel):
    return torch.movedim(kernel, (-2, -1), (0, 1))

# %% wrong: reshape instead of permute, numbers land in the wrong places
import torch

def to_torch_layout(kernel):
    *window, n_in, n_out = kernel.shape
    return kernel.reshape(n_out, n_in, *window)

# %% wrong: the window is flipped too, as for a true convolution
import torch

def to_torch_layout(kernel):
    n = kernel.dim()
    turned = kernel.permute(n - 1, n - 2, *range(n - 2))
    if n > 2:
        turned = turned.flip(dims=tuple(range(2, n)))
    return turned

# %% wrong: Dense is left as it is (in, out)
import numpy as np
import torch

def to_torch_layout(kernel):
    if kernel.ndim == 2:
        return kernel.clone()
    k = np.asarray(kernel.detach())
    k = np.transpose(k, (k.ndim - 1, k.ndim - 2) + tuple(range(k.ndim - 2)))
    return torch.tensor(k)

# %% wrong: only first and last axis swapped, right for Dense and Conv1D only
import torch

def to_torch_layout(kernel):
    return kernel.transpose(0, -1)

# %% wrong: only out is moved to the front, in stays at the end
import torch

def to_torch_layout(kernel):
    out_first = kernel.movedim(-1, 0)
    return out_first.contiguous()

# %% wrong: axes of size 1 are squeezed away
import torch

def to_torch_layout(kernel):
    dims = list(range(kernel.ndim))
    return kernel.permute(dims[-1], dims[-2], *dims[:-2]).squeeze()

# %% wrong: swaps the axes in place, the given kernel changes its shape
import torch

def to_torch_layout(kernel):
    kernel.transpose_(-1, -2)
    while_moved = kernel
    for _ in range(kernel.ndim - 2):
        while_moved = while_moved.movedim(0, -1)
    return while_moved

# %% wrong: table of axes with the three window axes of Conv3D in the wrong order (H, W, T)
import torch

AXES = {
    2: (1, 0),
    3: (2, 1, 0),
    4: (3, 2, 0, 1),
    5: (4, 3, 1, 2, 0),
}

def to_torch_layout(kernel):
    return torch.permute(kernel, AXES[kernel.ndim])

# %% two: window axes in reverse order; always float32
import torch

def to_torch_layout(kernel):
    out = kernel.float()
    last = out.ndim - 1
    return out.permute(*[last - a for a in range(out.ndim)]).contiguous()

# %% two: last two axes swapped but the window stays in front; axes of size 1 squeezed away
import torch

def to_torch_layout(kernel):
    return kernel.transpose(-2, -1).squeeze()

# %% two: in and out swapped only if they differ in size (a square layer is taken to fit already); Conv2D window read as (W, H)
import torch

def to_torch_layout(kernel):
    n = kernel.ndim
    window = list(range(n - 2))
    if n == 4:
        window = [1, 0]
    if kernel.shape[-1] != kernel.shape[-2]:
        return kernel.permute(n - 1, n - 2, *window)
    return kernel.permute(n - 2, n - 1, *window)

# %% two: result is a numpy array and not a tensor; Dense left as (in, out)
import numpy as np
import torch

def to_torch_layout(kernel):
    a = kernel.detach().numpy()
    if a.ndim == 2:
        return a.copy()
    return np.moveaxis(a, (-1, -2), (0, 1)).copy()
