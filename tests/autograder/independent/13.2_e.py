# %% right: einsum and amax
import torch


def grad_cam(act, grad):
    w = grad.mean(dim=(2, 3)).to(act.dtype)
    cam = torch.relu(torch.einsum("nc,nchw->nhw", w, act))
    top = cam.amax(dim=(1, 2), keepdim=True)
    return cam / torch.where(top > 0, top, torch.ones_like(top))


# %% right: loops over pictures and channels
import torch


def grad_cam(act, grad):
    N, C, H, W = act.shape
    out = torch.zeros(N, H, W, dtype=act.dtype)
    for n in range(N):
        total = torch.zeros(H, W, dtype=act.dtype)
        for c in range(C):
            weight = grad[n, c].sum().item() / (H * W)
            total = total + weight * act[n, c]
        total = total.clamp(min=0)
        biggest = total.max().item()
        if biggest > 0:
            out[n] = total / biggest
    return out


# %% right: numpy with np.divide and where
import numpy as np
import torch


def grad_cam(act, grad):
    A = act.detach().cpu().numpy()
    G = grad.detach().cpu().numpy()
    w = G.mean(axis=(2, 3), keepdims=True)
    cam = np.maximum((w * A).sum(axis=1), 0)
    top = cam.max(axis=(1, 2), keepdims=True)
    out = np.divide(cam, top, out=np.zeros_like(cam), where=top > 0)
    return torch.from_numpy(out).to(act.dtype)


# %% right: average pooling for the weights and bmm for the sum over channels
import torch
import torch.nn.functional as F


def grad_cam(act, grad):
    n, c, h, w = act.shape
    weights = F.adaptive_avg_pool2d(grad.to(act.dtype), 1).reshape(n, 1, c)
    cam = torch.bmm(weights, act.reshape(n, c, h * w)).squeeze(1)
    cam = F.relu(cam)
    top, _ = cam.max(dim=1, keepdim=True)
    safe = top.masked_fill(top <= 0, 1.0)
    return (cam / safe).reshape(n, h, w)


# %% right: over-long class with checks and one method for each step
import torch


class GradCam:
    def __init__(self, act, grad):
        if act.dim() != 4:
            raise ValueError("act must be (N, C, H, W)")
        if act.shape != grad.shape:
            raise ValueError("act and grad must have one shape")
        self.act = act.detach()
        self.grad = grad.detach().to(act.dtype)

    def weights(self):
        return self.grad.flatten(2).mean(-1)

    def raw(self):
        w = self.weights()
        return (self.act * w.unsqueeze(-1).unsqueeze(-1)).sum(dim=1)

    def positive(self):
        raw = self.raw()
        return torch.maximum(raw, torch.zeros_like(raw))

    def normalised(self):
        maps = self.positive()
        done = []
        for one in maps:
            top = one.max()
            if top > 0:
                done.append(one / top)
            else:
                done.append(torch.zeros_like(one))
        return torch.stack(done, dim=0)


def grad_cam(act, grad):
    return GradCam(act, grad).normalised()


# %% right: very short, nan_to_num for the pictures of zeros
import torch


def grad_cam(act, grad):
    m = (grad.mean((-2, -1), keepdim=True) * act).sum(1).relu()
    return (m / m.amax((-2, -1), keepdim=True)).nan_to_num(nan=0.0).to(act.dtype)


# %% wrong: adds 1e-8 to the largest value, which spoils small maps
import torch
import torch.nn.functional as F


def grad_cam(act, grad):
    weights = grad.mean(dim=(2, 3), keepdim=True)
    cam = F.relu((weights * act).sum(dim=1))
    return cam / (cam.amax(dim=(1, 2), keepdim=True) + 1e-8)


# %% wrong: divides by the largest value of the whole batch
import torch


def grad_cam(act, grad):
    w = grad.mean(dim=(2, 3))
    cam = torch.einsum("nc,nchw->nhw", w, act).clamp(min=0)
    top = cam.max()
    if top > 0:
        cam = cam / top
    return cam


# %% wrong: divides before the ReLU, so a map that is all negative is divided by a negative number and turns positive
import torch


def grad_cam(act, grad):
    cam = (grad.mean(dim=(2, 3), keepdim=True) * act).sum(dim=1)
    top = cam.flatten(1).max(dim=1).values
    top = torch.where(top == 0, torch.ones_like(top), top)
    return torch.relu(cam / top[:, None, None])


