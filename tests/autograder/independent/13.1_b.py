# %% right: one gradient a step
import torch

def integrated_gradients(f, x, base, steps):
    x, base = x.detach(), base.detach()
    way = x - base
    total = torch.zeros_like(x)
    for k in range(steps):
        point = (base + (k + 0.5) / steps * way).requires_grad_(True)
        (g,) = torch.autograd.grad(f(point).sum(), point)
        total = total + g
    return way * total / steps

# %% right: all points in one call, steps outermost
import torch

def integrated_gradients(f, x, base, steps):
    n, d = x.shape
    alpha = (torch.arange(steps, dtype=x.dtype, device=x.device) + 0.5) / steps
    way = (x - base).detach()
    pts = base.detach()[None] + alpha[:, None, None] * way[None]      # (K, N, D)
    flat = pts.reshape(steps * n, d).clone().requires_grad_()
    grad = torch.autograd.grad(f(flat), flat, torch.ones(steps * n, dtype=x.dtype))[0]
    return way * grad.view(steps, n, d).mean(dim=0)

# %% right: all points in one call, rows outermost, einsum
import torch

def integrated_gradients(f, x, base, steps):
    b = base.detach().clone()
    delta = x.detach() - b
    t = torch.tensor([(2 * k + 1) / (2 * steps) for k in range(steps)], dtype=x.dtype)
    grid = b.unsqueeze(1) + torch.einsum("k,nd->nkd", t, delta)       # (N, K, D)
    grid = grid.flatten(0, 1).detach()
    grid.requires_grad = True
    values = f(grid)
    grads = torch.autograd.grad(values.sum(), grid)[0].unflatten(0, (x.shape[0], steps))
    return torch.einsum("nkd,nd->nd", grads, delta) / steps

# %% right: torch.autograd.functional.vjp, list of gradients stacked
import torch
from torch.autograd.functional import vjp

def integrated_gradients(f, x, base, steps):
    ones = torch.ones(x.shape[0], dtype=x.dtype)
    grads = []
    for k in range(1, steps + 1):
        t = (k - 0.5) / steps
        p = (1 - t) * base.detach() + t * x.detach()
        grads.append(vjp(f, p, ones)[1])
    return (x - base) * torch.stack(grads).mean(0)

# %% right: recursion by halves over the midpoints
import torch

def integrated_gradients(f, x, base, steps):
    start, end = base.detach(), x.detach()

    def grad_at(t):
        p = torch.lerp(start, end, t).clone().requires_grad_(True)
        with torch.enable_grad():
            s = f(p).sum()
        return torch.autograd.grad(s, p)[0]

    def summed(lo, hi):
        if hi - lo == 1:
            return grad_at((lo + 0.5) / steps)
        mid = (lo + hi) // 2
        return summed(lo, mid) + summed(mid, hi)

    return (end - start).mul(summed(0, steps)).div(steps)

# %% wrong: left end of each piece instead of the midpoint
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        p = (base + (k / steps) * (x - base)).detach().requires_grad_(True)
        total += torch.autograd.grad(f(p).sum(), p)[0]
    return (x - base) * total / steps

# %% wrong: right end of each piece (k from 1 to K over K)
import torch

def integrated_gradients(f, x, base, steps):
    grads = []
    for k in range(1, steps + 1):
        p = base + (k / steps) * (x - base)
        p = p.detach().requires_grad_()
        grads.append(torch.autograd.grad(f(p).sum(), p)[0])
    return (x - base) * torch.stack(grads, 0).mean(0)

# %% wrong: linspace from 0 to 1 with both ends
import torch

def integrated_gradients(f, x, base, steps):
    n, d = x.shape
    alpha = torch.linspace(0, 1, steps, dtype=x.dtype).view(-1, 1, 1)
    pts = (base + alpha * (x - base)).reshape(-1, d).detach().requires_grad_(True)
    g = torch.autograd.grad(f(pts).sum(), pts)[0].reshape(steps, n, d)
    return (x - base) * g.mean(0)

# %% wrong: times x instead of times the way
import torch

