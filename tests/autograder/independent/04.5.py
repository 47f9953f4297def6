# %% right: closed form with a safe division
import torch

def contrastive_grad(a, b, y, margin):
    n = a.shape[0]
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype).unsqueeze(1)
    safe = torch.where(d > 0, d, torch.ones_like(d))
    pull = y * diff
    push = (1 - y) * torch.clamp(margin - d, min=0) * diff / safe
    return (pull - push) / n

# %% right: autograd with a double where for the root
import torch

def contrastive_grad(a, b, y, margin):
    with torch.enable_grad():
        x = a.detach().clone().requires_grad_(True)
        sq = ((x - b.detach()) ** 2).sum(1)
        pos = sq > 0
        d = torch.where(pos, torch.where(pos, sq, torch.ones_like(sq)).sqrt(), torch.zeros_like(sq))
        loss = (y * d ** 2 + (1 - y) * (margin - d).clamp(min=0) ** 2).sum() / (2 * len(a))
        (g,) = torch.autograd.grad(loss, x)
    return g

# %% right: loop over the rows
import torch

def contrastive_grad(a, b, y, margin):
    N = len(a)
    rows = []
    for k in range(N):
        delta = (a[k] - b[k]).detach()
        dist = torch.sqrt(torch.dot(delta, delta))
        if dist == 0:
            rows.append(torch.zeros_like(delta))
        elif y[k] == 1:
            rows.append(delta / N)
        elif dist < margin:
            rows.append(-(margin - dist) / dist * delta / N)
        else:
            rows.append(torch.zeros_like(delta))
    return torch.stack(rows)

# %% right: NumPy, converted back
import numpy as np
import torch

def contrastive_grad(a, b, y, margin):
    A = a.detach().cpu().numpy()
    B = b.detach().cpu().numpy()
    Y = y.detach().cpu().numpy().astype(A.dtype)
    diff = A - B
    d = np.sqrt((diff ** 2).sum(axis=1))
    coef = np.zeros_like(d)
    nz = d > 0
    coef[nz] = Y[nz] - (1 - Y[nz]) * np.maximum(margin - d[nz], 0) / d[nz]
    return torch.from_numpy((coef[:, None] * diff / len(d)).astype(A.dtype))

# %% right: one coefficient per row, in place on a fresh tensor
import torch

def contrastive_grad(a: torch.Tensor, b: torch.Tensor, y: torch.Tensor, margin: float) -> torch.Tensor:
    if a.shape != b.shape or y.shape != a.shape[:1]:
        raise ValueError("shapes do not fit")
    with torch.no_grad():
        r = a - b
        d = torch.linalg.vector_norm(r, dim=1)
        weight = torch.zeros_like(d)
        weight[y == 1] = 1.0
        inside = (y == 0) & (d > 0) & (d < margin)
        weight[inside] = 1.0 - margin / d[inside]
        return weight[:, None] * r / r.shape[0]

# %% right: helper for dL/dd and unit vectors with normalize
import torch
import torch.nn.functional as F

def _dl_dd(d, y, margin):
    return (y * d - (1 - y) * F.relu(margin - d)) / d.numel()

def contrastive_grad(a, b, y, margin):
    diff = (a - b).detach()
    d = diff.norm(dim=-1)
    unit = F.normalize(diff, dim=-1, eps=1e-30)
    return torch.einsum("n,nd->nd", _dl_dd(d, y, margin), unit)

# %% wrong: divides by d without care, NaN where d = 0
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = (diff ** 2).sum(1, keepdim=True).sqrt()
    t = y.to(a.dtype).view(-1, 1)
    g = t * diff - (1 - t) * torch.clamp(margin - d, min=0) * diff / d
    return g / a.size(0)

# %% wrong: keeps the one half of the loss, 1/(2N)
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1)
    ok = d > 0
    c = torch.where(ok, (margin - d).clamp(min=0) / torch.where(ok, d, torch.ones_like(d)), torch.zeros_like(d))
    coef = y - (1 - y) * c
    return coef.unsqueeze(1) * diff / (2 * len(a))

