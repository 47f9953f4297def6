# %% right: dense matrices as in the formula
import torch

def gcn_fuse(x, adj, w):
    a_hat = adj + torch.eye(adj.shape[0], dtype=adj.dtype, device=adj.device)
    d = torch.diag(a_hat.sum(1).pow(-0.5))
    return torch.relu(d @ a_hat @ d @ x @ w)

# %% right: scaling of rows and columns by broadcasting
import torch

def gcn_fuse(x, adj, w):
    A = adj.clone()
    A.fill_diagonal_(1)
    r = A.sum(dim=0).rsqrt()
    A = r[:, None] * A * r[None, :]
    return (A @ (x @ w)).clamp(min=0)

# %% right: loops over nodes and neighbours
import torch

def gcn_fuse(x, adj, w):
    V = x.shape[0]
    h = x @ w
    deg = [1 + int(adj[i].sum().item()) for i in range(V)]
    rows = []
    for i in range(V):
        acc = h[i] / deg[i]
        for j in range(V):
            if j != i and adj[i, j] != 0:
                acc = acc + h[j] / (deg[i] * deg[j]) ** 0.5
        rows.append(acc)
    return torch.relu(torch.stack(rows))

# %% right: einsum
import torch
import torch.nn.functional as F

def gcn_fuse(x, adj, w):
    eye = torch.eye(len(adj)).to(adj)
    loops = adj + eye
    inv = 1.0 / torch.sqrt(torch.einsum("ij->i", loops))
    out = torch.einsum("i,ij,j,jd,dh->ih", inv, loops, inv, x, w)
    return F.relu(out)

# %% right: scales the features first, adds the node itself without an identity matrix
import torch
from torch import Tensor

def gcn_fuse(x: Tensor, adj: Tensor, w: Tensor) -> Tensor:
    if adj.shape != (x.shape[0], x.shape[0]):
        raise ValueError("adj must be (V, V)")
    scale = (adj.sum(dim=1, keepdim=True) + 1).rsqrt()
    h = scale * torch.mm(x, w)
    h = scale * (torch.mm(adj, h) + h)
    return torch.maximum(h, torch.zeros_like(h))

# %% right: edge list with index_add
import torch

def gcn_fuse(x, adj, w):
    n = adj.size(0)
    src, dst = adj.nonzero(as_tuple=True)
    me = torch.arange(n, device=adj.device)
    src, dst = torch.cat([src, me]), torch.cat([dst, me])
    deg = torch.zeros(n, dtype=x.dtype, device=x.device).index_add(0, dst, torch.ones_like(dst, dtype=x.dtype))
    coef = (deg[src] * deg[dst]).sqrt().reciprocal()
    h = x @ w
    out = torch.zeros_like(h).index_add(0, dst, coef[:, None] * h[src])
    return out.relu()

# %% wrong: no self-loops, isolated nodes guarded
import torch

def gcn_fuse(x, adj, w):
    deg = adj.sum(1)
    inv = torch.where(deg > 0, deg.clamp(min=1).pow(-0.5), torch.zeros_like(deg))
    norm = inv[:, None] * adj * inv[None, :]
    return torch.relu(norm @ x @ w)

# %% wrong: row normalisation, the mean of the neighbours (D^-1 A)
import torch

def gcn_fuse(x, adj, w):
    A = adj + torch.eye(adj.shape[0], dtype=adj.dtype)
    A = A / A.sum(dim=1, keepdim=True)
    return torch.relu(A @ x @ w)

# %% wrong: degrees of A without the loops, at least 1
import torch
import torch.nn.functional as F

def gcn_fuse(x, adj, w):
    degree = adj.sum(dim=-1).clamp(min=1)
    d_inv_sqrt = torch.diag(degree ** -0.5)
    a_tilde = adj + torch.eye(adj.shape[0]).to(adj)
    return F.relu(d_inv_sqrt @ a_tilde @ d_inv_sqrt @ x @ w)

# %% wrong: multiplies by D^(+1/2) on both sides
import torch

def gcn_fuse(x, adj, w):
    A = adj + torch.eye(adj.shape[0], dtype=x.dtype, device=x.device)
    root = torch.diag(torch.sqrt(A.sum(dim=1)))
    return torch.relu(torch.linalg.multi_dot([root, A, root, x, w]))

# %% wrong: no ReLU
import torch

def gcn_fuse(x, adj, w):
    n = adj.shape[0]
    a = adj + torch.eye(n, dtype=adj.dtype, device=adj.device)
    s = a.sum(1).rsqrt()
    return (s.view(-1, 1) * a * s.view(1, -1)) @ x @ w

# %% wrong: ReLU before the weight, so negative results come through
import torch

def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.size(0), dtype=adj.dtype)
    dinv = a.sum(1) ** -0.5
    agg = (dinv[:, None] * a * dinv) @ x
    return torch.relu(agg) @ w

# %% wrong: the loops are written into the caller's adj
import torch