def integrated_gradients(f, x, base, steps):
    acc = 0
    for k in range(steps):
        t = (k + 0.5) / steps
        p = (base * (1 - t) + x * t).detach().requires_grad_(True)
        acc = acc + torch.autograd.grad(f(p).sum(), p)[0]
    return x * acc / steps

# %% wrong: base left out of the points, only right for base 0
import torch

def integrated_gradients(f, x, base, steps):
    way = x - base
    total = torch.zeros_like(x)
    for k in range(steps):
        p = ((k + 0.5) / steps * way).detach().requires_grad_(True)
        total = total + torch.autograd.grad(f(p).sum(), p)[0]
    return way * (total / steps)

# %% wrong: mean of f over the rows, gradient too small by N
import torch

def integrated_gradients(f, x, base, steps):
    way = x - base
    avg = torch.zeros_like(x)
    for k in range(steps):
        p = (base + (k + 0.5) / steps * way).detach()
        p.requires_grad_(True)
        out = f(p).mean()
        avg = avg + torch.autograd.grad(out, p)[0] / steps
    return way * avg

# %% wrong: points built as (K, N, D) but taken apart as (N, K, D)
import torch

def integrated_gradients(f, x, base, steps):
    n, d = x.shape
    a = (torch.arange(steps, dtype=x.dtype) + 0.5) / steps
    pts = base.unsqueeze(0) + a[:, None, None] * (x - base).unsqueeze(0)
    flat = pts.reshape(-1, d).detach().requires_grad_(True)
    g = torch.autograd.grad(f(flat).sum(), flat)[0]
    return (x - base) * g.reshape(n, steps, d).mean(dim=1)

# %% wrong: sum of the gradients, not divided by the steps
import torch

def integrated_gradients(f, x, base, steps):
    result = torch.zeros_like(x)
    for t in [(k + 0.5) / steps for k in range(steps)]:
        p = torch.lerp(base, x, t).detach().requires_grad_(True)
        result = result + (x - base) * torch.autograd.grad(f(p).sum(), p)[0]
    return result

# %% wrong: way from x to the base, sign of the result flipped
import torch

def integrated_gradients(f, x, base, steps):
    way = base - x
    total = torch.zeros_like(x)
    for k in range(steps):
        p = (x + (k + 0.5) / steps * way).detach().requires_grad_(True)
        total = total + torch.autograd.grad(f(p).sum(), p)[0]
    return way * total / steps

# %% wrong: gradient accumulates in .grad and is added up once more (never zeroed)
import torch

def integrated_gradients(f, x, base, steps):
    p = base.detach().clone().requires_grad_(True)
    total = torch.zeros_like(x)
    for k in range(steps):
        with torch.no_grad():
            p.copy_(base + (k + 0.5) / steps * (x - base))
        f(p).sum().backward(inputs=[p])
        total += p.grad
    return (x - base) * total / steps

# %% two: left end points; times x instead of the way
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        p = (base + k / steps * (x - base)).detach().requires_grad_(True)
        total += torch.autograd.grad(f(p).sum(), p)[0]
    return total / steps * x

# %% two: steps + 1 points with both ends; divided by steps
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps + 1):
        p = (base + k / steps * (x - base)).detach().requires_grad_(True)
        total = total + torch.autograd.grad(f(p).sum(), p)[0]
    return (x - base) * total / steps

# %% two: way forgotten as a factor; mean over the rows
import torch

def integrated_gradients(f, x, base, steps):
    grads = []
    for k in range(steps):
        p = (base + (k + 0.5) / steps * (x - base)).detach().requires_grad_(True)
        grads.append(torch.autograd.grad(f(p).mean(), p)[0])
    return sum(grads) / steps

# %% two: x is moved in place, changing the input; absolute values of the gradients
import torch

def integrated_gradients(f, x, base, steps):
    way = (x - base).clone()
    x.copy_(base).add_(way / (2 * steps))
    total = torch.zeros_like(x)
    for _ in range(steps):
        p = x.detach().clone().requires_grad_(True)
        total += torch.autograd.grad(f(p).sum(), p)[0].abs()
        x.add_(way / steps)
    return way * total / steps
