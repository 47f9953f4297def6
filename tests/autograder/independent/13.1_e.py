# %% right: one step at a time with autograd.grad
import torch


def integrated_gradients(f, x, base, steps):
    way = x - base
    total = torch.zeros_like(x)
    for k in range(steps):
        point = (base + (k + 0.5) / steps * way).detach().requires_grad_(True)
        (grad,) = torch.autograd.grad(f(point).sum(), point)
        total = total + grad
    return way * total / steps

# %% right: all points of all rows in one call
import torch


def integrated_gradients(f, x, base, steps):
    n, d = x.shape
    x, base = x.detach(), base.detach()
    share = (torch.arange(steps, dtype=x.dtype, device=x.device) + 0.5) / steps
    points = torch.lerp(base.unsqueeze(0), x.unsqueeze(0), share.view(-1, 1, 1))
    flat = points.reshape(steps * n, d).requires_grad_(True)
    with torch.enable_grad():
        out = f(flat)
    grad = torch.autograd.grad(out, flat, grad_outputs=torch.ones_like(out))[0]
    return (x - base) * grad.view(steps, n, d).mean(dim=0)

# %% right: one row and one step at a time
import torch


def _gradient(f, row):
    row = row.clone().detach().unsqueeze(0).requires_grad_(True)
    return torch.autograd.grad(f(row)[0], row)[0].squeeze(0)


def integrated_gradients(f, x, base, steps):
    result = torch.empty_like(x)
    for n in range(x.shape[0]):
        way = x[n] - base[n]
        total = sum(_gradient(f, base[n] + way * ((2 * k + 1) / (2 * steps))) for k in range(steps))
        result[n] = way * (total / steps)
    return result

# %% right: the vjp of torch.autograd.functional
import torch
from torch.autograd.functional import vjp


def integrated_gradients(f, x, base, steps):
    ones = torch.ones(x.shape[0], dtype=x.dtype, device=x.device)
    grads = [vjp(f, torch.lerp(base, x, (k + 0.5) / steps), ones)[1] for k in range(steps)]
    return torch.stack(grads).mean(0) * (x - base)

# %% right: backward with inputs= into a fresh leaf, steps gathered in its grad
import torch


class Path:
    def __init__(self, x, base):
        self.base = base.detach().clone()
        self.way = x.detach() - self.base

    def point(self, share):
        return self.base + share * self.way


def integrated_gradients(f, x, base, steps):
    if steps < 1:
        raise ValueError("steps must be 1 or more")
    path = Path(x, base)
    shift = torch.zeros_like(path.base).requires_grad_(True)
    for k in range(steps):
        # d f(point + shift) / d shift at shift = 0 is the gradient at the point; .grad sums the steps
        f(path.point((k + 0.5) / steps) + shift).sum().backward(inputs=[shift])
    return path.way * shift.grad / steps

# %% right: full Jacobian and its diagonal blocks, recursion over the steps
import torch


def _sum_of_gradients(f, points):
    if len(points) == 1:
        jac = torch.autograd.functional.jacobian(f, points[0])
        return torch.einsum("nnd->nd", jac)
    middle = len(points) // 2
    return _sum_of_gradients(f, points[:middle]) + _sum_of_gradients(f, points[middle:])


def integrated_gradients(f, x, base, steps):
    way = x - base
    points = [base + way * (k + 0.5) / steps for k in range(steps)]
    return way * (_sum_of_gradients(f, points) / steps)

# %% wrong: the points run from 0 to 1 with both ends, not through the midpoints
import torch


def integrated_gradients(f, x, base, steps):
    way = x - base
    total = torch.zeros_like(x)
    for a in torch.linspace(0, 1, steps).tolist():
        p = (base + a * way).detach().requires_grad_(True)
        total += torch.autograd.grad(f(p).sum(), p)[0]
    return way * total / steps

# %% wrong: the gradient is not set to zero between the steps, so early steps count several times
import torch


def integrated_gradients(f, x, base, steps):
    way = x - base
    p = torch.zeros_like(x, requires_grad=True)
    total = torch.zeros_like(x)
    for k in range(steps):
        p.data = base + (k + 0.5) / steps * way
        f(p).sum().backward()
        total += p.grad
    return way * total / steps

# %% wrong: takes the gradient of the mean over the rows, which is too small by a factor N
import torch


def integrated_gradients(f, x, base, steps):
    way = (x - base).detach()
    grads = []
    for k in range(steps):
        p = (base + way * ((k + 0.5) / steps)).detach().requires_grad_()
        grads.append(torch.autograd.grad(f(p).mean(), p)[0])
    return way * torch.stack(grads).mean(0)

# %% wrong: the points lie step after step, but the gradients are folded back as if they lay row after row
import torch


