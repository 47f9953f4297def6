# %% right: vectorised, divide only where the largest is above 0
import torch


def grad_cam(act, grad):
    w = grad.mean(dim=(2, 3), keepdim=True)
    cam = torch.relu((w * act).sum(dim=1))
    top = cam.amax(dim=(1, 2), keepdim=True)
    return torch.where(top > 0, cam / torch.where(top > 0, top, torch.ones_like(top)), torch.zeros_like(cam))

# %% right: plain loops over pictures and channels
import torch


def grad_cam(act, grad):
    N, C, H, W = act.shape
    out = torch.zeros(N, H, W, dtype=act.dtype)
    for n in range(N):
        cam = torch.zeros(H, W, dtype=act.dtype)
        for c in range(C):
            weight = grad[n, c].sum() / (H * W)
            cam = cam + weight * act[n, c]
        cam[cam < 0] = 0
        top = cam.max()
        if top > 0:
            out[n] = cam / top
    return out

# %% right: einsum and in-place division of selected pictures of the own map
import torch


def grad_cam(act, grad):
    cam = torch.einsum("nc,nchw->nhw", grad.mean((-2, -1)), act).clamp(min=0)
    peak = cam.flatten(1).max(dim=1).values
    alive = peak > 0
    cam[alive] = cam[alive] / peak[alive][:, None, None]
    return cam

# %% right: numpy in double precision
import numpy as np
import torch


def grad_cam(act, grad):
    A = act.detach().cpu().numpy().astype(np.float64)
    G = grad.detach().cpu().numpy().astype(np.float64)
    w = G.mean(axis=(2, 3))
    cam = np.maximum(np.tensordot(np.ones(1), np.einsum("nc,nchw->nhw", w, A)[None], axes=1), 0.0)
    top = cam.max(axis=(1, 2), keepdims=True)
    out = np.divide(cam, top, out=np.zeros_like(cam), where=top > 0)
    return torch.from_numpy(out).to(act.dtype)

# %% right: batched matrix product and adaptive pooling
import torch
from torch.nn import functional as F


def grad_cam(act, grad):
    n, c, h, w = act.shape
    weights = F.adaptive_avg_pool2d(grad, 1).reshape(n, 1, c)
    cam = F.relu(torch.bmm(weights, act.reshape(n, c, h * w))).reshape(n, h * w)
    top, _ = cam.max(dim=1, keepdim=True)
    top = top.masked_fill(top == 0, 1.0)
    return (cam / top).reshape(n, h, w)

# %% wrong: 1e-8 added to the largest value, small maps are not divided to 1
import torch


def grad_cam(act, grad):
    w = grad.mean(dim=(2, 3), keepdim=True)
    cam = torch.relu((w * act).sum(1))
    return cam / (cam.amax(dim=(1, 2), keepdim=True) + 1e-8)

# %% wrong: divided by the largest value of the whole batch
import torch


def grad_cam(act, grad):
    weights = grad.mean((2, 3))
    cam = torch.einsum("nc,nchw->nhw", weights, act).relu()
    top = cam.max()
    if top == 0:
        return torch.zeros_like(cam)
    return cam / top

# %% wrong: the ReLU is forgotten, negative places stay
import torch


def grad_cam(act, grad):
    cam = (grad.mean((2, 3), keepdim=True) * act).sum(1)
    top = cam.amax((1, 2), keepdim=True)
    safe = torch.where(top > 0, top, torch.ones_like(top))
    return torch.where(top > 0, cam / safe, torch.zeros_like(cam))

# %% wrong: nan where no value is above 0
import torch


def grad_cam(act, grad):
    maps = []
    for A, G in zip(act, grad):
        w = G.mean(dim=(1, 2))
        m = torch.relu(torch.tensordot(w, A, dims=1))
        maps.append(m / m.max())
    return torch.stack(maps)

# %% wrong: gradient times activation place by place, not averaged over the places
import torch


def grad_cam(act, grad):
    cam = torch.relu((grad * act).sum(dim=1))
    top = cam.flatten(1).max(1).values[:, None, None]
    return cam / top.masked_fill(top <= 0, 1.0)

# %% wrong: arguments swapped, weights from the activations
import torch


def grad_cam(act, grad):
    alpha = act.mean(dim=[2, 3])
    cam = torch.clamp(torch.einsum("nc,nchw->nhw", alpha, grad), min=0)
    best = cam.amax(dim=[1, 2], keepdim=True)
    return torch.where(best > 0, cam / best.clamp(min=1e-30), torch.zeros_like(cam))

# %% wrong: ReLU on each weighted channel before the sum
import torch


def grad_cam(act, grad):
    N, C, H, W = act.shape
    cam = act.new_zeros(N, H, W)
    for c in range(C):
        w = grad[:, c].mean(dim=(1, 2)).view(N, 1, 1)
        cam += torch.relu(w * act[:, c])
    for n in range(N):
        m = cam[n].max()
        if m > 0:
            cam[n] /= m
    return cam

# %% wrong: stretched from 0 to 1, the smallest value is subtracted too
import torch


def grad_cam(act, grad):
    cam = torch.relu((grad.mean((2, 3), keepdim=True) * act).sum(1))
    lo = cam.amin((1, 2), keepdim=True)
    hi = cam.amax((1, 2), keepdim=True)
    span = hi - lo
    return torch.where(span > 0, (cam - lo) / span.masked_fill(span == 0, 1), (hi > 0).to(cam.dtype).expand_as(cam))

# %% wrong: weights averaged over the batch as well
import torch


def grad_cam(act, grad):
    w = grad.mean(dim=(0, 2, 3))
    cam = torch.einsum("c,nchw->nhw", w, act).clamp_min(0)
    peak = cam.amax(dim=(1, 2), keepdim=True)
    peak = torch.where(peak == 0, torch.ones_like(peak), peak)
    return cam / peak

# %% wrong: squeeze drops axes of size 1 (one picture, one row, one column)
import torch


def grad_cam(act, grad):
    w = grad.mean(dim=(2, 3), keepdim=True)
    cam = torch.relu((w * act).sum(dim=1, keepdim=True))
    top = cam.amax(dim=(2, 3), keepdim=True)
    top = top + (top == 0).to(top.dtype)
    return (cam / top).squeeze()

# %% two: no ReLU; the largest absolute value is the divisor
import torch


def grad_cam(act, grad):
    cam = (grad.mean((2, 3), keepdim=True) * act).sum(1)
    top = cam.abs().amax((1, 2), keepdim=True)
    return cam / torch.where(top > 0, top, torch.ones_like(top))

# %% two: floor of 1e-6 for the largest value; batch-wide largest value
import torch


def grad_cam(act, grad):
    cam = torch.relu(torch.einsum("nc,nchw->nhw", grad.mean((2, 3)), act))
    return cam / cam.max().clamp(min=1e-6)

# %% two: activations weighted in place (input changed); result float32
import torch


def grad_cam(act, grad):
    w = grad.mean(dim=(2, 3))
    for c in range(act.shape[1]):
        act[:, c] *= w[:, c, None, None]
    cam = torch.relu(act.sum(1))
    top = cam.amax((1, 2), keepdim=True)
    top[top == 0] = 1
    return (cam / top).float()

# %% two: ReLU on the gradients before the mean; nan for an empty map
import torch


def grad_cam(act, grad):
    w = grad.clamp(min=0).mean((2, 3), keepdim=True)
    cam = torch.relu((w * act).sum(1))
    return cam / cam.amax((1, 2), keepdim=True)