# %% wrong: no 1/N, gradient of the summed loss
import torch

def contrastive_grad(a, b, y, margin):
    x = a.detach().clone().requires_grad_(True)
    with torch.enable_grad():
        d = torch.linalg.norm(x - b.detach(), dim=1)
        loss = 0.5 * (y * d ** 2 + (1 - y) * torch.relu(margin - d) ** 2)
        g = torch.autograd.grad(loss.sum(), x)[0]
    return g

# %% wrong: sign of the dissimilar term, pulls instead of pushing
import torch

def contrastive_grad(a, b, y, margin):
    delta = a - b
    dist = delta.norm(dim=1, keepdim=True)
    yy = y.to(a.dtype)[:, None]
    direction = torch.where(dist > 0, delta / dist, torch.zeros_like(delta))
    return (yy * delta + (1 - yy) * torch.clamp(margin - dist, min=0) * direction) / len(a)

# %% wrong: the gradient with respect to b (sign of everything)
import torch

def contrastive_grad(a, b, y, margin):
    n = a.shape[0]
    diff = b - a
    d = torch.sqrt((diff * diff).sum(dim=1))
    coef = torch.zeros_like(d)
    for i in range(n):
        if y[i] == 1:
            coef[i] = 1.0
        elif 0 < d[i] < margin:
            coef[i] = -(margin - d[i]) / d[i]
    return coef[:, None] * diff / n

# %% wrong: forgets to divide the push by d
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = torch.norm(diff, dim=1, keepdim=True)
    y = y.reshape(-1, 1).to(a.dtype)
    grad = y * diff - (1 - y) * torch.clamp(margin - d, min=0) * diff
    return grad / a.shape[0]

# %% wrong: no hinge, pairs beyond the margin get a gradient
import torch

def contrastive_grad(a, b, y, margin):
    e = a - b
    d = e.pow(2).sum(1).sqrt()
    zero = d == 0
    inv = torch.where(zero, torch.zeros_like(d), 1 / d)
    coefficient = y - (1 - y) * (margin - d) * inv
    coefficient = coefficient.masked_fill(zero, 0.0)
    return coefficient[:, None] * e / e.shape[0]

# %% wrong: distance clamped at 1e-3 in the quotient (differs for dissimilar pairs nearer than that)
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1).clamp(min=1e-3)
    coef = y - (1 - y) * torch.relu(margin - d) / d
    return torch.einsum("i,ij->ij", coef.to(a.dtype), diff) / len(diff)

# %% wrong: margin ignored, 1 in its place
import torch

def contrastive_grad(a, b, y, margin):
    with torch.no_grad():
        diff = a - b
        d = diff.norm(dim=1, keepdim=True)
        same = (y == 1).unsqueeze(1)
        unit = diff / d.clamp(min=1e-30)
        push = -(1.0 - d).clamp(min=0) * unit
        return torch.where(same, diff, push) / a.shape[0]

# %% wrong: labels swapped
import torch

def contrastive_grad(a, b, y, margin):
    n, _ = a.shape
    out = torch.zeros_like(a)
    for i in range(n):
        v = a[i] - b[i]
        d = v.norm()
        if d == 0:
            continue
        if y[i] == 0:
            out[i] = v / n
        else:
            out[i] = -torch.clamp(margin - d, min=0) * v / (d * n)
    return out

# %% wrong: hinge still squared in the derivative
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = torch.linalg.vector_norm(diff, dim=1, keepdim=True)
    hinge = torch.clamp(margin - d, min=0)
    unit = torch.nan_to_num(diff / d)
    y = y.to(diff.dtype).unsqueeze(-1)
    return (y * diff - (1 - y) * hinge ** 2 * unit) / diff.size(0)

