# %% right: mean, sum, relu, amax
import torch

def grad_cam(act, grad):
    w = grad.mean(dim=(2, 3), keepdim=True)
    cam = torch.relu((w * act).sum(dim=1))
    top = cam.amax(dim=(1, 2), keepdim=True)
    return cam / torch.where(top > 0, top, torch.ones_like(top))

# %% right: loop over the pictures
import torch

def grad_cam(act, grad):
    out = torch.zeros(act.shape[0], *act.shape[2:], dtype=act.dtype)
    for n in range(len(act)):
        cam = torch.zeros(act.shape[2:], dtype=act.dtype)
        for c in range(act.shape[1]):
            cam = cam + grad[n, c].mean() * act[n, c]
        cam = cam.clamp(min=0)
        if cam.max() > 0:
            out[n] = cam / cam.max()
    return out

# %% right: einsum
import torch
import torch.nn.functional as F

def grad_cam(act, grad):
    cam = F.relu(torch.einsum("nc,nchw->nhw", grad.mean((-2, -1)), act))
    flat = cam.flatten(1)
    top = flat.max(dim=1).values.clamp(min=1e-30)
    return (flat / top[:, None]).view_as(cam)

# %% right: bmm
import torch

def grad_cam(act, grad):
    n, c, h, w = act.shape
    weights = grad.flatten(2).mean(2)
    cam = torch.bmm(weights[:, None, :], act.reshape(n, c, h * w)).squeeze(1)
    cam = cam.clamp(min=0)
    top = cam.max(1, keepdim=True)[0]
    return torch.where(top > 0, cam / top, torch.zeros_like(cam)).reshape(n, h, w)

# %% right: NumPy in float64
import numpy as np
import torch

def grad_cam(act, grad):
    a, g = act.detach().numpy().astype(np.float64), grad.detach().numpy().astype(np.float64)
    cam = np.maximum((g.mean(axis=(2, 3))[:, :, None, None] * a).sum(axis=1), 0)
    top = cam.max(axis=(1, 2), keepdims=True)
    return torch.from_numpy(np.divide(cam, top, out=np.zeros_like(cam), where=top > 0)).to(act.dtype)

# %% right: adaptive average pooling
import torch
import torch.nn.functional as F

def grad_cam(act, grad):
    w = F.adaptive_avg_pool2d(grad, 1)
    cam = (act * w).sum(1).relu()
    return torch.nan_to_num(cam / cam.amax((-1, -2), keepdim=True))

# %% right: the largest value first, then relu
import torch

def grad_cam(act, grad):
    cam = (act * grad.mean((2, 3))[..., None, None]).sum(1)
    top = cam.flatten(1).amax(1)
    out = torch.zeros_like(cam)
    good = top > 0
    out[good] = cam[good].clamp(min=0) / top[good, None, None]
    return out

# %% right: helper for one picture
import torch

def _one(a, g):
    cam = torch.relu(torch.tensordot(g.mean(dim=(1, 2)), a, dims=1))
    top = cam.max()
    return cam / top if float(top) > 0 else torch.zeros_like(cam)

def grad_cam(act, grad):
    return torch.stack([_one(a, g) for a, g in zip(act, grad)])

# %% wrong: no ReLU
import torch

def grad_cam(act, grad):
    cam = (grad.mean((2, 3), keepdim=True) * act).sum(1)
    top = cam.amax((1, 2), keepdim=True)
    return cam / torch.where(top > 0, top, torch.ones_like(top))

# %% wrong: 1e-8 added to the divisor (of a sum of gradients; that scale would cancel)
import torch

def grad_cam(act, grad):
    cam = torch.relu((grad.sum((2, 3), keepdim=True) * act).sum(1))
    return cam / (cam.amax((1, 2), keepdim=True) + 1e-8)

# %% wrong: divided by the largest value of the batch
import torch

def grad_cam(act, grad):
    cam = torch.relu((grad.mean((2, 3), keepdim=True) * act).sum(1))
    top = cam.max()
    return cam / top if top > 0 else cam

# %% wrong: not divided
import torch

def grad_cam(act, grad):
    return torch.relu((grad.mean((2, 3), keepdim=True) * act).sum(1))

# %% wrong: nan for a map without a value above 0
import torch

