# %% right: step by step with diag matrices
import torch

def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.shape[0], dtype=adj.dtype, device=adj.device)
    d = torch.diag(a.sum(dim=1) ** -0.5)
    return torch.relu(d @ a @ d @ x @ w)

# %% right: loops over nodes and their neighbours
import torch

def gcn_fuse(x, adj, w):
    V = adj.shape[0]
    h = x @ w
    deg = [1.0 + float(adj[i].sum()) for i in range(V)]
    rows = []
    for i in range(V):
        total = h[i] / deg[i]
        for j in range(V):
            if j != i and adj[i, j] != 0:
                total = total + h[j] / (deg[i] * deg[j]) ** 0.5
        rows.append(total.clamp(min=0))
    return torch.stack(rows)

# %% right: one einsum with degrees as vectors
import torch

def gcn_fuse(x, adj, w):
    a_hat = adj.detach() + torch.eye(len(adj)).to(adj)
    s = a_hat.sum(-1).rsqrt()
    return torch.einsum('i,ij,j,jd,dh->ih', s, a_hat, s, x, w).relu()

# %% right: message passing with an edge list and index_add
import torch

def gcn_fuse(x, adj, w):
    V = x.shape[0]
    src, dst = (adj != 0).nonzero(as_tuple=True)
    loops = torch.arange(V)
    src, dst = torch.cat([src, loops]), torch.cat([dst, loops])
    deg = torch.bincount(dst, minlength=V).to(x.dtype)
    coef = 1.0 / torch.sqrt(deg[src] * deg[dst])
    messages = (x @ w)[src] * coef.unsqueeze(1)
    out = torch.zeros(V, w.shape[1], dtype=x.dtype).index_add(0, dst, messages)
    return torch.nn.functional.relu(out)

# %% right: a module that takes the weight at call time and scales the rows before and after
import torch
from torch import nn

class GraphConv(nn.Module):
    def __init__(self, adj):
        super().__init__()
        deg = adj.sum(dim=0) + 1
        self.register_buffer('adj', adj)
        self.register_buffer('inv', deg.pow(-0.5).unsqueeze(1))
        self.act = nn.ReLU()

    def forward(self, x, w):
        h = self.inv * torch.matmul(x, w)
        h = torch.matmul(self.adj, h) + h
        return self.act(self.inv * h)

def gcn_fuse(x, adj, w):
    return GraphConv(adj)(x, w)

# %% right: the graph matrix in numpy (no gradient asked for), the rest in torch, via the Laplacian
import numpy as np
import torch

def gcn_fuse(x, adj, w):
    a = adj.detach().cpu().numpy().astype(np.float64)
    n = a.shape[0]
    a = a + np.identity(n)
    deg = a.sum(axis=1)
    lap = np.diag(deg) - a
    root = np.sqrt(deg)
    norm = np.identity(n) - lap / np.outer(root, root)
    norm = torch.from_numpy(norm).to(x.dtype)
    return torch.where((z := norm @ (x @ w)) > 0, z, torch.zeros_like(z))

# %% wrong: takes the degrees of A instead of A + I
import torch

def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.shape[0], dtype=adj.dtype)
    deg = adj.sum(dim=1).clamp(min=1)
    inv = deg.rsqrt()
    return torch.relu(inv[:, None] * a * inv[None, :] @ x @ w)

# %% wrong: divides each row by its degree (mean of the neighbours) instead of the symmetric normalisation
import torch

def gcn_fuse(x, adj, w):
    V = x.shape[0]
    outs = []
    for v in range(V):
        group = [x[v]] + [x[u] for u in range(V) if adj[v, u] > 0]
        outs.append(torch.stack(group).mean(dim=0) @ w)
    return torch.relu(torch.stack(outs))

# %% wrong: leaves out the self loops altogether
import torch

def gcn_fuse(x, adj, w):
    deg = adj.sum(dim=1)
    inv = torch.where(deg > 0, deg.clamp(min=1).rsqrt(), torch.zeros_like(deg))
    norm = torch.diag(inv) @ adj @ torch.diag(inv)
    return torch.relu(norm @ x @ w)