# %% two: factor 1/(2N); no hinge
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True).clamp(min=1e-30)
    y = y.to(a.dtype).unsqueeze(1)
    return (y * diff - (1 - y) * (margin - d) * diff / d) / (2 * len(a))

# %% two: averaged over the rows to shape (D,); sign of the push
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    y = y.to(a.dtype)[:, None]
    unit = diff / torch.where(d == 0, torch.ones_like(d), d)
    return (y * diff + (1 - y) * torch.relu(margin - d) * unit).mean(dim=0)

# %% two: returns float64 always; push not divided by d
import torch

def contrastive_grad(a, b, y, margin):
    A, B, Y = a.detach().double(), b.detach().double(), y.double()
    diff = A - B
    d = diff.norm(dim=1)
    coef = Y - (1 - Y) * torch.clamp(margin - d, min=0)
    return coef[:, None] * diff / A.shape[0]


# %% right: derived by hand
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.pow(2).sum(1, keepdim=True).sqrt()
    y = y.to(a.dtype)[:, None]
    unit = torch.where(d > 0, diff / d.clamp(min=1e-30), torch.zeros_like(diff))
    g = y * diff - (1 - y) * torch.relu(margin - d) * unit
    return g / a.shape[0]

# %% right: loop over the pairs
import torch

def contrastive_grad(a, b, y, margin):
    n = a.shape[0]
    out = torch.zeros_like(a)
    for i in range(n):
        diff = a[i] - b[i]
        d = float(torch.linalg.norm(diff.double()))
        if d == 0:
            continue
        if y[i] == 1:
            out[i] = diff / n
        elif d < margin:
            out[i] = -(margin - d) / d * diff / n
    return out

# %% wrong: sign of the push is wrong
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    safe = torch.where(d == 0, torch.ones_like(d), d)
    y = y.to(a.dtype).unsqueeze(1)
    push = torch.clamp(margin - d, min=0) * diff / safe
    return (y * diff + (1 - y) * push) / len(a)

# %% wrong: 1/N forgotten
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = torch.sqrt((diff ** 2).sum(dim=1))
    coef = torch.where(y == 1, torch.ones_like(d), -(margin - d).clamp(min=0) / d.clamp(min=1e-12))
    return coef[:, None] * diff

# %% wrong: division by d gives NaN for identical rows
import torch

def contrastive_grad(a, b, y, margin):
    a2 = a.clone().requires_grad_(True)
    y = y.to(a.dtype)
    d = ((a2 - b) ** 2).sum(1).sqrt()
    loss = (y * d ** 2 + (1 - y) * torch.clamp(margin - d, min=0) ** 2).mean() / 2
    return torch.autograd.grad(loss, a2)[0]

# %% wrong: the push is not divided by d (no unit vector)
import torch

def contrastive_grad(a, b, y, margin):
    n = a.shape[0]
    delta = a - b
    dist = delta.norm(dim=1)
    y = y.to(a.dtype)
    scale = y - (1 - y) * torch.relu(margin - dist)
    return torch.einsum("n,nd->nd", scale, delta) / n

# %% two: gradient with respect to b; factor 2 kept, as if L had no one half
import torch

def contrastive_grad(a, b, y, margin):
    b = b.clone().requires_grad_()
    d = ((a - b) ** 2).sum(1).clamp(min=1e-14).sqrt()
    y = y.to(a.dtype)
    L = (y * d ** 2 + (1 - y) * (margin - d).clamp(min=0) ** 2).mean()
    L.backward()
    return b.grad

# %% two: pairs beyond the margin are pulled in (no maximum); similar ones use the unit vector
import torch

def contrastive_grad(a, b, y, margin):
    diff = a - b
    d = diff.norm(dim=1, keepdim=True)
    u = diff / d.clamp(min=1e-12)
    yy = y.to(a.dtype).view(-1, 1)
    return (yy * u - (1 - yy) * (margin - d) * u) / a.size(0)