def integrated_gradients(f, x, base, steps):
    n, d = x.shape
    alpha = (torch.arange(steps, dtype=x.dtype) + 0.5) / steps
    pts = base[None] + alpha[:, None, None] * (x - base)[None]
    pts = pts.reshape(-1, d).detach().requires_grad_(True)
    g = torch.autograd.grad(f(pts).sum(), pts)[0]
    return (x - base) * g.reshape(n, steps, d).mean(dim=1)

# %% wrong: walks along the way by adding to base in place, so the input is changed
import torch


def integrated_gradients(f, x, base, steps):
    way = x - base
    piece = way / steps
    total = torch.zeros_like(x)
    point = base
    point += piece / 2
    for _ in range(steps):
        p = point.clone().requires_grad_(True)
        total += torch.autograd.grad(f(p).sum(), p)[0]
        point += piece
    return way * total / steps

# %% wrong: the points are base plus a share of x, not of x - base
import torch
from torch.autograd.functional import vjp


def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    one = x.new_ones(x.shape[0])
    for k in range(steps):
        total = total + vjp(f, base + (k + 0.5) / steps * x, one)[1]
    return (x - base) * total / steps

# %% wrong: rescales every row so that it adds up exactly to f(x) - f(base)
import torch


def integrated_gradients(f, x, base, steps):
    way = x - base
    total = torch.zeros_like(x)
    for k in range(steps):
        p = (base + (k + 0.5) / steps * way).detach().requires_grad_(True)
        total += torch.autograd.grad(f(p).sum(), p)[0]
    a = way * total / steps
    with torch.no_grad():
        want = f(x) - f(base)
    have = a.sum(dim=1)
    factor = torch.where(have.abs() > 1e-12, want / have, torch.ones_like(have))
    return a * factor[:, None]

# %% wrong: the trapezoid rule over the ends of the pieces, not their midpoints
import torch


def integrated_gradients(f, x, base, steps):
    way = x - base
    total = torch.zeros_like(x)
    for k in range(steps + 1):
        p = torch.lerp(base, x, k / steps).detach().requires_grad_(True)
        g = torch.autograd.grad(f(p).sum(), p)[0]
        weight = 0.5 if k in (0, steps) else 1.0
        total += weight * g
    return way * total / steps

# %% wrong: each gradient is multiplied by the way to its own point, not by the whole way
import torch


def integrated_gradients(f, x, base, steps):
    parts = []
    for k in range(steps):
        p = (base + (k + 0.5) / steps * (x - base)).detach().requires_grad_(True)
        g = torch.autograd.grad(f(p).sum(), p)[0]
        parts.append((p.detach() - base) * g)
    return torch.stack(parts).mean(dim=0)

# %% wrong: f is called with a single row of shape (D,), though it takes only (N, D)
import torch


def integrated_gradients(f, x, base, steps):
    rows = []
    for xi, bi in zip(x, base):
        acc = torch.zeros_like(xi)
        for k in range(steps):
            p = (bi + (k + 0.5) / steps * (xi - bi)).detach().requires_grad_(True)
            acc += torch.autograd.grad(f(p).sum(), p)[0]
        rows.append((xi - bi) * acc / steps)
    return torch.stack(rows)

# %% two: the left ends of the pieces; not divided by the number of steps
import torch


def integrated_gradients(f, x, base, steps):
    way = x - base
    total = torch.zeros_like(x)
    for k in range(steps):
        p = (base + k / steps * way).detach().requires_grad_(True)
        total += torch.autograd.grad(f(p).sum(), p)[0]
    return way * total

# %% two: not multiplied by the way; the result is always float32
import torch


def integrated_gradients(f, x, base, steps):
    grads = []
    for k in range(steps):
        p = (base + (k + 0.5) / steps * (x - base)).detach().requires_grad_(True)
        grads.append(torch.autograd.grad(f(p).sum(), p)[0])
    return torch.stack(grads).mean(0).float()

# %% two: the right ends of the pieces; multiplied by x in place of x - base
import torch


def integrated_gradients(f, x, base, steps):
    n, d = x.shape
    alpha = torch.arange(1, steps + 1, dtype=x.dtype).div(steps).view(-1, 1, 1)
    pts = (base + alpha * (x - base)).reshape(-1, d).detach().requires_grad_(True)
    g, = torch.autograd.grad(f(pts).sum(), pts)
    return x * g.reshape(steps, n, d).mean(0)

# %% two: the steps are ignored and only the middle of the way is used; the sign is turned round
import torch


def integrated_gradients(f, x, base, steps):
    p = ((x + base) / 2).detach().requires_grad_(True)
    grad = torch.autograd.grad(f(p).sum(), p)[0]
    return (base - x) * grad