def grad_cam(act, grad):
    cam = torch.relu((grad.mean((2, 3), keepdim=True) * act).sum(1))
    return cam / cam.amax((1, 2), keepdim=True)

# %% wrong: gradient times activation at each place, without the mean
import torch

def grad_cam(act, grad):
    cam = torch.relu((grad * act).sum(1))
    top = cam.amax((1, 2), keepdim=True)
    return cam / torch.where(top > 0, top, torch.ones_like(top))

# %% wrong: 1e-6 added to the divisor
import torch

def grad_cam(act, grad):
    cam = torch.relu((grad.mean((2, 3), keepdim=True) * act).sum(1))
    return cam / (cam.amax((1, 2), keepdim=True) + 1e-6)

# %% wrong: ReLU of each channel before the sum
import torch

def grad_cam(act, grad):
    cam = torch.relu(grad.mean((2, 3), keepdim=True) * act).sum(1)
    top = cam.amax((1, 2), keepdim=True)
    return cam / torch.where(top > 0, top, torch.ones_like(top))

# %% wrong: ReLU of the weights
import torch

def grad_cam(act, grad):
    cam = (torch.relu(grad.mean((2, 3), keepdim=True)) * act).sum(1).relu()
    top = cam.amax((1, 2), keepdim=True)
    return cam / torch.where(top > 0, top, torch.ones_like(top))

# %% wrong: act and grad swapped
import torch

def grad_cam(act, grad):
    cam = torch.relu((act.mean((2, 3), keepdim=True) * grad).sum(1))
    top = cam.amax((1, 2), keepdim=True)
    return cam / torch.where(top > 0, top, torch.ones_like(top))

# %% wrong: min-max normalised
import torch

def grad_cam(act, grad):
    cam = torch.relu((grad.mean((2, 3), keepdim=True) * act).sum(1))
    low, top = cam.amin((1, 2), keepdim=True), cam.amax((1, 2), keepdim=True)
    width = top - low
    return (cam - low) / torch.where(width > 0, width, torch.ones_like(width))

# %% wrong: divided by the sum
import torch

def grad_cam(act, grad):
    cam = torch.relu((grad.mean((2, 3), keepdim=True) * act).sum(1))
    total = cam.sum((1, 2), keepdim=True)
    return cam / torch.where(total > 0, total, torch.ones_like(total))

# %% wrong: absolute value instead of ReLU
import torch

def grad_cam(act, grad):
    cam = (grad.mean((2, 3), keepdim=True) * act).sum(1).abs()
    top = cam.amax((1, 2), keepdim=True)
    return cam / torch.where(top > 0, top, torch.ones_like(top))

# %% wrong: weights averaged over the batch too
import torch

def grad_cam(act, grad):
    w = grad.mean((0, 2, 3))
    cam = torch.relu((w[None, :, None, None] * act).sum(1))
    top = cam.amax((1, 2), keepdim=True)
    return cam / torch.where(top > 0, top, torch.ones_like(top))

# %% wrong: mean of the gradient over the channels, kept by place
import torch

def grad_cam(act, grad):
    cam = torch.relu((grad.mean(1, keepdim=True) * act).sum(1))
    top = cam.amax((1, 2), keepdim=True)
    return cam / torch.where(top > 0, top, torch.ones_like(top))

# %% two: no ReLU; nan without a value above 0
def grad_cam(act, grad):
    cam = (grad.mean((2, 3), keepdim=True) * act).sum(1)
    return cam / cam.amax((1, 2), keepdim=True)

# %% two: gradient times activation; divided by the largest of the batch
import torch

def grad_cam(act, grad):
    cam = torch.relu((grad * act).sum(1))
    top = cam.max()
    return cam / top if top > 0 else cam

# %% two: no ReLU; not divided
def grad_cam(act, grad):
    return (grad.mean((2, 3), keepdim=True) * act).sum(1)

# %% two: absolute value; divided by the sum
import torch

def grad_cam(act, grad):
    cam = (grad.mean((2, 3), keepdim=True) * act).sum(1).abs()
    total = cam.sum((1, 2), keepdim=True)
    return cam / torch.where(total > 0, total, torch.ones_like(total))

# %% two: act and grad swapped; not divided
import torch

def grad_cam(act, grad):
    return torch.relu((act.mean((2, 3), keepdim=True) * grad).sum(1))