def gcn_fuse(x, adj, w):
    adj.fill_diagonal_(1.0)
    d = adj.sum(dim=1)
    norm = adj / torch.sqrt(torch.outer(d, d))
    return torch.relu(norm @ (x @ w))

# %% wrong: identity added after the normalisation (I + D^-1/2 A D^-1/2)
import torch

def gcn_fuse(x, adj, w):
    V = adj.shape[0]
    deg = adj.sum(1)
    inv_sqrt = torch.zeros_like(deg)
    inv_sqrt[deg > 0] = deg[deg > 0] ** -0.5
    prop = torch.eye(V, dtype=adj.dtype, device=adj.device) + inv_sqrt[:, None] * adj * inv_sqrt[None, :]
    return torch.relu(prop @ x @ w)

# %% wrong: normalises on the left side only, D^-1/2 (A + I)
import torch

def gcn_fuse(x, adj, w):
    A_hat = adj + torch.diag(torch.ones_like(adj[0]))
    D = A_hat.sum(1)
    A_norm = D.pow(-0.5).unsqueeze(1) * A_hat
    return torch.nn.functional.relu(A_norm @ x @ w)

# %% wrong: leaky ReLU lets a small negative part through
import torch
import torch.nn.functional as F

def gcn_fuse(x, adj, w):
    I = torch.eye(adj.shape[0], dtype=adj.dtype, device=adj.device)
    A = adj + I
    dm = torch.diag_embed(1 / A.sum(0).sqrt())
    return F.leaky_relu(dm.mm(A).mm(dm).mm(x).mm(w))

# %% wrong: float64 comes back as float32
import torch

def gcn_fuse(x, adj, w):
    a = adj.float() + torch.eye(adj.shape[0])
    p = a.sum(1).pow(-0.5)
    a = p[:, None] * a * p[None, :]
    return torch.relu(a @ x.float() @ w.float())

# %% two: no self-loops; isolated nodes divide by zero
import torch

def gcn_fuse(x, adj, w):
    D = torch.diag(adj.sum(1) ** -0.5)
    return torch.relu(D @ adj @ D @ x @ w)

# %% two: loops of weight 2; D^-1 on the left instead of both roots
import torch

def gcn_fuse(x, adj, w):
    A = adj + 2 * torch.eye(adj.shape[0], dtype=adj.dtype)
    A = torch.diag(1.0 / A.sum(1)) @ A
    return torch.relu(A @ x @ w)

# %% two: tanh in place of ReLU; x is detached
import torch

def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.shape[0], dtype=adj.dtype, device=adj.device)
    s = a.sum(-1).rsqrt()
    h = x.detach() @ w
    return torch.tanh(s[:, None] * (a @ (s[:, None] * h)))


# %% right: scaling by rows and columns
import torch

def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.shape[0], dtype=adj.dtype)
    r = a.sum(1).rsqrt()
    return torch.relu((r[:, None] * a * r[None, :]) @ x @ w)

# %% right: loop over the nodes and their neighbours
import math
import torch

def gcn_fuse(x, adj, w):
    V = x.shape[0]
    h = x @ w
    nb = [[u for u in range(V) if u == i or adj[i, u] != 0] for i in range(V)]
    rows = []
    for i in range(V):
        s = 0
        for u in nb[i]:
            s = s + h[u] / math.sqrt(len(nb[i]) * len(nb[u]))
        rows.append(s)
    return torch.relu(torch.stack(rows))

# %% wrong: no self loops
import torch

def gcn_fuse(x, adj, w):
    deg = adj.sum(dim=1)
    inv = torch.where(deg > 0, deg.clamp(min=1).pow(-0.5), torch.zeros_like(deg))
    return torch.relu(torch.diag(inv) @ adj @ torch.diag(inv) @ x @ w)

# %% wrong: mean over the neighbours, D^-1 A
import torch

def gcn_fuse(x, adj, w):
    a = adj + torch.eye(len(adj), dtype=x.dtype)
    a = a / a.sum(dim=1, keepdim=True)
    return torch.relu(a @ x @ w)

# %% wrong: degrees of A without the self loop
import torch

def gcn_fuse(x, adj, w):
    a_hat = adj + torch.eye(adj.size(0), dtype=adj.dtype)
    d = adj.sum(1).clamp(min=1) ** -0.5
    norm = torch.einsum("i,ij,j->ij", d, a_hat, d)
    return (norm @ (x @ w)).clamp(min=0)

# %% wrong: ReLU forgotten
import torch

def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.shape[0]).to(adj.dtype)
    d = torch.diag(a.sum(0).pow(-0.5))
    return d @ a @ d @ x @ w

# %% two: diagonal of adj written in place; multiplied by root D instead of divided
import torch

def gcn_fuse(x, adj, w):
    adj.fill_diagonal_(1)
    d = torch.diag(adj.sum(1).sqrt())
    return torch.relu(d @ adj @ d @ x @ w)

# %% two: ReLU before the weight; neighbours simply added
import torch

def gcn_fuse(x, adj, w):
    a = adj + torch.eye(adj.shape[0], dtype=adj.dtype)
    return torch.relu(a @ x) @ w
