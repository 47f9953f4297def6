# %% right: two passes, cached embedding gradients, autograd.grad per part
import torch


def cached_gradient(parts, w, encode, loss):
    with torch.no_grad():
        emb = [encode(x, w) for x in parts]
    z = torch.cat(emb).detach().requires_grad_(True)
    (gz,) = torch.autograd.grad(loss(z), z)
    total = torch.zeros_like(w)
    start = 0
    for x in parts:
        v = w.detach().clone().requires_grad_(True)
        e = encode(x, v)
        g = gz[start:start + x.shape[0]]
        start += x.shape[0]
        total += torch.autograd.grad(e, v, grad_outputs=g)[0]
    return total.detach()

# %% right: backward accumulates into a leaf copy of w, split by sizes
import torch


def cached_gradient(parts, w, encode, loss):
    sizes = [len(p) for p in parts]
    with torch.no_grad():
        z = torch.cat([encode(p, w) for p in parts], dim=0)
    z.requires_grad_(True)
    loss(z).backward()
    leaf = w.detach().clone()
    leaf.requires_grad_(True)
    for p, g in zip(parts, z.grad.split(sizes)):
        encode(p, leaf).backward(gradient=g)
    return leaf.grad.detach().clone()

# %% right: each part live in turn, the other embeddings constant
import torch


def cached_gradient(parts, w, encode, loss):
    with torch.no_grad():
        fixed = [encode(p, w).detach() for p in parts]
    result = torch.zeros_like(w)
    for i in range(len(parts)):
        leaf = w.detach().clone().requires_grad_()
        pieces = list(fixed)
        pieces[i] = encode(parts[i], leaf)
        value = loss(torch.cat(pieces, 0))
        result = result + torch.autograd.grad(value, leaf)[0].detach()
    return result

# %% right: surrogate loss (embedding times cached gradient), a leaf for each part
import torch


def cached_gradient(parts, w, encode, loss):
    leaves = []
    for p in parts:
        with torch.no_grad():
            leaves.append(encode(p, w))
    leaves = [e.detach().requires_grad_(True) for e in leaves]
    grads = torch.autograd.grad(loss(torch.cat(leaves)), leaves)
    acc = None
    for p, g in zip(parts, grads):
        v = w.detach().clone().requires_grad_(True)
        (encode(p, v) * g.detach()).sum().backward()
        acc = v.grad if acc is None else acc + v.grad
    return acc.detach()

# %% right: library vjp per part, summed by stack
import torch
from torch.autograd import functional as AF


def cached_gradient(parts, w, encode, loss):
    with torch.no_grad():
        z = torch.cat([encode(p, w.detach()) for p in parts])
    _, gz = AF.vjp(loss, z)
    out = []
    ends = torch.tensor([p.shape[0] for p in parts]).cumsum(0).tolist()
    for p, end in zip(parts, ends):
        seed = gz[end - p.shape[0]:end].contiguous()
        _, gw = AF.vjp(lambda v: encode(p, v), w.detach().clone(), seed)
        out.append(gw)
    return torch.stack(out).sum(0).detach()

# %% wrong: sum of the gradients of the parts' own losses
import torch


def cached_gradient(parts, w, encode, loss):
    total = torch.zeros_like(w)
    for x in parts:
        v = w.detach().clone().requires_grad_(True)
        total += torch.autograd.grad(loss(encode(x, v)), v)[0]
    return total

# %% wrong: the parts' gradients are averaged instead of summed
import torch


def cached_gradient(parts, w, encode, loss):
    with torch.no_grad():
        z = torch.cat([encode(x, w) for x in parts])
    z = z.requires_grad_(True)
    gz = torch.autograd.grad(loss(z), z)[0].split([len(x) for x in parts])
    grads = []
    for x, g in zip(parts, gz):
        v = w.clone().requires_grad_(True)
        grads.append(torch.autograd.grad(encode(x, v), v, g)[0])
    return torch.stack(grads).mean(0)

# %% wrong: only the last part's gradient is returned
import torch


def cached_gradient(parts, w, encode, loss):
    with torch.no_grad():
        z = torch.cat([encode(x, w) for x in parts], 0)
    z.requires_grad_()
    loss(z).backward()
    start = 0
    for x in parts:
        v = w.detach().clone().requires_grad_()
        e = encode(x, v)
        e.backward(z.grad[start:start + len(x)])
        start += len(x)
        grad = v.grad
    return grad

# %% wrong: the caller's w is made to require a gradient and keeps .grad
import torch


def cached_gradient(parts, w, encode, loss):
    w.requires_grad_(True)
    with torch.no_grad():
        z = torch.cat([encode(x, w) for x in parts])
    z.requires_grad_(True)
    loss(z).backward()
    for x, g in zip(parts, torch.split(z.grad, [p.size(0) for p in parts])):
        encode(x, w).backward(g)
    return w.grad.clone()

