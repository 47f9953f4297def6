# %% right: two passes, dot product with the cache
import torch

def cached_gradient(parts, w, encode, loss):
    w = w.detach().clone().requires_grad_(True)
    with torch.no_grad():
        z = torch.cat([encode(p, w) for p in parts])
    z.requires_grad_(True)
    (cache,) = torch.autograd.grad(loss(z), z)
    total, start = torch.zeros_like(w), 0
    for p in parts:
        g = cache[start : start + len(p)]
        total = total + torch.autograd.grad((encode(p, w) * g).sum(), w)[0]
        start += len(p)
    return total.detach()

# %% right: grad_outputs
import torch

def cached_gradient(parts, w, encode, loss):
    leaf = w.clone().requires_grad_()
    embeddings = [encode(p, leaf).detach() for p in parts]
    z = torch.cat(embeddings).requires_grad_()
    cache = torch.autograd.grad(loss(z), z)[0].split([len(p) for p in parts])
    return sum(torch.autograd.grad(encode(p, leaf), leaf, grad_outputs=c)[0] for p, c in zip(parts, cache))

# %% right: backward accumulates in .grad
import torch

def cached_gradient(parts, w, encode, loss):
    v = torch.nn.Parameter(w.detach().clone())
    z = torch.cat([encode(p, v).detach() for p in parts], dim=0)
    z = z.clone().requires_grad_(True)
    loss(z).backward()
    for p, g in zip(parts, torch.split(z.grad, [p.shape[0] for p in parts])):
        encode(p, v).backward(gradient=g)
    return v.grad.clone()

# %% right: a list of leaves instead of a split
import torch

def cached_gradient(parts, w, encode, loss):
    theta = w.detach().clone().requires_grad_(True)
    leaves = [encode(p, theta).detach().requires_grad_(True) for p in parts]
    grads = torch.autograd.grad(loss(torch.cat(leaves)), leaves)
    out = torch.zeros_like(w)
    for p, g in zip(parts, grads):
        out += torch.autograd.grad(torch.sum(encode(p, theta) * g), theta)[0]
    return out

# %% right: einsum and enable_grad
import torch

def cached_gradient(parts, w, encode, loss):
    with torch.enable_grad():
        v = w.detach().clone().requires_grad_(True)
        z = torch.vstack([encode(p, v).detach() for p in parts]).requires_grad_(True)
        g = torch.autograd.grad(loss(z), z)[0]
        total, i = None, 0
        for p in parts:
            n = p.shape[0]
            part = torch.autograd.grad(torch.einsum("ne,ne->", encode(p, v), g[i : i + n]), v)[0]
            total = part if total is None else total + part
            i += n
    return total

# %% right: one part with a graph at a time, the others cached, a full loss each
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    cached = [encode(p, v).detach() for p in parts]
    total = torch.zeros_like(w)
    for i, p in enumerate(parts):
        z = torch.cat(cached[:i] + [encode(p, v)] + cached[i + 1 :])
        total += torch.autograd.grad(loss(z), v)[0]
    return total

# %% right: vector-Jacobian products
import torch

def cached_gradient(parts, w, encode, loss):
    leaf = w.detach()
    z = torch.cat([encode(p, leaf.clone().requires_grad_()).detach() for p in parts])
    cache = torch.func.grad(loss)(z)
    total = torch.zeros_like(leaf)
    start = 0
    for p in parts:
        _, pull = torch.func.vjp(lambda v, p=p: encode(p, v), leaf)
        total = total + pull(cache[start : start + p.shape[0]])[0]
        start = start + p.shape[0]
    return total

# %% right: torch.utils.checkpoint-free surrogate in one sum, part by part
import torch

def _cache(parts, w, encode, loss):
    z = torch.cat([encode(p, w).detach() for p in parts]).requires_grad_(True)
    loss(z).backward()
    return iter(z.grad)

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    rows = _cache(parts, v, encode, loss)
    for p in parts:
        z = encode(p, v)
        surrogate = sum(torch.dot(row, next(rows)) for row in z)
        surrogate.backward()
    return v.grad.detach()

# %% wrong: sum of the gradients of the parts' losses
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    return sum(torch.autograd.grad(loss(encode(p, v)), v)[0] for p in parts)

# %% wrong: mean of the gradients of the parts' losses
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    return torch.stack([torch.autograd.grad(loss(encode(p, v)), v)[0] for p in parts]).mean(0)

# %% wrong: gradients of the parts' losses weighted by rows
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    n = sum(len(p) for p in parts)
    return sum(torch.autograd.grad(loss(encode(p, v)), v)[0] * len(p) / n for p in parts)

# %% wrong: divided by the number of parts
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    z = torch.cat([encode(p, v).detach() for p in parts]).requires_grad_(True)
    cache = torch.autograd.grad(loss(z), z)[0].split([len(p) for p in parts])
    return sum(torch.autograd.grad(encode(p, v), v, c)[0] for p, c in zip(parts, cache)) / len(parts)