# %% wrong: the ReLU is put on each channel before the sum
import torch


def grad_cam(act, grad):
    N, C, H, W = act.shape
    cam = torch.zeros(N, H, W, dtype=act.dtype)
    for c in range(C):
        w = grad[:, c].mean(dim=(1, 2)).view(N, 1, 1)
        cam = cam + torch.relu(w * act[:, c])
    top = cam.view(N, -1).max(dim=1)[0].view(N, 1, 1)
    top[top == 0] = 1
    return cam / top


# %% wrong: multiplies place by place with the gradient and does not take its mean
import torch


def grad_cam(act, grad):
    cam = torch.einsum("nchw,nchw->nhw", grad, act).relu()
    top = cam.amax((1, 2), keepdim=True)
    return torch.where(top > 0, cam / top, torch.zeros_like(cam))


# %% wrong: the mean of the gradient also goes over the pictures of the batch
import numpy as np
import torch


def grad_cam(act, grad):
    A = act.detach().numpy()
    w = grad.detach().numpy().mean(axis=(0, 2, 3))
    cam = np.maximum(np.tensordot(A, w, axes=([1], [0])), 0)
    top = cam.max(axis=(1, 2), keepdims=True)
    top[top == 0] = 1
    return torch.from_numpy(cam / top).to(act.dtype)


# %% wrong: no guard, so a picture without a value above 0 gives NaN
import torch


def grad_cam(act, grad):
    def one(a, g):
        w = g.flatten(1).mean(1)
        m = torch.tensordot(w, a, dims=1).relu()
        return m / m.max()

    return torch.stack([one(a, g) for a, g in zip(act, grad)])


# %% wrong: the activations are multiplied in place, so the input is changed
import torch


def grad_cam(act, grad):
    w = grad.mean(dim=[2, 3], keepdim=True)
    act *= w
    cam = act.sum(dim=1).clamp_min(0)
    top = cam.amax(dim=(1, 2), keepdim=True)
    return cam / top.masked_fill(top == 0, 1)


# %% wrong: one picture without a value above 0 makes the whole batch 0
import torch


def grad_cam(act, grad):
    w = grad.mean(dim=(2, 3))
    cam = torch.relu((w[:, :, None, None] * act).sum(1))
    top = cam.amax(dim=(1, 2), keepdim=True)
    if (top <= 0).any():
        return torch.zeros_like(cam)
    return cam / top


# %% wrong: squeeze also drops axes of size 1 that belong to the result, as N = 1
import torch
import torch.nn.functional as F


class Cam(torch.nn.Module):
    def forward(self, act, grad):
        w = F.adaptive_avg_pool2d(grad, (1, 1))
        cam = F.relu((w * act).sum(dim=1, keepdim=True))
        top = cam.amax(dim=(1, 2, 3), keepdim=True)
        cam = cam / torch.where(top > 0, top, torch.ones_like(top))
        return cam.squeeze()


def grad_cam(act, grad):
    return Cam()(act, grad)


# %% two: the roles of activations and gradients are swapped; divides by the sum of the map and not by its largest value
import torch


def grad_cam(act, grad):
    w = act.mean(dim=(2, 3), keepdim=True)
    cam = torch.relu((w * grad).sum(1))
    total = cam.sum(dim=(1, 2), keepdim=True)
    return cam / torch.where(total > 0, total, torch.ones_like(total))


# %% two: the absolute value in place of the ReLU; each row of a map is divided by its own largest value
import torch


def grad_cam(act, grad):
    cam = torch.einsum("nc,nchw->nhw", grad.mean((2, 3)), act).abs()
    top = cam.max(dim=2, keepdim=True).values
    return cam / torch.where(top > 0, top, torch.ones_like(top))


# %% two: the weight is the largest gradient of a channel and not its mean; the result is always float32
import torch
import torch.nn.functional as F


def grad_cam(act, grad):
    w = F.adaptive_max_pool2d(grad, 1)
    cam = (w * act).sum(1).clamp(min=0).float()
    top = cam.amax(dim=(1, 2), keepdim=True)
    return cam / torch.where(top > 0, top, torch.ones_like(top))


# %% two: only positive gradients enter the mean; 1e-6 in the denominator spoils small maps
import torch


def grad_cam(act, grad):
    w = grad.clamp(min=0).mean(dim=(2, 3), keepdim=True)
    cam = (w * act).sum(dim=1).relu()
    return cam / (cam.amax(dim=(1, 2), keepdim=True) + 1e-6)