# %% wrong: all rows encoded at once, refused for more than four rows
import torch


def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    z = encode(torch.cat(parts, dim=0), v)
    return torch.autograd.grad(loss(z), v)[0]

# %% wrong: parts taken to be equally long, slices of the first part's length
import torch


def cached_gradient(parts, w, encode, loss):
    n = parts[0].shape[0]
    with torch.no_grad():
        z = torch.cat([encode(p, w) for p in parts])
    z = z.detach().requires_grad_(True)
    gz, = torch.autograd.grad(loss(z), z)
    out = torch.zeros_like(w)
    for i, p in enumerate(parts):
        v = w.detach().clone().requires_grad_(True)
        e = encode(p, v)
        out += torch.autograd.grad((e * gz[i * n:(i + 1) * n]).sum(), v)[0]
    return out

# %% wrong: leaf gradient added up without being cleared, early parts count several times
import torch


def cached_gradient(parts, w, encode, loss):
    with torch.no_grad():
        zs = [encode(p, w) for p in parts]
    z = torch.cat(zs).requires_grad_(True)
    loss(z).backward()
    cache = z.grad.split([len(q) for q in zs])
    leaf = w.detach().clone().requires_grad_(True)
    total = torch.zeros_like(w)
    for p, g in zip(parts, cache):
        torch.sum(encode(p, leaf) * g).backward()
        total = total + leaf.grad
    return total

# %% wrong: the accumulator is float32 for float64 inputs
import torch


def cached_gradient(parts, w, encode, loss):
    with torch.no_grad():
        z = torch.cat([encode(p, w) for p in parts])
    z.requires_grad_(True)
    gz = torch.autograd.grad(loss(z), z)[0]
    D, E = w.shape
    total = torch.zeros(D, E)
    i = 0
    for p in parts:
        v = w.detach().clone().requires_grad_(True)
        (g,) = torch.autograd.grad(encode(p, v), v, grad_outputs=gz[i:i + len(p)])
        total += g
        i += len(p)
    return total

# %% wrong: only the parts so far stand in the loss, later rows are missing
import torch


def cached_gradient(parts, w, encode, loss):
    done = []
    grad = torch.zeros_like(w)
    for p in parts:
        v = w.detach().clone().requires_grad_(True)
        e = encode(p, v)
        value = loss(torch.cat(done + [e]))
        grad += torch.autograd.grad(value, v)[0]
        done.append(e.detach())
    return grad

# %% wrong: the live part is put in front, the rows of the others behind it, not in order
import torch


def cached_gradient(parts, w, encode, loss):
    with torch.no_grad():
        cached = [encode(p, w) for p in parts]
    total = 0
    for i, p in enumerate(parts):
        v = w.detach().clone().requires_grad_(True)
        others = [c for j, c in enumerate(cached) if j != i]
        z = torch.cat([encode(p, v)] + others)
        total = total + torch.autograd.grad(loss(z), v)[0]
    return total

# %% two: each part's own loss; weighted by its share of the rows
import torch


def cached_gradient(parts, w, encode, loss):
    N = sum(len(p) for p in parts)
    g = torch.zeros_like(w)
    for p in parts:
        v = w.detach().clone().requires_grad_(True)
        g += len(p) / N * torch.autograd.grad(loss(encode(p, v)), v)[0]
    return g

# %% two: the list parts is emptied by pop; gradient divided by the number of rows
import torch


def cached_gradient(parts, w, encode, loss):
    with torch.no_grad():
        z = torch.cat([encode(p, w) for p in parts])
    z.requires_grad_(True)
    gz = torch.autograd.grad(loss(z), z)[0]
    n = z.shape[0]
    grad = torch.zeros_like(w)
    start = 0
    while parts:
        p = parts.pop(0)
        v = w.detach().clone().requires_grad_(True)
        grad += torch.autograd.grad(encode(p, v), v, gz[start:start + len(p)])[0]
        start += len(p)
    return grad / n

# %% two: caller's w left requiring a gradient; parts' gradients averaged
import torch


def cached_gradient(parts, w, encode, loss):
    w.requires_grad_()
    zs = []
    for p in parts:
        zs.append(encode(p, w).detach())
    z = torch.cat(zs).requires_grad_()
    gz = torch.autograd.grad(loss(z), z)[0]
    res, s = [], 0
    for p in parts:
        res.append(torch.autograd.grad(encode(p, w), w, gz[s:s + p.shape[0]])[0])
        s += p.shape[0]
    return sum(res) / len(parts)

# %% two: cached gradient not used (plain sum of the embeddings); only the last part returned
import torch


def cached_gradient(parts, w, encode, loss):
    with torch.no_grad():
        z = torch.cat([encode(p, w) for p in parts])
    z.requires_grad_(True)
    loss(z).backward()
    for p in parts:
        v = w.detach().clone().requires_grad_(True)
        encode(p, v).sum().backward()
    return v.grad
