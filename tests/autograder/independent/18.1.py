# %% right: permute with a computed order
import torch

def to_torch_layout(kernel):
    d = kernel.dim()
    return kernel.permute(d - 1, d - 2, *range(d - 2)).contiguous()

# %% right: two movedims
import torch

def to_torch_layout(kernel: torch.Tensor) -> torch.Tensor:
    out_first = torch.movedim(kernel, -1, 0)
    return torch.movedim(out_first, -1, 1)

# %% right: a table of orders by the number of axes
import torch

ORDERS = {2: (1, 0), 3: (2, 1, 0), 4: (3, 2, 0, 1), 5: (4, 3, 0, 1, 2)}

def to_torch_layout(kernel):
    return torch.permute(kernel, ORDERS[kernel.ndim]).clone()

# %% right: einsum with an ellipsis
import torch

def to_torch_layout(kernel):
    return torch.einsum("...io->oi...", kernel)

# %% right: NumPy transpose, guard
import numpy as np
import torch

def to_torch_layout(kernel):
    if not 2 <= kernel.dim() <= 5:
        raise ValueError("expected the kernel of a Dense or Conv layer")
    a = kernel.detach().cpu().numpy()
    axes = (a.ndim - 1, a.ndim - 2) + tuple(range(a.ndim - 2))
    return torch.from_numpy(np.ascontiguousarray(np.transpose(a, axes)))

# %% right: flattens the window, transposes, gives the window back
import torch

def to_torch_layout(kernel):
    *window, n_in, n_out = kernel.shape
    flat = kernel.reshape(-1, n_in, n_out)
    turned = flat.permute(2, 1, 0)
    return turned.reshape([n_out, n_in] + window)

# %% wrong: reverses all axes, so the window is turned (W, H) for two and more axes of the window
import torch

def to_torch_layout(kernel):
    return kernel.permute(*reversed(range(kernel.dim()))).contiguous()

# %% wrong: reshape instead of permute
import torch

def to_torch_layout(kernel):
    *win, i, o = kernel.shape
    return kernel.reshape(o, i, *win).clone()

# %% wrong: in and out are exchanged: (in, out, window)
import torch

def to_torch_layout(kernel):
    n = kernel.ndim
    return kernel.permute(n - 2, n - 1, *range(0, n - 2))

# %% wrong: handles only Conv2D and leaves other kernels as they are [differs for 2, 3 and 5 axes]
import torch

def to_torch_layout(kernel):
    if kernel.ndim == 4:
        return kernel.permute(3, 2, 0, 1).contiguous()
    return kernel.clone()

# %% wrong: Conv1D becomes (out, K, in) [differs for 3 axes]
import torch

def to_torch_layout(kernel):
    if kernel.dim() == 2:
        return kernel.t().contiguous()
    if kernel.dim() == 3:
        return kernel.permute(2, 0, 1).contiguous()
    if kernel.dim() == 4:
        return kernel.permute(3, 2, 0, 1).contiguous()
    return kernel.permute(4, 3, 0, 1, 2).contiguous()

# %% wrong: the window is also flipped (as for a true convolution)
import torch

def to_torch_layout(kernel):
    win = list(range(kernel.dim() - 2))
    w = torch.flip(kernel, dims=win) if win else kernel
    return w.permute(kernel.dim() - 1, kernel.dim() - 2, *win).contiguous()

# %% wrong: result is float32 [differs for float64]
import numpy as np
import torch

def to_torch_layout(kernel):
    k = np.array(kernel)
    k = np.moveaxis(k, [-1, -2], [0, 1])
    return torch.tensor(k, dtype=torch.float32)

# %% wrong: drops axes of size 1 [differs where a size is 1]
import torch

def to_torch_layout(kernel):
    w = kernel.movedim((-1, -2), (0, 1))
    return w.squeeze()

# %% wrong: only the out axis is moved, in stays behind the window (out, H, W, in) [differs for 3 to 5 axes]
import torch

def to_torch_layout(kernel):
    if kernel.dim() == 2:
        return kernel.T
    return torch.moveaxis(kernel, -1, 0).contiguous()

# %% wrong: turns the caller's tensor in place (transpose_), its shape changes
import torch

def to_torch_layout(kernel):
    d = kernel.dim()
    kernel.transpose_(0, d - 1)
    if d == 2:
        return kernel
    if d == 3:
        order = [0, 1, 2]
    elif d == 4:
        order = [0, 2, 3, 1]
    else:
        order = [0, 3, 4, 1, 2]
    return kernel.permute(order).contiguous()

# %% wrong: Conv3D window comes out as (H, W, T) [differs for 5 axes]
import torch

def to_torch_layout(kernel):
    perms = {2: [1, 0], 3: [2, 1, 0], 4: [3, 2, 0, 1], 5: [4, 3, 1, 2, 0]}
    return kernel.permute(perms[kernel.dim()]).contiguous()

# %% two: transposes only the last two axes, window stays in front; rounds to half precision on the way
import torch

def to_torch_layout(kernel):
    return kernel.half().transpose(-1, -2).to(kernel.dtype)

# %% two: order (in, out, window); the two axes of a Conv2D window are exchanged
import torch

def to_torch_layout(kernel):
    if kernel.dim() == 4:
        return kernel.permute(2, 3, 1, 0)
    n = kernel.dim()
    return kernel.permute(n - 2, n - 1, *range(n - 2))

# %% two: reversed axes for Conv2D and Conv3D; always float32
import torch

def to_torch_layout(kernel):
    w = kernel.to(torch.float32)
    return torch.permute(w, tuple(range(w.dim()))[::-1])


# %% right: permute
import torch

def to_torch_layout(kernel):
    n = kernel.dim()
    return kernel.permute(n - 1, n - 2, *range(n - 2))

# %% right: case by case
import torch

def to_torch_layout(kernel):
    specs = {2: "io->oi", 3: "kio->oik", 4: "hwio->oihw", 5: "thwio->oithw"}
    return torch.einsum(specs[kernel.ndim], kernel).clone()

# %% wrong: all axes reversed, so the window is turned too
import torch

def to_torch_layout(kernel):
    return kernel.permute(*reversed(range(kernel.dim())))

# %% wrong: only in and out exchanged, window stays in front
import torch

def to_torch_layout(kernel):
    return kernel.transpose(-1, -2).contiguous()

# %% wrong: reshaped instead of turned
import torch

def to_torch_layout(kernel):
    *window, c_in, c_out = kernel.shape
    return kernel.reshape(c_out, c_in, *window)

# %% wrong: in before out for convolutions
import torch

def to_torch_layout(kernel):
    if kernel.dim() == 2:
        return kernel.t()
    return torch.movedim(kernel, (-2, -1), (0, 1))

# %% two: only up to Conv2D is treated; the window of Conv2D is transposed
import torch

def to_torch_layout(kernel):
    if kernel.dim() == 2:
        return kernel.T
    if kernel.dim() == 3:
        return kernel.permute(2, 1, 0)
    if kernel.dim() == 4:
        return kernel.permute(3, 2, 1, 0)
    return kernel

# %% two: Dense kernel left as it is; window of convolutions flipped as for a true convolution
import torch

def to_torch_layout(kernel):
    n = kernel.dim()
    if n == 2:
        return kernel
    k = kernel.permute(n - 1, n - 2, *range(n - 2))
    return torch.flip(k, dims=tuple(range(2, n)))
