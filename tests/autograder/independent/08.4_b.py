# %% right: diagonal matrices as in the formula
import torch


def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.shape[0], dtype=adj.dtype)
    d = torch.diag(a.sum(dim=1) ** -0.5)
    return torch.relu(d @ a @ d @ x @ w)


# %% right: broadcasting of the inverse roots, rows and columns
import torch
import torch.nn.functional as F


def gcn_fuse(x, adj, w):
    a_hat = adj.clone()
    a_hat.fill_diagonal_(1)
    r = a_hat.sum(1).rsqrt()
    return F.relu(torch.mm(a_hat * r[:, None] * r[None, :], torch.mm(x, w)))


# %% right: a loop over nodes and their neighbours
import math
import torch


def gcn_fuse(x, adj, w):
    V = x.shape[0]
    xw = x @ w
    neighbours = [[j for j in range(V) if adj[i, j].item() != 0 or i == j] for i in range(V)]
    rows = []
    for i in range(V):
        acc = torch.zeros_like(xw[0])
        for j in neighbours[i]:
            acc = acc + xw[j] / math.sqrt(len(neighbours[i]) * len(neighbours[j]))
        rows.append(acc)
    return torch.relu(torch.stack(rows))


# %% right: einsum, degrees as 1 + row sum, self-loop added apart
import torch


def gcn_fuse(x, adj, w):
    deg = 1 + adj.sum(dim=0)
    h = torch.einsum("vd,dh->vh", x, w) / torch.sqrt(deg).unsqueeze(1)
    h = torch.einsum("uv,vh->uh", adj, h) + h
    h = h / deg.sqrt().unsqueeze(1)
    return torch.where(h > 0, h, torch.zeros_like(h))


# %% right: edge list with index_add (message passing)
import torch


def gcn_fuse(x, adj, w):
    src, dst = torch.nonzero(adj, as_tuple=True)
    loop = torch.arange(x.size(0))
    src, dst = torch.cat([src, loop]), torch.cat([dst, loop])
    deg = torch.bincount(dst, minlength=x.size(0)).to(x.dtype)
    coef = (deg[src] * deg[dst]).pow(-0.5)
    h = x.matmul(w)
    out = torch.zeros_like(h).index_add(0, dst, coef[:, None] * h[src])
    return torch.nn.functional.relu(out)


# %% wrong: no self-loops (A instead of A + I); isolated nodes guarded
import torch


def gcn_fuse(x, adj, w):
    deg = adj.sum(1).clamp(min=1)
    d = deg ** -0.5
    a = d[:, None] * adj * d[None, :]
    return torch.relu(a @ x @ w)


# %% wrong: D^-1 on the left (row average) instead of the symmetric normalisation
import torch


def gcn_fuse(x, adj, w):
    a = adj + torch.eye(len(adj), dtype=adj.dtype)
    a = a / a.sum(dim=1, keepdim=True)
    return torch.relu(a @ x @ w)


# %% wrong: degrees of A without the self-loop: an isolated node divides by zero
import torch


def gcn_fuse(x, adj, w):
    V = adj.shape[0]
    d = adj.sum(1).pow(-0.5)
    a = adj + torch.eye(V, dtype=x.dtype)
    a = d.view(V, 1) * a * d.view(1, V)
    return (a @ (x @ w)).relu()


# %% wrong: forgets the ReLU
import torch


def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.size(0), dtype=adj.dtype)
    d = a.sum(1).rsqrt()
    return (d[:, None] * a * d) @ x @ w


# %% wrong: D^-1 on both sides, the root is missing
import torch


def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.size(0), dtype=adj.dtype)
    dinv = torch.diag(1.0 / a.sum(1))
    return torch.relu(dinv @ a @ dinv @ x @ w)


# %% wrong: ReLU on X W before the neighbours are averaged, not after
import torch


def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.size(0), dtype=adj.dtype)
    r = a.sum(1) ** -0.5
    hidden = torch.relu(x @ w)
    return (r[:, None] * a * r[None]) @ hidden


# %% wrong: writes the ones into the diagonal of the caller's adj
import torch


def gcn_fuse(x, adj, w):
    a = adj.fill_diagonal_(1.0)
    r = 1 / a.sum(1).sqrt()
    return torch.relu(torch.einsum("i,ij,j,jd,dh->ih", r, a, r, x, w))


# %% wrong: adds 1 to every entry of A instead of the identity
import torch


def gcn_fuse(x, adj, w):
    a = adj + 1
    r = a.sum(1).rsqrt()
    return torch.relu((a * r[:, None] * r[None, :]) @ x @ w)


# %% wrong: normalises only from the left: D^-1/2 on the right is missing
import torch


def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.shape[0], dtype=adj.dtype)
    d_inv_sqrt = torch.diag(a.sum(1).pow(-0.5))
    return torch.relu(d_inv_sqrt @ a @ x @ w)


# %% wrong: the weight is taken as data, w gets no gradient
import torch


def gcn_fuse(x, adj, w):
    eye = torch.eye(adj.shape[0], dtype=adj.dtype)
    a = adj + eye
    r = torch.rsqrt(a.sum(-1))
    return torch.relu((r[:, None] * a * r[None, :]) @ x @ w.detach())


# %% two: no self-loop; no ReLU
import torch


def gcn_fuse(x, adj, w):
    d = adj.sum(1).clamp(min=1).rsqrt()
    return (adj * d[:, None] * d[None, :]) @ x @ w


# %% two: plain sum over the neighbours without any degree; leaky ReLU
import torch
import torch.nn.functional as F


def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.shape[0], dtype=adj.dtype)
    return F.leaky_relu(a @ x @ w, 0.01)


# %% two: multiplies by D^1/2 instead of D^-1/2; computed without a graph
import torch


def gcn_fuse(x, adj, w):
    with torch.no_grad():
        a = adj + torch.eye(adj.shape[0], dtype=adj.dtype)
        d = torch.diag(a.sum(1).sqrt())
        return torch.relu(d @ a @ d @ x @ w)


# %% two: self-loop of weight two; adds X W again as a residual
import torch


def gcn_fuse(x, adj, w):
    a = adj + 2 * torch.eye(adj.shape[0], dtype=adj.dtype)
    r = a.sum(1).rsqrt()
    h = x @ w
    return torch.relu((r[:, None] * a * r[None]) @ h + h)
