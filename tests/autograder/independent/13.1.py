# %% right: one call a step, autograd.grad
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        point = (base + (k + 0.5) / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(point).sum(), point)[0]
    return (x - base) * total / steps

# %% right: all points at once
import torch

def integrated_gradients(f, x, base, steps):
    n, d = x.shape
    t = (torch.arange(steps, dtype=x.dtype) + 0.5) / steps
    points = base[None] + t[:, None, None] * (x - base)[None]
    flat = points.reshape(-1, d).detach().requires_grad_()
    grad, = torch.autograd.grad(f(flat).sum(), flat)
    return (x - base) * grad.reshape(steps, n, d).mean(0)

# %% right: backward and .grad
import torch

def integrated_gradients(f, x, base, steps):
    grads = []
    for a in torch.linspace(0.5 / steps, 1 - 0.5 / steps, steps, dtype=torch.float64).tolist():
        z = torch.lerp(base, x, a).detach().clone()
        z.requires_grad = True
        f(z).sum().backward()
        grads.append(z.grad)
    return torch.stack(grads).mean(dim=0) * (x - base)

# %% right: gradient with grad_outputs, enable_grad
import torch

def integrated_gradients(f, x, base, steps):
    way = x - base
    acc = 0
    with torch.enable_grad():
        for k in range(steps):
            z = (base + (2 * k + 1) / (2 * steps) * way).requires_grad_()
            y = f(z)
            acc = acc + torch.autograd.grad(y, z, grad_outputs=torch.ones_like(y))[0]
    return way * (acc / steps)

# %% right: gradient by x through the point
import torch

def integrated_gradients(f, x, base, steps):
    xx = x.detach().clone().requires_grad_(True)
    out = torch.zeros_like(x)
    for k in range(steps):
        t = (k + 0.5) / steps
        g = torch.autograd.grad(f(base + t * (xx - base)).sum(), xx)[0]
        out = out + g / t / steps
    return out * (x - base)

# %% right: torch.func.grad
import torch

def integrated_gradients(f, x, base, steps):
    gradient = torch.func.grad(lambda z: f(z).sum())
    way = (x - base).detach()
    parts = [gradient(base + way * ((k + 0.5) / steps)) for k in range(steps)]
    return way * torch.stack(parts, dim=-1).mean(dim=-1)

# %% right: from x back to base
def _gradient(f, z):
    z = z.detach().clone().requires_grad_(True)
    f(z).sum().backward()
    return z.grad

def integrated_gradients(f, x, base, steps):
    way = x - base
    return way * sum(_gradient(f, x - (k + 0.5) / steps * way) for k in range(steps)) / steps

# %% right: einsum over the steps
import torch

def integrated_gradients(f, x, base, steps):
    t = torch.arange(1, 2 * steps, 2, dtype=x.dtype) / (2 * steps)
    z = torch.cat([base * (1 - a) + x * a for a in t]).requires_grad_(True)
    g = torch.autograd.grad(f(z).sum(), z)[0].view(steps, *x.shape)
    return torch.einsum("knd,nd->nd", g, x - base) / steps

# %% wrong: left ends of the pieces
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        z = (base + k / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    return (x - base) * total / steps

# %% wrong: right ends of the pieces
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(1, steps + 1):
        z = (base + k / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    return (x - base) * total / steps

# %% wrong: not multiplied by the way
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        z = (base + (k + 0.5) / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    return total / steps

# %% wrong: multiplied by x, not x - base
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        z = (base + (k + 0.5) / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    return x * total / steps

# %% wrong: sum, not the mean
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        z = (base + (k + 0.5) / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    return (x - base) * total

# %% wrong: base taken as zero on the way
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        z = ((k + 0.5) / steps * x).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    return (x - base) * total / steps

# %% wrong: gradient at x only
import torch

def integrated_gradients(f, x, base, steps):
    z = x.clone().requires_grad_(True)
    return (x - base) * torch.autograd.grad(f(z).sum(), z)[0]

# %% wrong: sign, base - x
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        z = (base + (k + 0.5) / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    return (base - x) * total / steps

# %% wrong: mean of f over the rows, so the gradient is divided by N
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        z = (base + (k + 0.5) / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).mean(), z)[0]
    return (x - base) * total / steps

# %% wrong: absolute gradients
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        z = (base + (k + 0.5) / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0].abs()
    return (x - base) * total / steps

# %% wrong: linspace from 0 to 1 with both ends
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for a in torch.linspace(0, 1, steps).tolist():
        z = (base + a * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    return (x - base) * total / steps

# %% wrong: the factor t of the chain rule is left in
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        xx = x.clone().requires_grad_(True)
        t = (k + 0.5) / steps
        total += torch.autograd.grad(f(base + t * (xx - base)).sum(), xx)[0]
    return (x - base) * total / steps

# %% wrong: the gradient at the middle of the way only
import torch

def integrated_gradients(f, x, base, steps):
    z = ((x + base) / 2).requires_grad_(True)
    return (x - base) * torch.autograd.grad(f(z).sum(), z)[0]

# %% wrong: scaled so that it adds up to f(x) - f(base) exactly
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        z = (base + (k + 0.5) / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    a = (x - base) * total / steps
    with torch.no_grad():
        wanted = f(x) - f(base)
    return a + ((wanted - a.sum(1)) / x.shape[1])[:, None]

# %% wrong: divided by steps + 1
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        z = (base + (k + 0.5) / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    return (x - base) * total / (steps + 1)

# %% two: left ends; not multiplied by the way
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        z = (base + k / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    return total / steps

# %% two: right ends; multiplied by x
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(1, steps + 1):
        z = (base + k / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    return x * total / steps

# %% two: sum instead of mean; not multiplied by the way
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        z = (base + (k + 0.5) / steps * (x - base)).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    return total

# %% two: base taken as zero on the way; multiplied by x
import torch

def integrated_gradients(f, x, base, steps):
    total = torch.zeros_like(x)
    for k in range(steps):
        z = ((k + 0.5) / steps * x).requires_grad_(True)
        total += torch.autograd.grad(f(z).sum(), z)[0]
    return x * total / steps

# %% two: gradient at x only; multiplied by x
import torch

def integrated_gradients(f, x, base, steps):
    z = x.clone().requires_grad_(True)
    return x * torch.autograd.grad(f(z).sum(), z)[0]