# %% wrong: forgets the ReLU
import torch

def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.size(0), dtype=adj.dtype)
    s = a.sum(1).sqrt()
    return torch.linalg.multi_dot([a / torch.outer(s, s), x, w])

# %% wrong: applies the ReLU to X W before the graph is applied, instead of at the end
import torch
import torch.nn.functional as F

def gcn_fuse(x, adj, w):
    inv = (adj.sum(1) + 1).pow(-0.5).unsqueeze(1)
    h = F.relu(F.linear(x, w.t())) * inv
    return (adj @ h + h) * inv

# %% wrong: fills the diagonal of the given adj in place
import torch

def gcn_fuse(x, adj, w):
    a_hat = adj.fill_diagonal_(1.0)
    d = a_hat.sum(dim=1).rsqrt()
    return torch.einsum('i,ij,j,jh->ih', d, a_hat, d, x @ w).clamp_min(0)

# %% wrong: turns everything to float32, so that float64 inputs give a float32 result
import torch

def gcn_fuse(x, adj, w):
    x, adj, w = x.float(), adj.float(), w.float()
    a = adj + torch.eye(adj.shape[0])
    d = torch.diag(a.sum(1).pow(-0.5))
    return torch.relu(d @ a @ d @ (x @ w))

# %% wrong: wraps w in a new nn.Parameter, so no gradient reaches the given w
import torch
from torch import nn

class GCNLayer(nn.Module):
    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Parameter(weight)

    def forward(self, x, adj):
        a = adj + torch.eye(adj.shape[0], dtype=adj.dtype)
        inv = a.sum(dim=-1).rsqrt()
        norm = a * inv.unsqueeze(0) * inv.unsqueeze(1)
        return torch.relu(norm @ (x @ self.weight))

def gcn_fuse(x, adj, w):
    return GCNLayer(w)(x, adj)

# %% wrong: normalises A with its own degrees first and adds the identity afterwards
import torch

def gcn_fuse(x, adj, w):
    deg = adj.sum(dim=1)
    inv = torch.where(deg > 0, 1 / deg.clamp(min=1).sqrt(), torch.zeros_like(deg))
    norm = inv.view(-1, 1) * adj * inv.view(1, -1)
    return torch.relu(norm @ x @ w + x @ w)

# %% wrong: divides by the product of the two degrees without the square root
import torch

def gcn_fuse(x, adj, w):
    h = x @ w
    nodes = range(x.shape[0])
    deg = [sum(float(adj[i, j]) for j in nodes) + 1 for i in nodes]
    rows = []
    for i in nodes:
        acc = torch.zeros_like(h[i])
        for j in nodes:
            link = 1.0 if i == j else float(adj[i, j])
            acc = acc + link / (deg[i] * deg[j]) * h[j]
        rows.append(acc)
    return torch.stack(rows).relu()

# %% two: normalises on the left side only, with D^(-1/2); forgets the ReLU
import torch

def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.shape[0], dtype=adj.dtype)
    return (a.sum(1, keepdim=True).rsqrt() * a) @ x @ w

# %% two: adds the self loop twice; returns float32 for float64
import torch

def gcn_fuse(x, adj, w):
    a = adj + 2 * torch.eye(adj.shape[0], dtype=adj.dtype)
    d = a.sum(1).pow(-0.5)
    out = torch.relu((d[:, None] * a * d[None, :]) @ x @ w)
    return out.to(torch.float32)

# %% two: an isolated node gets zeros instead of its own features; w is detached
import torch

def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.shape[0], dtype=adj.dtype)
    inv = a.sum(1).rsqrt()
    inv = inv * (adj.sum(1) > 0).to(inv.dtype)
    norm = inv[:, None] * a * inv[None, :]
    return torch.relu(norm @ x @ w.detach())

# %% two: uses a leaky ReLU; multiplies with D^(1/2) instead of D^(-1/2)
import torch
import torch.nn.functional as F

def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.shape[0], dtype=adj.dtype)
    root = torch.diag(torch.sqrt(a.sum(dim=1)))
    return F.leaky_relu(root @ a @ root @ x @ w)
