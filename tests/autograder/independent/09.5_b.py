# %% right: Python lists and sorted
import torch

def recall_at_k(sim, owner, k):
    table, own = sim.tolist(), owner.tolist()
    hits = 0
    for i, row in enumerate(table):
        best = sorted(range(len(row)), key=row.__getitem__, reverse=True)[:k]
        hits += any(own[t] == i for t in best)
    back = 0
    for t, column in enumerate(zip(*table)):
        best = sorted(range(len(column)), key=lambda i: -column[i])[:k]
        back += own[t] in best
    return hits / len(table), back / len(own)

# %% right: ranks: how many are more similar
import torch

def recall_at_k(sim, owner, k):
    pictures = torch.arange(sim.shape[0])
    mine = owner[None, :] == pictures[:, None]
    best_own = sim.masked_fill(~mine, -torch.inf).max(1).values
    rank = (sim > best_own[:, None]).sum(1)
    own_score = sim[owner, torch.arange(len(owner))]
    rank_back = (sim > own_score).sum(0)
    return (rank < k).double().mean().item(), (rank_back < k).double().mean().item()

# %% right: topk and gather
import torch

def recall_at_k(sim: torch.Tensor, owner: torch.Tensor, k: int) -> tuple[float, float]:
    texts = sim.topk(k, dim=1).indices
    forward = (owner[texts] == torch.arange(len(sim)).unsqueeze(1)).any(1)
    pictures = sim.T.topk(k, dim=1).indices
    backward = pictures.eq(owner[:, None]).any(1)
    return forward.sum().item() / forward.numel(), backward.sum().item() / backward.numel()

# %% right: numpy argpartition
import numpy as np
import torch

def recall_at_k(sim, owner, k):
    s, o = sim.numpy(), owner.numpy()
    near = np.argpartition(-s, k - 1, axis=1)[:, :k]
    there = np.array([(o[row] == i).any() for i, row in enumerate(near)])
    near_pictures = np.argpartition(-s, k - 1, axis=0)[:k]
    back = (near_pictures == o).any(axis=0)
    return float(there.mean()), float(back.mean())

# %% right: heapq and sets
from heapq import nlargest
import torch

def recall_at_k(sim, owner, k):
    own_texts = {}
    for text, picture in enumerate(owner.tolist()):
        own_texts.setdefault(picture, set()).add(text)
    top = lambda scores: set(nlargest(k, range(len(scores)), key=lambda j: float(scores[j])))
    first = [bool(top(row) & own_texts[i]) for i, row in enumerate(sim)]
    second = [int(p) in top(column) for p, column in zip(owner, sim.T)]
    return sum(first) / len(first), sum(second) / len(second)

# %% wrong: the two shares in the other order
import torch

def recall_at_k(sim, owner, k):
    a = (owner[sim.topk(k, 1).indices] == torch.arange(len(sim))[:, None]).any(1).double().mean().item()
    b = (sim.topk(k, 0).indices == owner).any(0).double().mean().item()
    return b, a

# %% wrong: the least similar
import torch

def recall_at_k(sim, owner, k):
    a = (owner[sim.topk(k, 1, largest=False).indices] == torch.arange(len(sim))[:, None]).any(1).double().mean().item()
    b = (sim.topk(k, 0, largest=False).indices == owner).any(0).double().mean().item()
    return a, b

# %% wrong: share of the own texts that were found
import torch

def recall_at_k(sim, owner, k):
    hit = owner[sim.topk(k, 1).indices] == torch.arange(len(sim))[:, None]
    a = (hit.sum(1).double() / torch.bincount(owner, minlength=len(sim))).mean().item()
    b = (sim.topk(k, 0).indices == owner).any(0).double().mean().item()
    return a, b

# %% wrong: precision, divided by k
import torch

def recall_at_k(sim, owner, k):
    hit = owner[sim.topk(k, 1).indices] == torch.arange(len(sim))[:, None]
    a = hit.double().mean().item()
    b = (sim.topk(k, 0).indices == owner).any(0).double().mean().item()
    return a, b

# %% wrong: k + 1 most similar
import torch

def recall_at_k(sim, owner, k):
    near = sim.argsort(1, descending=True)[:, : k + 1]
    back = sim.argsort(0, descending=True)[: k + 1]
    a = (owner[near] == torch.arange(len(sim))[:, None]).any(1).double().mean().item()
    b = (back == owner).any(0).double().mean().item()
    return a, b

# %% wrong: text t is taken to belong to picture t
import torch

def recall_at_k(sim, owner, k):
    a = (owner[sim.topk(k, 1).indices] == torch.arange(len(sim))[:, None]).any(1).double().mean().item()
    b = (sim.topk(k, 0).indices == torch.arange(sim.shape[1])).any(0).double().mean().item()
    return a, b

# %% wrong: only the first text of each picture counts
import torch

def recall_at_k(sim, owner, k):
    first = torch.tensor([(owner == i).nonzero()[0, 0] for i in range(len(sim))])
    a = (sim.topk(k, 1).indices == first[:, None]).any(1).double().mean().item()
    b = (sim.topk(k, 0).indices == owner).any(0).double().mean().item()
    return a, b

# %% wrong: tensors instead of floats
import torch

def recall_at_k(sim, owner, k):
    a = (owner[sim.topk(k, 1).indices] == torch.arange(len(sim))[:, None]).any(1).double().mean()
    b = (sim.topk(k, 0).indices == owner).any(0).double().mean()
    return a, b

# %% wrong: percent
import torch

def recall_at_k(sim, owner, k):
    a = (owner[sim.topk(k, 1).indices] == torch.arange(len(sim))[:, None]).any(1).double().mean().item()
    b = (sim.topk(k, 0).indices == owner).any(0).double().mean().item()
    return 100 * a, 100 * b

# %% wrong: k ignored in the second direction
import torch

def recall_at_k(sim, owner, k):
    a = (owner[sim.topk(k, 1).indices] == torch.arange(len(sim))[:, None]).any(1).double().mean().item()
    b = (sim.argmax(0) == owner).double().mean().item()
    return a, b

# %% two: always k = 1; other order
import torch

def recall_at_k(sim, owner, k):
    a = (owner[sim.argmax(1)] == torch.arange(len(sim))).double().mean().item()
    b = (sim.argmax(0) == owner).double().mean().item()
    return b, a

# %% two: second divided by the pictures; precision in the first
import torch

def recall_at_k(sim, owner, k):
    a = (owner[sim.topk(k, 1).indices] == torch.arange(len(sim))[:, None]).double().mean().item()
    b = (sim.topk(k, 0).indices == owner).any(0).sum().item() / sim.shape[0]
    return a, b

# %% two: least similar; percent
import torch

def recall_at_k(sim, owner, k):
    sim = -sim
    a = (owner[sim.topk(k, 1).indices] == torch.arange(len(sim))[:, None]).any(1).double().mean().item()
    b = (sim.topk(k, 0).indices == owner).any(0).double().mean().item()
    return 100 * a, 100 * b

# %% two: counts instead of shares; only the first direction twice
import torch

def recall_at_k(sim, owner, k):
    a = (owner[sim.topk(k, 1).indices] == torch.arange(len(sim))[:, None]).any(1).sum().item()
    return float(a), float(a)