# %% wrong: only the last part's gradient
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    z = torch.cat([encode(p, v).detach() for p in parts]).requires_grad_(True)
    cache = torch.autograd.grad(loss(z), z)[0].split([len(p) for p in parts])
    for p, c in zip(parts, cache):
        total = torch.autograd.grad(encode(p, v), v, c)[0]
    return total

# %% wrong: all rows at once
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    return torch.autograd.grad(loss(encode(torch.cat(parts), v)), v)[0]

# %% wrong: ones instead of the cache
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    total = torch.zeros_like(w)
    for p in parts:
        z = encode(p, v)
        total += torch.autograd.grad(z, v, torch.ones_like(z))[0]
    return total

# %% wrong: the first part's cache for every part of its size (offset forgotten)
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    z = torch.cat([encode(p, v).detach() for p in parts]).requires_grad_(True)
    cache = torch.autograd.grad(loss(z), z)[0]
    return sum(torch.autograd.grad(encode(p, v), v, cache[: len(p)])[0] for p in parts)

# %% wrong: cache multiplied by the embeddings of the first pass too
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    z = torch.cat([encode(p, v).detach() for p in parts]).requires_grad_(True)
    cache = torch.autograd.grad(loss(z), z)[0].split([len(p) for p in parts])
    total = torch.zeros_like(w)
    for p, c in zip(parts, cache):
        out = encode(p, v)
        total += torch.autograd.grad((out * out.detach() * c).sum(), v)[0]
    return total

# %% wrong: sign
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    z = torch.cat([encode(p, v).detach() for p in parts]).requires_grad_(True)
    cache = torch.autograd.grad(loss(z), z)[0].split([len(p) for p in parts])
    return -sum(torch.autograd.grad(encode(p, v), v, c)[0] for p, c in zip(parts, cache))

# %% wrong: parts in reverse order in the second pass
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    z = torch.cat([encode(p, v).detach() for p in parts[::-1]]).requires_grad_(True)
    cache = torch.autograd.grad(loss(z), z)[0]
    total, start = torch.zeros_like(w), 0
    for p in parts:
        total += torch.autograd.grad(encode(p, v), v, cache[start : start + len(p)])[0]
        start += len(p)
    return total

# %% wrong: mean over the rows of embeddings times cache
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    z = torch.cat([encode(p, v).detach() for p in parts]).requires_grad_(True)
    cache = torch.autograd.grad(loss(z), z)[0].split([len(p) for p in parts])
    return sum(torch.autograd.grad((encode(p, v) * c).sum(1).mean(), v)[0] for p, c in zip(parts, cache))

# %% wrong: sets requires_grad and .grad on w itself
import torch

def cached_gradient(parts, w, encode, loss):
    w.requires_grad_(True)
    z = torch.cat([encode(p, w).detach() for p in parts]).requires_grad_(True)
    loss(z).backward()
    for p, c in zip(parts, z.grad.split([len(p) for p in parts])):
        encode(p, w).backward(c)
    return w.grad

# %% wrong: the last part is left out of the batch
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    parts = parts[:-1] if len(parts) > 1 else parts
    z = torch.cat([encode(p, v).detach() for p in parts]).requires_grad_(True)
    cache = torch.autograd.grad(loss(z), z)[0].split([len(p) for p in parts])
    return sum(torch.autograd.grad(encode(p, v), v, c)[0] for p, c in zip(parts, cache))

# %% wrong: embeddings normalised before the loss
import torch
import torch.nn.functional as F

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    z = torch.cat([F.normalize(encode(p, v), dim=1).detach() for p in parts]).requires_grad_(True)
    cache = torch.autograd.grad(loss(z), z)[0].split([len(p) for p in parts])
    return sum(torch.autograd.grad(F.normalize(encode(p, v), dim=1), v, c)[0] for p, c in zip(parts, cache))

# %% two: divided by the number of parts; only the last part
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    z = torch.cat([encode(p, v).detach() for p in parts]).requires_grad_(True)
    cache = torch.autograd.grad(loss(z), z)[0].split([len(p) for p in parts])
    return torch.autograd.grad(encode(parts[-1], v), v, cache[-1])[0] / len(parts)

# %% two: sum of the parts' losses; sign
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    return -sum(torch.autograd.grad(loss(encode(p, v)), v)[0] for p in parts)

# %% two: offset forgotten; mean over the parts
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    z = torch.cat([encode(p, v).detach() for p in parts]).requires_grad_(True)
    cache = torch.autograd.grad(loss(z), z)[0]
    return sum(torch.autograd.grad(encode(p, v), v, cache[: len(p)])[0] for p in parts) / len(parts)

# %% two: mean of the parts' losses; last part left out
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    parts = parts[:-1] if len(parts) > 1 else parts
    return sum(torch.autograd.grad(loss(encode(p, v)), v)[0] for p in parts) / len(parts)

# %% two: only the first part; with its own loss
import torch

def cached_gradient(parts, w, encode, loss):
    v = w.detach().clone().requires_grad_(True)
    return torch.autograd.grad(loss(encode(parts[0], v)), v)[0]
